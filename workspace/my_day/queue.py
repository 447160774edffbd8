"""The work queue: due tasks and alerts that wait, by kind, in each what matters most first."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import reduce
from typing import Any
from urllib.parse import urlencode

from django.db.models import CharField, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.keyset import Order, read_number, read_page
from customers.models import Customer
from engagement.models import Alert, Task
from organization.models import User
from organization.permissions import Action, can
from workspace.alert_words import FILE_VERBS, sentence
from workspace.my_day import words
from workspace.my_day.facts import comments, lines
from workspace.my_day.scope import Scope
from workspace.tasks.rows import TaskRow, task_rows

SHOWN = 8  # of each group where all are shown
PAGE_SIZE = 50  # where one group is
MOST_COUNTED = 999  # "999+" beyond: nobody works off more in a day
_ORDER = Order("urgency", descending=True, parse=read_number)
_DUE = "due_today"

Kind = Alert.Kind
Role = User.Role
TASKS = "task"
KINDS: dict[str, tuple[Any, str]] = {  # label and icon, in the order of the page
    TASKS: (gettext_lazy("Tasks"), "list-check"),
    Kind.PAYMENT_DUE: (gettext_lazy("Payments"), "receipt-yuan"),
    Kind.VOLUME_DROP: (gettext_lazy("Fading customers"), "trending-down"),
    Kind.NETWORK: (gettext_lazy("Networks at risk"), "affiliate"),
    Kind.LOW_SCORE: (gettext_lazy("Low scores"), "mood-sad"),
    Kind.COMPLAINT_LATE: (gettext_lazy("Late complaints"), "gavel"),
    Kind.CREDIT_REVIEW: (gettext_lazy("Credit reviews"), "shield-half"),
    Kind.EXPIRING: (gettext_lazy("Papers that expire"), "calendar-event"),
    Kind.FACT_CHANGE: (gettext_lazy("Changed facts"), "history"),
    Kind.FILE_GAPS: (gettext_lazy("Files with gaps"), "file-text"),
}
_TOLD = (
    *(Kind.CREDIT_REVIEW, Kind.EXPIRING, Kind.FACT_CHANGE, Kind.FILE_GAPS),
    Kind.COMPLAINT_LATE,
)
_IN_SECTIONS: dict[str, tuple[Any, str]] = {  # the verb and the section where it is done
    Kind.COMPLAINT_LATE: (pgettext_lazy("verb", "Answer"), "complaints"),
    Kind.LOW_SCORE: (gettext_lazy("Call back"), "surveys"),
    Kind.NETWORK: (pgettext_lazy("a customer", "Protect"), "network"),
    Kind.EXPIRING: (gettext_lazy("Renew"), "dossier"),
    **{kind: (verb, "profile") for kind, verb in FILE_VERBS.items()},
}
_KINDS_BY_ROLE: dict[str, tuple[str, ...]] = {
    Role.FINANCE: (
        *(TASKS, Kind.PAYMENT_DUE, Kind.CREDIT_REVIEW, Kind.EXPIRING),
        Kind.FACT_CHANGE,
    ),
    Role.ANALYST: (Kind.PAYMENT_DUE, Kind.VOLUME_DROP, Kind.NETWORK, Kind.LOW_SCORE),
    Role.SERVICE_AGENT: (TASKS, Kind.COMPLAINT_LATE, Kind.LOW_SCORE, Kind.VOLUME_DROP),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to do: one reason, one verb."""

    alert: Alert
    customer: Customer
    icon: str
    tone: str  # of the icon: how loud it is
    reason: str
    amount: Decimal | None
    due: str
    due_tone: str
    verb: str
    url: str
    in_drawer: bool  # whether the verb is done in the drawer
    owner: str  # whose customer it is; empty for one's own


@dataclass(frozen=True, slots=True)
class Group:
    """One kind of work."""

    kind: str
    label: Any
    icon: str
    count: int
    rows: Sequence[Row | TaskRow]
    next: str = ""  # where the next rows begin

    @property
    def is_capped(self) -> bool:
        """Whether there are more than were counted."""
        return self.count > MOST_COUNTED


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits; `kind` names the only group shown, or is empty."""

    groups: list[Group]
    kind: str
    due_today: int
    may_handle: bool
    shows_owner: bool

    @property
    def total(self) -> int:
        """How many things wait."""
        return sum(group.count for group in self.groups)

    @property
    def is_capped(self) -> bool:
        """Whether there are more than were counted."""
        return any(group.is_capped for group in self.groups)

    @property
    def shown(self) -> list[Group]:
        """The groups with rows to show."""
        return [group for group in self.groups if group.rows]


def kinds_for(user: User) -> tuple[str, ...]:
    """The kinds of work the person's role has."""
    return _KINDS_BY_ROLE.get(user.role, tuple(KINDS))


def queue(scope: Scope, today: dt.date, kind: str = "", after: str = "") -> Queue:
    """The queue of the scope; with a kind only its rows, a page from `after` on.

    Nine queries at most: the counts, the rows of each kind, lines and comments they are about.
    """
    kinds = kinds_for(scope.user)
    kind = kind if kind in kinds else ""
    waiting = Alert.objects.visible_to(scope.user).waiting(today)
    if scope.unit_ids:
        waiting = waiting.filter(org_unit__in=scope.unit_ids)
    work = scope.of(Task.objects.visible_to(scope.user).work_of(scope.user)).due(today)
    counts = _counts(waiting, work, kinds, today)
    pages: dict[str, tuple[list[Alert], str]] = {}
    wanted = (kind,) if kind else kinds
    for each in wanted:
        if counts[each] and each != TASKS:
            rows = waiting.filter(kind=each).select_related("customer__account_manager")
            page = read_page(rows, _ORDER, after, PAGE_SIZE if kind else SHOWN)
            pages[each] = (page.rows, page.next)
    made = _rows([alert for found, _next in pages.values() for alert in found], scope, today)
    groups = {
        each: Group(
            each,
            *KINDS[each],
            counts[each],
            [made[alert.pk] for alert in pages.get(each, ([], ""))[0]],
            pages.get(each, ([], ""))[1],
        )
        for each in kinds
    }
    if TASKS in wanted and counts[TASKS]:
        found = read_page(
            work.select_related("customer", "assignee"), _ORDER, after, PAGE_SIZE if kind else SHOWN
        )
        groups[TASKS] = replace(
            groups[TASKS], rows=task_rows(found.rows, scope.user, today), next=found.next
        )
    return Queue(
        groups=list(groups.values()),
        kind=kind,
        due_today=counts[_DUE],
        may_handle=can(scope.user, Action.HANDLE_ALERT),
        shows_owner=not scope.is_mine,
    )


def _counts(
    waiting: QuerySet[Alert], work: QuerySet[Task], kinds: tuple[str, ...], today: dt.date
) -> Counter[str]:
    """How many of each kind, and due today, wait: at most one more than MOST_COUNTED of each."""
    capped = [
        rows.order_by()
        .annotate(counted=Value(name, output_field=CharField()))
        .values_list("counted", flat=True)[: MOST_COUNTED + 1]
        for name, rows in (
            *((kind, waiting.filter(kind=kind)) for kind in kinds if kind != TASKS),
            (_DUE, waiting.filter(due_on=today, kind__in=kinds)),
            *(((TASKS, work), (_DUE, work.filter(due_on=today))) if TASKS in kinds else ()),
        )
    ]
    union: Callable[[Any, Any], Any] = lambda one, other: one.union(other, all=True)  # noqa: E731  # its type stands beside it
    return Counter(reduce(union, capped))


def _rows(alerts: list[Alert], scope: Scope, today: dt.date) -> dict[int, Row]:
    """Rows by the alert's id."""
    subjects: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for alert in alerts:
        subjects[alert.kind].append(alert.subject)
    known_lines = lines(subjects[Kind.PAYMENT_DUE], today)
    said = comments(subjects[Kind.LOW_SCORE])
    rows = {}
    for alert in alerts:
        amount, reason = alert.amount, ""
        if alert.kind == Kind.PAYMENT_DUE:
            line = known_lines.get(alert.subject)
            amount = line.remainder if line else amount
            reason = words.payment_reason(alert, line)
        elif alert.kind == Kind.LOW_SCORE:
            reason = words.score_reason(alert, said.get(alert.subject, ""))
        elif alert.kind == Kind.NETWORK:
            reason = words.network_reason(alert)
        elif alert.kind in _TOLD:
            reason = sentence(alert)
        else:
            if amount and not words.is_broken(alert):
                amount = -amount  # what was lost
            reason = words.fall_reason(alert)
        rows[alert.pk] = _row(alert, scope, today, amount, reason)
    return rows


def _row(alert: Alert, scope: Scope, today: dt.date, amount: Decimal | None, reason: str) -> Row:
    due, due_tone = words.due_words(alert.due_on, today)
    if alert.due_on is None:
        due = words.since(alert.opened_on)
    verb, url, in_drawer = _next_step(alert, scope.user, today)
    manager = alert.customer.account_manager
    is_own = manager is not None and manager.pk == scope.user.pk
    return Row(
        alert=alert,
        customer=alert.customer,
        icon=KINDS[alert.kind][1],
        tone={"critical": "bad", "high": "bad", "medium": "warn"}.get(alert.severity, ""),
        reason=reason,
        amount=amount,
        due=due,
        due_tone=due_tone,
        verb=verb,
        url=url,
        in_drawer=in_drawer,
        owner="" if is_own else str(manager) if manager else _("nobody"),
    )


def _next_step(alert: Alert, user: User, today: dt.date) -> tuple[str, str, bool]:
    """The one verb of a row, where it leads, and whether that is a drawer."""
    customer = alert.customer
    if alert.kind in _IN_SECTIONS:
        verb, section = _IN_SECTIONS[alert.kind]
        return str(verb), reverse("customer_section", args=[customer.pk, section]), False
    if alert.kind == Kind.VOLUME_DROP:
        return _("Win back"), reverse("customer", args=[customer.pk]), False
    if alert.kind == Kind.CREDIT_REVIEW:
        return _("Review"), reverse("credit_review", args=[customer.pk]), True
    return _collect(alert, user, today)


def _collect(alert: Alert, user: User, today: dt.date) -> tuple[str, str, bool]:
    """Of a payment: book it, ask for it, or look, as the role allows."""
    customer = alert.customer
    if can(user, Action.RECORD_RECEIPT):
        asked = urlencode({"customer": customer.code, "line": alert.subject})
        return _("Settle"), f"{reverse('receipt_new')}?{asked}", True
    is_late = alert.due_on is not None and alert.due_on < today
    verb = _("Chase") if is_late else _("Remind")
    if can(user, Action.WRITE_NOTE):
        return verb, reverse("remind", args=[customer.pk]), True
    return verb, reverse("customer_section", args=[customer.pk, "receivables"]), False
