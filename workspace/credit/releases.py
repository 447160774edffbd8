"""A customer on hold may ship on for a while: asked for, and a second person says yes."""

import datetime as dt
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.rules.credit import ReleaseWish
from contracts.services.credit import check_release, release_credit
from core.formats import money_full
from customers.models import Customer
from organization.models import Approval, ApprovalKind, User
from workspace.asking import ask_about, customer_of
from workspace.words import day_text


@transaction.atomic
def ask_release(customer: Customer, wish: ReleaseWish, *, actor: User) -> Approval:
    """Ask the lowest unit that may; refused where nothing is held, and when it was asked."""
    check_release(customer, wish, timezone.localdate())
    return ask_about(
        customer,
        kind=ApprovalKind.CREDIT_RELEASE,
        amount=wish.amount,
        section="credit",
        key=f"{ApprovalKind.CREDIT_RELEASE}:{customer.code}",
        reason=wish.reason,
        wish={"amount": str(wish.amount), "until": wish.until.isoformat()},
        actor=actor,
    )


def apply_release(approval: Approval, actor: User) -> None:
    """Carry out what was approved; RefusedError when it no longer fits."""
    wish = ReleaseWish(Decimal(approval.payload["amount"]), _until(approval), approval.reason)
    release_credit(
        customer_of(approval, actor),
        wish,
        asked_by=approval.asked_by,
        approved_by=actor,
        today=timezone.localdate(),
    )


def release_facts(approval: Approval) -> list[tuple[str, str]]:
    """The request in words: how much more, until when."""
    amount = money_full(Decimal(approval.payload["amount"]), settings.COMPANY_CURRENCY)
    return [
        (_("So much more than now"), amount),
        (_("Through"), day_text(_until(approval))),
    ]


def _until(approval: Approval) -> dt.date:
    return dt.date.fromisoformat(approval.payload["until"])
