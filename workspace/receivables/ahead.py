"""The next 13 weeks: what the plan says and what is to be expected, with what it is made of."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from contracts.models import PlanLine
from contracts.reports.forecast import Coming, forecast, lines_of_week
from contracts.reports.past import Key
from contracts.rules.forecast import WEEKS
from core.charts import Axis, Chart, Series, amount_in, bars
from core.rules import ZERO
from workspace.receivables.asked import Asked
from workspace.receivables.parts import Named, named_parts

MOST_LINES = 200
WHY: dict[str, Any] = {
    "promise": gettext_lazy("promised"),
    "habit": gettext_lazy("as the customer usually pays"),
    "mean": gettext_lazy("as customers usually pay"),
    "disputed": gettext_lazy("disputed"),
    "stale": gettext_lazy("more than 90 days late"),
}


@dataclass(frozen=True, slots=True)
class Weeks:
    """Open money by the number of the week in which it is due, and in which it is expected.

    Week 0: overdue already; `unknown`: nobody knows when it comes, by reason.
    """

    due: dict[int, Decimal] = field(default_factory=dict)
    expected: dict[int, Decimal] = field(default_factory=dict)
    promised: Decimal = ZERO
    unknown: dict[str, Decimal] = field(default_factory=dict)

    def __add__(self, other: "Weeks") -> "Weeks":
        return Weeks(
            _both(self.due, other.due),
            _both(self.expected, other.expected),
            self.promised + other.promised,
            _both(self.unknown, other.unknown),
        )

    @property
    def soon(self) -> Decimal:
        """Expected within the 13 weeks."""
        return sum((self.expected.get(week, ZERO) for week in range(1, WEEKS + 1)), ZERO)

    @property
    def planned(self) -> Decimal:
        """Due within them."""
        return sum((self.due.get(week, ZERO) for week in range(1, WEEKS + 1)), ZERO)

    @property
    def overdue(self) -> Decimal:
        """Due before."""
        return self.due.get(0, ZERO)

    @property
    def not_known(self) -> Decimal:
        """What no habit says anything about."""
        return sum(self.unknown.values(), ZERO)


def _both(mine: dict[Any, Decimal], other: dict[Any, Decimal]) -> dict[Any, Decimal]:
    return {key: mine.get(key, ZERO) + other.get(key, ZERO) for key in {*mine, *other}}


@dataclass(frozen=True, slots=True)
class Week:
    """One week of all together."""

    number: int
    first: dt.date
    last: dt.date
    due: Decimal
    expected: Decimal


@dataclass(frozen=True, slots=True)
class Page:
    """All of the page in one currency."""

    total: Weeks
    weeks: list[Week]
    later: Week
    unknown: list[tuple[object, Decimal]]
    parts: list[Named[Weeks]]
    chart: Chart
    currencies: list[str]


def page_of(asked: Asked) -> Page | None:
    """The forecast asked for, as things stand at the end of the day; None without open money."""
    rows = forecast(asked.customers(), asked.day, asked.by)
    mine = _by_key(row for row in rows if row.currency == asked.currency)
    if not mine:
        return None
    total = sum(mine.values(), Weeks())
    *weeks, later = [_week(total, asked.day, number) for number in range(1, WEEKS + 2)]
    parts = named_parts(asked.user, asked.by, asked.base(), mine)
    return Page(
        total=total,
        weeks=weeks,
        later=later,
        unknown=[(WHY[name], total.unknown[name]) for name in WHY if name in total.unknown],
        parts=sorted(parts, key=lambda part: (-part.sums.soon, part.label)),
        chart=_chart(weeks, asked),
        currencies=sorted({row.currency for row in rows}),
    )


def _by_key(rows: Iterable[Coming]) -> dict[Key, Weeks]:
    found: dict[Key, Weeks] = {}
    for row in rows:
        one = Weeks(
            due={row.due_week: row.amount},
            expected={row.week: row.amount} if row.week is not None else {},
            promised=row.amount if row.why == "promise" else ZERO,
            unknown={row.why: row.amount} if row.week is None else {},
        )
        found[row.key] = found.get(row.key, Weeks()) + one
    return found


def _week(total: Weeks, day: dt.date, number: int) -> Week:
    return Week(
        number,
        day + dt.timedelta(7 * number - 6),
        day + dt.timedelta(7 * number),
        total.due.get(number, ZERO),
        total.expected.get(number, ZERO),
    )


def _chart(weeks: list[Week], asked: Asked) -> Chart:
    chinese = (get_language() or "").startswith("zh")
    unit = amount_in(asked.currency)
    due, expected = (
        sum((getattr(week, name) for week in weeks), ZERO) for name in ("due", "expected")
    )
    summary = _("Next 13 weeks: {due} falls due, {expected} is expected.").format(
        due=unit.write(due, chinese=chinese), expected=unit.write(expected, chinese=chinese)
    )
    short = "m-d" if chinese else "j M"
    axis = Axis(_("Week"), [date_format(week.first, short) for week in weeks], unit)
    series = [
        Series(pgettext("forecast", "Expected"), [week.expected for week in weeks]),
        Series(_("If paid on time"), [week.due for week in weeks], tone="line2"),
    ]
    return bars("forecast", summary, axis, series, stacked=False)


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is expected in the week one looks at."""

    line: PlanLine
    amount: Decimal
    expected_on: dt.date | None
    why: object


def lines_of(asked: Asked, week: int) -> tuple[list[Line], int]:
    """The lines expected in a week, the greatest first, and how many there are in all."""
    whose = asked.customers()
    rows = lines_of_week(whose, asked.day, week=week, currency=asked.currency, most=MOST_LINES)
    lines = PlanLine.objects.visible_to(asked.user).select_related("customer")
    found = lines.in_bulk([int(row.key) for row in rows if row.key is not None])
    return [
        Line(found[int(row.key)], row.amount, row.expected_on, WHY[row.why])
        for row in rows
        if row.key is not None and int(row.key) in found
    ], rows[0].rows if rows else 0
