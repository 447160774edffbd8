"""Another credit limit: set where the authority reaches, else asked for, and then carried out."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.services.credit import keep_credit
from core.errors import RefusedError
from core.formats import money_full
from customers.models import CreditLimitChange, Customer
from customers.services.credit import may_set_limit, set_credit_limit
from customers.services.locking import lock_customer
from organization.models import Approval, ApprovalKind, User
from workspace.asking import ask_about, customer_of
from workspace.credit.dossier import limit_key
from workspace.words import day_text


@dataclass(frozen=True, slots=True)
class LimitWish:
    """What somebody wants the limit to be."""

    amount: Decimal
    valid_until: dt.date | None
    reason: str


@transaction.atomic
def change_limit(
    customer: Customer, wish: LimitWish, *, actor: User
) -> CreditLimitChange | Approval:
    """Set the limit, or ask those who may; RefusedError when the same waits already."""
    if may_set_limit(customer, wish.amount, wish.valid_until, actor):
        change = set_credit_limit(
            customer,
            amount=wish.amount,
            valid_until=wish.valid_until,
            reason=wish.reason,
            actor=actor,
        )
        keep_credit([customer.pk], cause="limit")
        return change
    before = customer.credit_limit
    return ask_about(
        customer,
        kind=ApprovalKind.CREDIT_LIMIT,
        amount=wish.amount,
        section="credit",
        key=limit_key(customer),
        reason=wish.reason,
        wish={
            "before": None if before is None else str(before),
            "amount": str(wish.amount),
            "valid_until": wish.valid_until and wish.valid_until.isoformat(),
        },
        actor=actor,
    )


def apply_limit(approval: Approval, actor: User) -> None:
    """Carry out what was approved; RefusedError when it no longer fits."""
    payload = approval.payload
    customer = lock_customer(customer_of(approval, actor))
    if customer.merged_into_id is None and customer.credit_limit != _before(payload):
        raise RefusedError(_("The limit has changed since this was asked: refuse the request."))
    until = _until(payload)
    if until is not None and until <= timezone.localdate():
        raise RefusedError(_("The limit would have ended already: refuse the request."))
    set_credit_limit(
        customer,
        amount=Decimal(payload["amount"]),
        valid_until=until,
        reason=approval.reason,
        actor=approval.asked_by,
        approved_by=actor,
    )
    keep_credit([customer.pk], cause="limit")


def limit_facts(approval: Approval) -> list[tuple[str, str]]:
    """The request in words: from, to, until."""
    payload = approval.payload
    before, until = _before(payload), _until(payload)
    now = _("none") if before is None else money_full(before, approval.currency)
    wanted = money_full(Decimal(payload["amount"]), approval.currency)
    return [
        (_("Limit now"), now),
        (_("Limit asked for"), wanted),
        (_("Valid until"), day_text(until) if until else _("until further notice")),
    ]


def _before(payload: dict[str, Any]) -> Decimal | None:
    before = payload["before"]
    return None if before is None else Decimal(before)


def _until(payload: dict[str, Any]) -> dt.date | None:
    day = payload.get("valid_until")
    return dt.date.fromisoformat(day) if day else None
