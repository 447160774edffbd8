"""Customers that people name key accounts (02 §7.2, P27): the kind "important" of C0."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RefusedError, given_reason
from customers.models import Customer
from organization.models import User
from segmentation.decisions import end, file_to_decide
from segmentation.models import Classification, KeyAccount
from segmentation.rules.key_accounts import has_potential, key_account_kind


@dataclass(frozen=True, slots=True)
class Naming:
    """Why, and the last day; None: until somebody ends it."""

    reason: str
    ends_on: dt.date | None = None


def check_naming(wish: Naming, today: dt.date) -> None:
    """RefusedError when nobody may be named so."""
    given_reason(wish.reason)
    if wish.ends_on is not None and wish.ends_on < today:
        raise RefusedError(_("The last day has gone by: choose one from today on, or none."))


@transaction.atomic
def name_key_account(
    customer: Customer,
    wish: Naming,
    *,
    today: dt.date,
    actor: User,
    approved_by: User | None = None,
) -> KeyAccount:
    """From now on the customer is an important one; `actor` has asked, `approved_by` agreed.

    It takes the place of the naming in force. RefusedError where neither may decide it, the wish is
    none, or the file was merged into another meanwhile.
    """
    decider = approved_by or actor
    customer = file_to_decide(customer, KeyAccount, decider)
    check_naming(wish, today)
    reason = given_reason(wish.reason)
    before = KeyAccount.objects.filter(customer=customer)
    before.give_way(today, ended_by=decider, end_reason=reason)
    made = KeyAccount.objects.create(
        customer=customer,
        reason=reason,
        asked_by=actor,
        approved_by=approved_by,
        starts_on=today,
        ends_on=wish.ends_on,
    )
    _give_kind(customer, is_named=True)
    return made


@transaction.atomic
def end_naming(named: KeyAccount, *, reason: str, today: dt.date, actor: User) -> Customer:
    """The customer is of the kind the night found again, at once; returns it as it is then.

    RefusedError without a reason, when it has ended, or for who may not.
    """
    why = given_reason(reason)
    _named, customer = end(named, today=today, actor=actor, end_reason=why)
    _give_kind(customer, is_named=False)
    return customer


def _give_kind(customer: Customer, *, is_named: bool) -> None:
    """By what the last night found of it; before its first night by nothing else."""
    found = Classification.objects.current().filter(customer=customer).first()
    kind = key_account_kind(
        is_named=is_named,
        size=found.size if found else "",
        is_potential=bool(found and has_potential(found.reasons)),
    )
    if customer.key_account_kind != kind:
        customer.key_account_kind = kind
        customer.save(update_fields=["key_account_kind"])
