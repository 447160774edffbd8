"""Changes of a credit dossier that have a condition or an effect."""

import datetime as dt
from collections.abc import Collection
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RefusedError
from customers.models import (
    BankAccount,
    BankAccountOpening,
    CreditLimitChange,
    CreditReview,
    Customer,
    DangerSign,
)
from customers.services.locking import lock_file
from organization.models import ApprovalKind, User
from organization.permissions import Action, can
from organization.services.approvals import may_decide


def may_set_limit(
    customer: Customer, amount: Decimal, valid_until: dt.date | None, actor: User
) -> bool:
    """Whether the person sets that limit alone: within their authority, or lower and no longer."""
    if may_decide(actor, ApprovalKind.CREDIT_LIMIT, amount):
        return True
    before, ends = customer.credit_limit, limit_ends(customer)
    if not can(actor, Action.LOWER_CREDIT_LIMIT) or before is None or amount >= before:
        return False
    return ends is None or (valid_until is not None and valid_until <= ends)


def limit_ends(customer: Customer) -> dt.date | None:
    """The last day of the customer's limit, perhaps gone by; None until further notice.

    Said by the latest change to the present amount: an import or a merge may have set another.
    """
    changes = CreditLimitChange.objects.filter(customer=customer, amount=customer.credit_limit)
    latest = changes.order_by("-changed_at", "-pk").first()
    return latest.valid_until if latest else None


@transaction.atomic
def set_credit_limit(
    customer: Customer,
    *,
    amount: Decimal,
    valid_until: dt.date | None,
    reason: str,
    actor: User,
    approved_by: User | None = None,
) -> CreditLimitChange:
    """Give the customer another limit; `actor` has asked for it, `approved_by` agreed to it.

    RefusedError where neither may decide it, or the file was merged into another meanwhile.
    """
    customer = lock_file(customer)
    if not may_set_limit(customer, amount, valid_until, approved_by or actor):
        raise RefusedError(_("This limit is beyond your authority: ask for approval."))
    change = CreditLimitChange.objects.create(
        customer=customer,
        before=customer.credit_limit,
        amount=amount,
        valid_until=valid_until,
        reason=reason,
        changed_by=actor,
        approved_by=approved_by,
    )
    customer.credit_limit = amount
    customer.save(update_fields=["credit_limit"])
    return change


@transaction.atomic
def review_credit(
    customer: Customer, *, on: dt.date, outcome: str, next_on: dt.date, actor: User
) -> CreditReview:
    """Record that the dossier was looked through, and when the next time is."""
    customer = lock_file(customer)
    return CreditReview.objects.create(
        customer=customer, reviewed_on=on, reviewed_by=actor, outcome=outcome, next_on=next_on
    )


@transaction.atomic
def tick_danger_signs(
    customer: Customer, *, signs: Collection[str], note: str, on: dt.date, actor: User
) -> list[str]:
    """Make the ticked signs the ones that stand; returns those that are new.

    A sign that is no longer ticked is gone from that day on.
    """
    customer = lock_file(customer)
    standing = DangerSign.objects.filter(customer=customer, gone_on=None)
    known = set(standing.values_list("sign", flat=True))
    standing.exclude(sign__in=list(signs)).update(gone_on=on)
    new = [sign for sign in DangerSign.Sign.values if sign in signs and sign not in known]
    DangerSign.objects.bulk_create(
        DangerSign(customer=customer, sign=sign, note=note, seen_on=on, seen_by=actor)
        for sign in new
    )
    return new


@transaction.atomic
def open_account_number(account: BankAccount, *, reason: str, actor: User) -> str:
    """The whole number, once it is recorded who reads it and why."""
    BankAccountOpening.objects.create(
        customer=account.customer, bank=account.bank, reason=reason, opened_by=actor
    )
    return account.account_no
