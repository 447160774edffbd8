"""Naming a customer a key account: where the authority reaches at once, else asked for."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Customer
from organization.models import Approval, ApprovalKind, User
from organization.services.approvals import may_decide
from segmentation.key_accounts import Naming, check_naming, name_key_account
from segmentation.models import KeyAccount
from workspace.asking import ask_about, customer_of
from workspace.words import day_text

KEYS = "key_account:"  # how the keys of requests begin; the customer's code follows


@transaction.atomic
def propose(customer: Customer, wish: Naming, *, actor: User) -> KeyAccount | Approval:
    """Name it, or ask those who may; RefusedError as of `check_naming`, or when it waits."""
    today = timezone.localdate()
    if may_decide(actor, ApprovalKind.KEY_ACCOUNT):
        return name_key_account(customer, wish, today=today, actor=actor)
    check_naming(wish, today)
    return ask_about(
        customer,
        kind=ApprovalKind.KEY_ACCOUNT,
        key=key_of(customer),
        reason=wish.reason,
        wish={"ends_on": wish.ends_on and wish.ends_on.isoformat()},
        actor=actor,
    )


def key_of(customer: Customer) -> str:
    """The key of requests to name the customer."""
    return f"{KEYS}{customer.code}"


def apply_naming(approval: Approval, actor: User) -> None:
    """Carry out what was approved; RefusedError when it no longer fits."""
    name_key_account(
        customer_of(approval, actor),
        _wish(approval),
        today=timezone.localdate(),
        actor=approval.asked_by,
        approved_by=actor,
    )


def naming_facts(approval: Approval) -> list[tuple[str, str]]:
    """The request in words: what it is named, and until when."""
    until = _wish(approval).ends_on
    return [
        (_("Key-account kind"), str(Customer.KeyAccountKind.IMPORTANT.label)),
        (_("Until"), day_text(until) if until else _("until it is ended")),
    ]


def _wish(approval: Approval) -> Naming:
    until = approval.payload["ends_on"]
    return Naming(approval.reason, dt.date.fromisoformat(until) if until else None)
