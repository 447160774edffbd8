"""Who is to be called next: payments due, in each what matters most first (02 §4.6).

The order is the urgency the night gives every alert: amount x lateness x risk x value
(segmentation/rules/urgency.py). Every row says its factors.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contracts.models import PlanLine, Promise
from contracts.reports.interest import memos
from core.keyset import Order, read_number, read_page
from customers.models import Customer
from engagement.models import Alert
from organization.models import OrgUnit, User
from segmentation.rules.urgency import lateness, risk, value
from workspace.collecting.steps import Step, step_for, told_names
from workspace.my_day.facts import LineFacts, lines

PAGE_SIZE = 30
MOST_EXPORTED = 5000
STAGES = {  # of the filter: name -> stages from and before
    "before": (-4000, 0),
    "early": (0, 15),
    "late": (15, 45),
    "last": (45, 4000),
}
_ORDER = Order("urgency", descending=True, parse=read_number)
_YEAR = dt.timedelta(days=365)
_BROKEN = (Promise.State.BROKEN, Promise.State.PARTIAL)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What of the list somebody wants to see."""

    unit: OrgUnit | None = None
    manager: User | None = None
    stage: str = ""
    currency: str = ""

    def of(self, alerts: QuerySet[Alert]) -> QuerySet[Alert]:
        """Those of the alerts."""
        wanted: dict[str, Any] = {}
        if self.unit is not None:
            wanted["org_unit__in"] = list(
                OrgUnit.objects.below(self.unit).values_list("pk", flat=True)
            )
        if self.manager is not None:
            wanted["account_manager"] = self.manager
        if self.currency:
            wanted["currency"] = self.currency
        if self.stage in STAGES:
            first, end = STAGES[self.stage]
            wanted |= {"params__stage__gte": first, "params__stage__lt": end}
        return alerts.filter(**wanted)


@dataclass(frozen=True, slots=True)
class Row:
    """A line to be collected: why it stands here, what comes next, what was promised."""

    alert: Alert
    customer: Customer
    amount: Decimal | None
    days: int
    why: list[str]
    step: Step
    promise: Promise | None
    line: LineFacts | None
    interest: Decimal | None  # a memo
    told: str  # whom the ladder told


@dataclass(frozen=True, slots=True)
class Total:
    """How many lines and how much in one currency."""

    currency: str
    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and where the next begins ("" at the end)."""

    rows: list[Row]
    next: str


def waiting(user: User, narrowed: Narrowed, today: dt.date) -> QuerySet[Alert]:
    """Payment alerts of the person's customers that somebody has to act on."""
    alerts = Alert.objects.visible_to(user).waiting(today)
    return narrowed.of(alerts.filter(kind=Alert.Kind.PAYMENT_DUE))


def totals(alerts: QuerySet[Alert]) -> list[Total]:
    """What they come to by currency, as of their last stage; the largest first."""
    sums = alerts.order_by().values("currency").annotate(n=Count("pk"), sum=Sum("amount"))
    found = [Total(row["currency"], row["n"], row["sum"] or Decimal(0)) for row in sums]
    return sorted(found, key=lambda total: (-total.count, total.currency))


def page(user: User, alerts: QuerySet[Alert], today: dt.date, after: str = "") -> Page:
    """The next rows behind `after`: seven queries, however many rows."""
    known = alerts.select_related("customer__account_manager", "customer__org_unit")
    found = read_page(known, _ORDER, after, PAGE_SIZE)
    return Page(_rows(user, found.rows, today), found.next)


def every(user: User, alerts: QuerySet[Alert], today: dt.date) -> list[Row]:
    """All rows in their order, at most MOST_EXPORTED: for a file."""
    known = alerts.select_related("customer__account_manager", "customer__org_unit")
    return _rows(user, list(known.order_by("-urgency", "-pk")[:MOST_EXPORTED]), today)


def _rows(user: User, alerts: Sequence[Alert], today: dt.date) -> list[Row]:
    customers = {alert.customer_id for alert in alerts}
    numbers = [alert.subject for alert in alerts]
    facts = lines(numbers, today)
    known_promises = Promise.objects.visible_to(user).filter(customer__in=customers)
    promises = _latest(known_promises)
    broken = _broken(known_promises, today)
    owing = PlanLine.objects.visible_to(user).filter(line_no__in=numbers)
    named = dict(owing.values_list("line_no", "pk"))
    interest = memos(owing, today)
    return [
        _row(alert, facts, promises, broken, interest.get(named.get(alert.subject, 0)), today)
        for alert in alerts
    ]


def _latest(promises: QuerySet[Promise]) -> dict[str, Promise]:
    """The latest promise by line number."""
    rows = promises.filter(line__isnull=False).select_related("line")
    return {each.line.line_no: each for each in rows.order_by("made_on", "pk") if each.line}


def _broken(promises: QuerySet[Promise], today: dt.date) -> dict[int, int]:
    """How many each customer has broken within a year."""
    rows = promises.filter(state__in=_BROKEN, decided_on__gt=today - _YEAR)
    return dict(rows.order_by().values_list("customer").annotate(Count("pk")))


def _row(
    alert: Alert,
    facts: Mapping[str, LineFacts],
    promises: Mapping[str, Promise],
    broken: Mapping[int, int],
    interest: Decimal | None,
    today: dt.date,
) -> Row:
    days = (today - (alert.due_on or today)).days
    line = facts.get(alert.subject)
    return Row(
        alert=alert,
        customer=alert.customer,
        amount=line.remainder if line else alert.amount,
        days=days,
        why=_why(alert, broken.get(alert.customer_id, 0)),
        step=step_for(days),
        promise=promises.get(alert.subject),
        line=line,
        interest=interest,
        told=told_names(alert.params.get("told", ())),
    )


def _why(alert: Alert, broken: int) -> list[str]:
    """The factors of its place in words."""
    days = int(alert.params.get("days", 0))
    parts = [
        _("lateness × {factor}").format(factor=_factor(lateness(alert.kind, alert.severity, days))),
        _("value × {factor}").format(factor=_factor(value(alert.customer.tier))),
    ]
    if broken:
        told = ngettext("{n} promise broken × {factor}", "{n} promises broken × {factor}", broken)
        parts.append(told.format(n=broken, factor=_factor(risk(alert.kind, broken))))
    return parts


def _factor(percent: int) -> str:
    return f"{percent / 100:.2f}"
