"""What stands in a person's digest of a day: only what they may see and answer for."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contracts.models import Promise
from contracts.rules.ladder import Told
from core.formats import money_full
from core.rules import ZERO
from engagement.models import Alert, Task
from organization.models import Digest, OrgUnit, User
from workspace.alert_words import readable, sentence
from workspace.words import day_text

SHOWN = 10  # of each list
_HEADS = {
    OrgUnit.Level.OUTLET: Told.UNIT_HEAD,
    OrgUnit.Level.BRANCH: Told.BRANCH,
    OrgUnit.Level.GROUP: Told.GROUP,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing, of which customer, and where it is dealt with."""

    customer: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Part:
    """The first entries of a list, and how many there are."""

    entries: list[Entry]
    count: int

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.count - len(self.entries)


@dataclass(frozen=True, slots=True)
class Content:
    """The three lists; what has changed has done so after `since`."""

    due: Part
    late: Part
    changed: Part
    since: dt.date

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.due.count or self.late.count or self.changed.count)


def content(user: User, day: dt.date) -> Content:
    """What is due on the day, what is late by it, what has changed since the digest before."""
    since = last_told(user, day)
    late = partial(_payment, day=day)
    tasks = Task.objects.visible_to(user).work_of(user).open().select_related("customer")
    payments = _told(user, Alert.objects.visible_to(user).waiting(day), payments_only=True)
    return Content(
        due=_joined(
            (tasks.filter(due_on=day).order_by("-urgency", "pk"), _task),
            (payments.filter(due_on__gte=day).order_by("due_on", "-urgency", "pk"), late),
        ),
        late=_joined(
            (payments.filter(due_on__lt=day).order_by("-urgency", "pk"), late),
            (tasks.filter(due_on__lt=day).order_by("due_on", "pk"), _task),
        ),
        changed=_joined(*_changes(user, since, day)),
        since=since,
    )


def last_told(user: User, day: dt.date) -> dt.date:
    """The day of the digest before that came; the day before where there is none in a month."""
    known = Digest.objects.filter(user=user, day__lt=day, day__gt=day - dt.timedelta(31))
    came = known.filter(state__in=[Digest.State.SENT, Digest.State.NOTHING])
    found: dt.date | None = came.order_by("-day").values_list("day", flat=True).first()
    return found or day - dt.timedelta(1)


def post_of(user: User) -> Told | None:
    """As what somebody is told of late lines; None for those who are not."""
    if user.role == User.Role.ACCOUNT_MANAGER:
        return Told.MANAGER
    if user.role == User.Role.FINANCE:
        return Told.FINANCE
    is_head = user.role == User.Role.UNIT_MANAGER and user.org_unit is not None
    return _HEADS[OrgUnit.Level(user.org_unit.level)] if is_head and user.org_unit else None


Source = tuple[QuerySet[Any], Callable[[Any], Entry]]


def _told(user: User, alerts: QuerySet[Alert], *, payments_only: bool) -> QuerySet[Alert]:
    """Alerts without payments that the ladder does not tell this person of."""
    payment, post = Q(kind=Alert.Kind.PAYMENT_DUE), post_of(user)
    mine = payment
    if post is None:
        mine = Q(pk__in=[])
    elif post is not Told.MANAGER:
        mine = payment & Q(params__told__contains=[post.value])
    wanted = mine if payments_only else mine | ~payment
    return readable(alerts.filter(wanted), user).select_related("customer")


def _changes(user: User, since: dt.date, day: dt.date) -> Iterable[Source]:
    """Promises decided, money that came, other alerts opened."""
    promises = Promise.objects.visible_to(user).filter(decided_on__gte=since, decided_on__lt=day)
    judged = promises.filter(state__in=["kept", "partial", "broken"]).select_related("customer")
    yield judged.order_by("-decided_on", "pk"), _promise
    alerts = Alert.objects.visible_to(user)
    paid = alerts.filter(closing_reason="paid", closed_on__gte=since, closed_on__lt=day)
    yield _told(user, paid, payments_only=True).order_by("-amount", "pk"), _paid
    new = alerts.open().filter(opened_on__gte=since, opened_on__lt=day)
    opened = new.exclude(kind=Alert.Kind.PAYMENT_DUE)
    yield _told(user, opened, payments_only=False).order_by("-urgency", "pk"), _alert


def _joined(*sources: Source) -> Part:
    """The first entries of the sources in their order; two queries each."""
    entries: list[Entry] = []
    count = 0
    for rows, told in sources:
        count += rows.count()
        entries += [told(row) for row in rows[: SHOWN - len(entries)]]
    return Part(entries, count)


def _task(task: Task) -> Entry:
    kind = str(task.get_kind_display())
    text = f"{kind} · {task.title}" if task.title else kind
    return Entry(task.customer.name, f"{text} · {day_text(task.due_on)}", reverse("task_list"))


def _alert(alert: Alert) -> Entry:
    return Entry(
        alert.customer.name, sentence(alert), reverse("customer", args=[alert.customer_id])
    )


def _payment(alert: Alert, day: dt.date) -> Entry:
    """As late as it is on the day, not as when it was told of first."""
    due_on = alert.due_on or day
    late = (day - due_on).days
    told = _("{amount} is due on {day} ({line})")
    if late > 0:
        told = ngettext(
            "{amount} is {n} day late ({line})", "{amount} is {n} days late ({line})", late
        )
    text = told.format(amount=_amount(alert), day=day_text(due_on), line=alert.subject, n=late)
    return Entry(alert.customer.name, text, _section(alert.customer_id, "receivables"))


def _paid(alert: Alert) -> Entry:
    text = _("{amount} of {line} is paid").format(amount=_amount(alert), line=alert.subject)
    return Entry(alert.customer.name, text, _section(alert.customer_id, "receipts"))


def _amount(alert: Alert) -> str:
    return money_full(alert.amount or ZERO, alert.currency)


def _section(customer: int, name: str) -> str:
    return reverse("customer_section", args=[customer, name])


def _promise(promise: Promise) -> Entry:
    told = _("promise of {amount} for {day}: {state}").format(
        amount=money_full(promise.amount, promise.currency),
        day=day_text(promise.due_on),
        state=promise.get_state_display(),
    )
    return Entry(promise.customer.name, told, _section(promise.customer_id, "receivables"))
