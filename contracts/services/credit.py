"""The state of credit kept true: called at the end of whatever changes what a customer stands for.

Locks: states last, after receipts and lines, in the order of customers.
"""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.models import REFUSING, CreditHold, CreditRelease, CreditState
from contracts.rules.credit import LONGEST_RELEASE, ReleaseWish
from core.errors import RefusedError, given_reason
from customers.models import Customer
from customers.services.locking import lock_file
from organization.models import User

AT_ONCE = 2_000  # notes that are judged in one transaction


def keep_credit(customers: Iterable[int], *, cause: str) -> int:
    """Judge these customers (ids) and their groups anew as of today; returns the changes written.

    From the full state, under a lock on each state; the same facts on the same day change nothing.
    """
    ids = sorted(set(customers))
    return _keep(ids, timezone.localdate(), cause) if ids else 0


def judge_due() -> int:
    """Judge those that a change was noted of, or whose release or limit has ended; how many.

    What is noted: migrations credit_due and noted_at_once.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT contracts_judge_due(%s, %s, %s)",
            [AT_ONCE, timezone.localdate(), settings.COMPANY_CURRENCY],
        )
        (due,) = cursor.fetchone()
    return int(due)


def keep_credit_of_night(day: dt.date, version: int) -> int:
    """Make the states of a night the ones that count; returns the changes written.

    Those judged after the night read its data stay, and while missed nights are caught up those
    judged for a later day. A night further back is no missed one: the books end there.
    """
    return _keep([], day, "night", version)


def _keep(customers: list[int], day: dt.date, cause: str, version: int | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT contracts_keep_credit(%s::bigint[], %s, %s, %s, %s, %s)",
            [
                *(customers, day, settings.COMPANY_CURRENCY, cause, version),
                settings.NIGHTLY_CATCH_UP_DAYS,
            ],
        )
        (decided,) = cursor.fetchone()
    return int(decided)


@transaction.atomic
def hold_credit(customer: Customer, *, reason: str, actor: User, today: dt.date) -> CreditHold:
    """Stop the customer by hand; billing goes on. Refused without a reason and when it is held."""
    customer = lock_file(customer)
    reason = given_reason(reason)
    if CreditHold.objects.filter(customer=customer, lifted_on=None).exists():
        raise RefusedError(_("{customer} is held already.").format(customer=customer))
    hold = CreditHold.objects.create(
        customer=customer, reason=reason, placed_on=today, placed_by=actor
    )
    keep_credit([customer.pk], cause="hold")
    return hold


@transaction.atomic
def lift_hold(customer: Customer, *, reason: str, actor: User, today: dt.date) -> CreditHold:
    """End a hold by hand. Refused without a reason, and for whoever placed it."""
    customer = lock_file(customer)
    hold = CreditHold.objects.filter(customer=customer, lifted_on=None).first()
    if hold is None:
        raise RefusedError(_("{customer} is not held by hand.").format(customer=customer))
    if hold.placed_by_id == actor.pk:
        raise RefusedError(_("You placed this hold yourself: another person lifts it."))
    hold.lifted_on, hold.lifted_by = today, actor
    hold.lift_reason = given_reason(reason)
    hold.save(update_fields=["lifted_on", "lifted_by", "lift_reason"])
    keep_credit([customer.pk], cause="lift")
    return hold


@transaction.atomic
def release_credit(
    customer: Customer, wish: ReleaseWish, *, asked_by: User, approved_by: User, today: dt.date
) -> CreditRelease:
    """Let a customer ship on although it is on hold: so much more, through a day.

    `approved_by` has agreed to what `asked_by` asked. Refused for one person alone, beyond 30
    days, and where nothing is to be released: a hold by hand is lifted instead.
    """
    customer = lock_file(customer)
    if asked_by == approved_by:
        raise RefusedError(_("Nobody agrees to their own request: a second person decides."))
    check_release(customer, wish, today)
    state = CreditState.objects.get(customer=customer, currency=settings.COMPANY_CURRENCY)
    release = CreditRelease.objects.create(
        customer=customer,
        amount=wish.amount,
        ceiling=state.exposure + wish.amount,
        granted_on=today,
        until=wish.until,
        reason=wish.reason.strip(),
        asked_by=asked_by,
        approved_by=approved_by,
    )
    keep_credit([customer.pk], cause="release")
    return release


def check_release(customer: Customer, wish: ReleaseWish, today: dt.date) -> None:
    """RefusedError where such a release makes no sense; its amount is in the company's currency."""
    given_reason(wish.reason)
    if wish.amount <= 0:
        raise RefusedError(_("A release must be more than 0."))
    if not today <= wish.until <= today + dt.timedelta(LONGEST_RELEASE):
        message = _("A release lasts {n} days at most: choose a day from today on.")
        raise RefusedError(message.format(n=LONGEST_RELEASE))
    if CreditHold.objects.filter(customer=customer, lifted_on=None).exists():
        raise RefusedError(_("It is held by hand: another person lifts the hold instead."))
    held = CreditState.objects.filter(customer=customer, state__in=REFUSING)
    currencies = sorted(held.values_list("currency", flat=True))
    if not currencies:
        raise RefusedError(_("{customer} is not on hold.").format(customer=customer))
    if settings.COMPANY_CURRENCY not in currencies:
        message = _(
            "{customer} is on hold for what it owes in {currencies}. A release is an amount in"
            " {home} and would change nothing: have it pay what is overdue."
        )
        raise RefusedError(
            message.format(
                customer=customer, currencies=", ".join(currencies), home=settings.COMPANY_CURRENCY
            )
        )
