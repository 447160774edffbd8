"""What a stored contract says of due dates and of its life, for the rules."""

import copy
import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Field

from contracts.models import Amendment, Contract
from contracts.rules.contracts import Facts, Life, Stage, last_day, life
from contracts.rules.due_dates import Roll
from contracts.rules.terms import AgreedTerms, DueKind


def agreed_terms(contract: Contract) -> AgreedTerms:
    """When its money is due."""
    return AgreedTerms(
        DueKind(contract.due_kind),
        contract.credit_days,
        contract.due_months,
        contract.pay_day,
        contract.statement_day,
        Roll(contract.roll),
    )


def renewed_from(contract: Contract) -> dt.date | None:
    """When the signed contract that renews it begins, as read by `with_renewal()`."""
    found: dt.date | None = getattr(contract, "renewed_from")  # noqa: B009  # an annotation
    return found


def last_day_of(contract: Contract) -> dt.date | None:
    """Its last day in force, of a contract read by `with_renewal()`; None: no end."""
    return last_day(contract.ends_on, renewed_from(contract))


def days_left(contract: Contract, day: dt.date) -> int | None:
    """How many days it is in force after that day; None: no end; negative: it is over."""
    last = last_day_of(contract)
    return None if last is None else (last - day).days


def life_of(contract: Contract, day: dt.date) -> Life:
    """Where it stands on that day, of a contract read by `with_renewal()`."""
    stage, renewed = Stage(contract.stage), renewed_from(contract)
    return life(Facts(stage, contract.starts_on, contract.ends_on, renewed), day)


def as_on(contract: Contract, amendments: Iterable[Amendment], day: dt.date) -> Contract:
    """The contract as it stood on that day: what came into force later is taken back."""
    shown = copy.copy(contract)
    applied = [each for each in amendments if each.applied_on is not None]
    for amendment in sorted(applied, key=lambda each: each.number, reverse=True):
        if amendment.in_force_from > day:
            for name, (before, _after) in amendment.changes.items():
                setattr(shown, name, term_value(name, before))
    return shown


def term_value(name: str, text: str | None) -> Any:
    """What an amendment keeps as text, as the contract's field has it."""
    field = Contract._meta.get_field(name)
    if not isinstance(field, Field):
        raise TypeError(name)
    return None if text is None else field.to_python(text)
