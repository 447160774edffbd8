"""Promises to pay: made, replaced, taken back, and judged by what came in (B8)."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Q, Sum
from django.utils.translation import gettext as _

from contracts.models import PlanLine, Promise, Receipt
from contracts.rules import promises as rules
from core.errors import RefusedError, given_reason
from core.rules import ZERO
from customers.models import CreditEvent, Customer
from customers.services.locking import lock_file
from organization.models import User
from organization.reports import work_calendar

_JUDGED = tuple(rules.Outcome)
_CHUNK = 500
_EVIDENCE: dict[str, CreditEvent.Kind] = {
    Promise.State.KEPT: CreditEvent.Kind.PROMISE_KEPT,
    Promise.State.BROKEN: CreditEvent.Kind.PROMISE_BROKEN,
}


@dataclass(frozen=True, slots=True)
class Word:
    """What the customer said: so much of a currency by a day, for one line or for all."""

    amount: Decimal
    currency: str
    due_on: dt.date
    line: PlanLine | None = None
    note: str = ""


@transaction.atomic
def make_promise(
    customer: Customer, word: Word, *, today: dt.date, actor: User, is_approved: bool = False
) -> Promise:
    """Note a promise; alerts of its lines wait until its day.

    RefusedError for a day gone by, one more than 30 days away without approval, more than is open,
    and for a line that has an open promise: that one is replaced instead.
    """
    customer = lock_file(customer)
    _check_day(word.due_on, today, is_approved=is_approved)
    _check_amount(customer, word)
    opened = Promise.objects.filter(line=word.line, state=Promise.State.OPEN)
    if word.line is not None and opened.exists():
        message = _("Line {line} has an open promise already: replace that one.")
        raise RefusedError(message.format(line=word.line.line_no))
    return _noted(customer, word, None, today, actor)


@transaction.atomic
def replace_promise(
    promise: Promise, word: Word, *, today: dt.date, actor: User, is_approved: bool = False
) -> Promise:
    """Another promise in place of an open one, for the same line and in the same currency.

    RefusedError for the third time, or as in making.
    """
    customer = lock_file(promise.customer)
    promise = _open(promise)
    if promise.replacements >= rules.MOST_REPLACEMENTS:
        raise RefusedError(
            _("This promise was replaced twice already: it is kept now, or it is broken.")
        )
    word = replace(word, currency=promise.currency, line=promise.line)
    _check_day(word.due_on, today, is_approved=is_approved)
    _check_amount(customer, word)
    _ended(promise, Promise.State.REPLACED, today)
    return _noted(customer, word, promise, today, actor)


@transaction.atomic
def cancel_promise(promise: Promise, *, today: dt.date, reason: str) -> Promise:
    """It was noted by mistake, or agreed away: nothing waits for it. RefusedError without why."""
    reason = given_reason(reason)
    lock_file(promise.customer)
    promise = _open(promise)
    promise.note = reason
    return _ended(promise, Promise.State.CANCELLED, today)


@transaction.atomic
def judge_promises(customers: Collection[int], *, day: dt.date) -> int:
    """State all judged promises of these customers (ids) anew from their receipts.

    As at the end of `day`; returns how many changed. The same again changes none.
    """
    locked = Promise.objects.filter(customer__in=customers, state__in=_JUDGED)
    by_account: dict[tuple[int, str], list[Promise]] = {}
    for promise in (
        locked.select_related("line", "evidence").order_by("pk").select_for_update(of=("self",))
    ):
        by_account.setdefault((promise.customer_id, promise.currency), []).append(promise)
    if not by_account:
        return 0
    arrived = _arrived({customer for customer, _currency in by_account}, day)
    changed = [
        promise
        for account, promises in by_account.items()
        for promise in _judged(promises, arrived.get(account, []), day)
    ]
    _keep_with_evidence(changed)
    return len(changed)


def _keep_with_evidence(promises: Collection[Promise]) -> None:
    """Write them; each that is kept or broken stands in the credit record, while it is so (P8)."""
    events = []
    outdated = []
    for promise in promises:
        if _is_told(promise):
            continue
        if promise.evidence_id is not None:
            outdated.append(promise.evidence_id)
        promise.evidence = _evidence(promise)
        if promise.evidence is not None:
            events.append(promise.evidence)
    CreditEvent.objects.bulk_create(events, batch_size=_CHUNK)
    fields = ["state", "received", "decided_on", "evidence"]
    Promise.objects.bulk_update(promises, fields, batch_size=_CHUNK)
    CreditEvent.objects.filter(pk__in=outdated).delete()


def _is_told(promise: Promise) -> bool:
    """Whether its evidence says what it has come to."""
    told = promise.evidence and (promise.evidence.kind, promise.evidence.as_of)
    kind = _EVIDENCE.get(promise.state)
    return told == (kind and (kind, promise.decided_on))


def _evidence(promise: Promise) -> CreditEvent | None:
    """What it says for or against the customer; None while that is neither kept nor broken."""
    kind = _EVIDENCE.get(promise.state)
    if kind is None or promise.decided_on is None:
        return None
    about = promise.due_on.isoformat()
    return CreditEvent(
        customer_id=promise.customer_id,
        kind=kind,
        amount=promise.amount,
        currency=promise.currency,
        text=f"{promise.line.line_no} · {about}" if promise.line else about,
        source="Yihu",
        as_of=promise.decided_on,
        of_promise=True,
    )


def _arrived(customers: Collection[int], day: dt.date) -> dict[tuple[int, str], list[rules.Money]]:
    """Money of these customers that holds at the end of the day."""
    receipts = Receipt.objects.filter(customer__in=customers, effective_on__lte=day).filter(
        Q(reversed_on=None) | Q(reversed_on__gt=day)
    )
    found: dict[tuple[int, str], list[rules.Money]] = {}
    rows = receipts.order_by("effective_on", "pk").values_list(
        "customer", "currency", "effective_on", "amount"
    )
    for customer, currency, on, amount in rows:
        found.setdefault((customer, currency), []).append(rules.Money(on, amount))
    return found


def _judged(promises: list[Promise], receipts: list[rules.Money], day: dt.date) -> list[Promise]:
    """Those of one customer and currency whose state is another now, with it."""
    oldest_first = sorted(promises, key=lambda each: (each.made_on, each.pk))
    words = [rules.Promise(each.made_on, each.counts_until, each.amount) for each in oldest_first]
    changed = []
    for promise, result in zip(oldest_first, rules.judge(words, receipts, day), strict=True):
        now = (result.outcome.value, result.received, result.decided_on)
        if now != (promise.state, promise.received, promise.decided_on):
            promise.state, promise.received, promise.decided_on = now
            changed.append(promise)
    return changed


def _open(promise: Promise) -> Promise:
    promise = Promise.objects.select_for_update(of=("self",)).get(pk=promise.pk)
    if promise.state != Promise.State.OPEN:
        message = _("This promise is not open any more: {state}.")
        raise RefusedError(message.format(state=promise.get_state_display()))
    return promise


def _ended(promise: Promise, state: Promise.State, today: dt.date) -> Promise:
    promise.state, promise.decided_on = state, today
    promise.save(update_fields=["state", "decided_on", "note"])
    return promise


def _check_day(due_on: dt.date, today: dt.date, *, is_approved: bool) -> None:
    if due_on < today:
        raise RefusedError(_("The day promised has gone by already."))
    if (due_on - today).days > rules.LONGEST_DAYS and not is_approved:
        message = _("More than {n} days away: that needs the approval of a head.")
        raise RefusedError(message.format(n=rules.LONGEST_DAYS))


def _check_amount(customer: Customer, word: Word) -> None:
    lines = PlanLine.objects.filter(customer=customer, currency=word.currency).open()
    if word.line is not None:
        lines = lines.filter(pk=word.line.pk)
    owed = lines.aggregate(sum=Sum(F("amount") - F("paid")))["sum"] or ZERO
    if word.amount <= 0:
        raise RefusedError(_("A promise must be more than 0."))
    if word.amount > owed:
        message = _("Only {amount} {currency} is open: a promise cannot be for more.")
        raise RefusedError(message.format(amount=owed, currency=word.currency))


def _noted(
    customer: Customer, word: Word, replaces: Promise | None, today: dt.date, actor: User
) -> Promise:
    late = PlanLine.objects.filter(customer=customer, currency=word.currency).overdue(today)
    overdue = late.aggregate(sum=Sum(F("amount") - F("paid")))["sum"] or ZERO
    promise = Promise.objects.create(
        customer=customer,
        line=word.line,
        amount=word.amount,
        currency=word.currency,
        made_on=today,
        due_on=word.due_on,
        counts_until=work_calendar().add_workdays(word.due_on, rules.GRACE_WORKDAYS),
        covers_overdue=word.line is None and word.amount >= overdue * rules.KEPT_SHARE,
        note=word.note.strip(),
        replaces=replaces,
        replacements=0 if replaces is None else replaces.replacements + 1,
        noted_by=actor,
    )
    judge_promises([customer.pk], day=today)
    promise.refresh_from_db()
    return promise
