"""The service policy of a customer, and where each point of it comes from."""

import datetime as dt
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from core import sql
from customers.models import Customer, PolicyDeviation, ServicePolicy
from customers.rules.policies import (
    RISK,
    Policies,
    Policy,
    RiskPolicy,
    in_force,
    policy_code,
    read_value,
)

_POLICY_ON = Path(__file__).parent.parent / "sql" / "policy_on.sql"


@dataclass(frozen=True, slots=True)
class OwnPolicy:
    """Whose policy a customer has, as it stands and as it is for them, without deviations."""

    code: str
    of_size: Policy
    policy: Policy


def policy_on(customer: Customer, day: dt.date) -> Policy:
    """The policy in force for the customer on the day, with its deviations; one query."""
    [(_code, *values)] = sql.rows(_POLICY_ON, customer=customer.pk, day=day)
    return Policy(*values)


def policies_in_force() -> Policies:
    """The policies of all tiers; one query."""
    rows = {row.code: row for row in ServicePolicy.objects.all()}
    whole = {code: _plain(Policy, row) for code, row in rows.items() if code != RISK}
    return Policies(**whole, risk=_plain(RiskPolicy, rows[RISK]))


def own_policy(customer: Customer) -> OwnPolicy:
    """The customer's policy without its deviations; one query."""
    facts = {name: getattr(customer, name) for name in ("tier", "size", "status")}
    policies, code = policies_in_force(), policy_code(**facts)
    own = in_force(policies, **facts, deviations={})
    return OwnPolicy(code, getattr(policies, code), own)


def value_of(deviation: PolicyDeviation) -> Any:
    """What was granted, as a value of the point."""
    return read_value(deviation.point, deviation.value)


def _plain(kind: type, row: ServicePolicy) -> Any:
    return kind(**{each.name: getattr(row, each.name) for each in fields(kind)})
