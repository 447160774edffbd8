"""Another value for one customer: granted where the authority reaches, else asked for."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Customer, PolicyDeviation, PolicyPoint
from customers.rules.policies import read_value
from customers.services.policies import DeviationWish, check_deviation, grant_deviation
from organization.models import Approval, ApprovalKind, User
from organization.services.approvals import may_decide
from workspace.asking import ask_about, customer_of
from workspace.policies.words import said
from workspace.words import day_text


@transaction.atomic
def deviate(customer: Customer, wish: DeviationWish, *, actor: User) -> PolicyDeviation | Approval:
    """Grant it, or ask those who may; RefusedError as of `check_deviation`, or when it waits."""
    today = timezone.localdate()
    if may_decide(actor, ApprovalKind.POLICY_DEVIATION):
        return grant_deviation(customer, wish, today=today, actor=actor)
    check_deviation(customer, wish, today)
    return ask_about(
        customer,
        kind=ApprovalKind.POLICY_DEVIATION,
        section="policy",
        key=f"{key_of(customer)}{wish.point}",
        reason=wish.reason,
        wish={"point": wish.point, "value": wish.value, "ends_on": wish.ends_on.isoformat()},
        actor=actor,
    )


def key_of(customer: Customer) -> str:
    """How the keys of all requests about the customer's policy begin."""
    return f"policy:{customer.code}:"


def apply_deviation(approval: Approval, actor: User) -> None:
    """Carry out what was approved; RefusedError when it no longer fits."""
    grant_deviation(
        customer_of(approval, actor),
        _wish(approval),
        today=timezone.localdate(),
        actor=approval.asked_by,
        approved_by=actor,
    )


def deviation_facts(approval: Approval) -> list[tuple[str, str]]:
    """The request in words: what, and until when."""
    wish = _wish(approval)
    label = str(PolicyPoint(wish.point).label)
    return [
        (label, said(wish.point, read_value(wish.point, wish.value))),
        (_("Until"), day_text(wish.ends_on)),
    ]


def _wish(approval: Approval) -> DeviationWish:
    payload = approval.payload
    until = dt.date.fromisoformat(payload["ends_on"])
    return DeviationWish(payload["point"], payload["value"], until, approval.reason)
