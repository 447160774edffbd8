"""How well one collects, month by month (B5): what the page of the measures shows."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from contracts.reports.collecting import Months, collecting
from contracts.rules.measures import Measures, Receivables, measures
from core.charts import PERCENT, Axis, Chart, Series, Unit, line
from core.formats import money_compact
from core.rules import add_months, rounded
from workspace.receivables.asked import Asked
from workspace.receivables.parts import Named, named_parts

YEAR = 12
SHOWN = 24  # months in the table
_BEFORE = YEAR - 1  # what the first shown month needs when twelve are taken together
DAYS = Unit("number", 1)
LENGTHS: dict[str, Any] = {
    "1": gettext_lazy("each month alone"),
    "3": gettext_lazy("3 months together"),
    "12": gettext_lazy("12 months together"),
}
LABELS: dict[str, Any] = {
    "dso": gettext_lazy("DSO (days)"),
    "best_possible_dso": gettext_lazy("Best possible DSO"),
    "average_days_delinquent": gettext_lazy("Days delinquent"),
    "cei": pgettext_lazy("collecting", "Effectiveness (CEI)"),
    "collection_rate": gettext_lazy("Collection rate"),
    "due_collection_rate": gettext_lazy("Due collection rate"),
}
_IN_DAYS = {"dso", "best_possible_dso", "average_days_delinquent"}


def unit_of(name: str) -> Unit:
    """Days or shares."""
    return DAYS if name in _IN_DAYS else PERCENT


@dataclass(frozen=True, slots=True)
class Wanted:
    """The last month (its first day), how many are taken together, and which measure is drawn."""

    month: dt.date
    length: int
    measure: str

    @property
    def starts(self) -> list[dt.date]:
        """The first days of all months that are needed, and the day after the last."""
        return [add_months(self.month, back) for back in range(1 - SHOWN - _BEFORE, 2)]


def read_wanted(query: Mapping[str, str], today: dt.date) -> Wanted:
    """The months of an address: to the last one that is over, unless an earlier one is named."""
    latest = add_months(today.replace(day=1), -1)
    try:
        month = dt.date.fromisoformat(f"{query.get('month', '')}-01")
    except ValueError:
        month = latest
    length, measure = query.get("length", ""), query.get("measure", "")
    return Wanted(
        min(max(month, dt.date(1995, 1, 1)), latest),
        int(length) if length in LENGTHS else 1,
        measure if measure in LABELS else "dso",
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One period, what it comes to, and the same a year earlier."""

    day: dt.date  # the first of its last month
    period: Receivables
    now: Measures
    before: Measures

    @property
    def figures(self) -> list["Figure"]:
        """The measures in the order of the columns."""
        return [
            Figure(name, getattr(self.now, name), getattr(self.before, name)) for name in LABELS
        ]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure of a period and of the same a year earlier; null stays null."""

    name: str
    value: Decimal | None
    before: Decimal | None

    @property
    def label(self) -> Any:
        """What it is called."""
        return LABELS[self.name]

    @property
    def text(self) -> str:
        """As it is written."""
        return unit_of(self.name).write(self.value)

    @property
    def text_before(self) -> str:
        """A year earlier."""
        return unit_of(self.name).write(self.before)


@dataclass(frozen=True, slots=True)
class Explained:
    """A measure with the numbers that it is made of."""

    figure: Figure
    made_of: str


@dataclass(frozen=True, slots=True)
class Page:
    """All of the page in one currency; `parts` are of the last period."""

    last: Line
    explained: list[Explained]
    months: list[Line]
    parts: list[tuple[Named[Months], Line]]
    chart: Chart
    currencies: list[str]


def page_of(asked: Asked, wanted: Wanted) -> Page | None:
    """The measures of what is asked for; None where nothing was ever asked of anybody."""
    found = collecting(asked.customers(), wanted.starts, asked.by)
    mine = found.get(asked.currency)
    if not mine:
        return None
    total = _together(list(mine.values()))
    months = [line_of(total, wanted, back) for back in range(SHOWN)]
    named = named_parts(asked.user, asked.by, asked.base(), mine)
    parts = [(part, line_of(part.sums, wanted)) for part in named]
    parts.sort(key=lambda each: (-each[1].period.end, each[0].label))
    return Page(
        last=months[0],
        explained=explained(months[0], asked.currency),
        months=months,
        parts=parts,
        chart=_chart(months, wanted),
        currencies=sorted(found),
    )


def _together(keys: Sequence[Months]) -> Months:
    first, *others = keys
    return sum(others, first)


def line_of(months: Months, wanted: Wanted, back: int = 0) -> Line:
    """The period that ends `back` months before the last one."""
    last = len(months.starts) - 1 - back
    period = months.period(last, wanted.length)
    earlier = last - YEAR
    known = earlier >= wanted.length
    return Line(
        months.starts[last - 1],
        period,
        measures(period),
        measures(months.period(earlier, wanted.length)) if known else Measures(),
    )


def explained(shown: Line, currency: str) -> list[Explained]:
    """Each measure of the period with its sum in words."""
    period = shown.period
    chinese = (get_language() or "").startswith("zh")
    owed = period.begin + period.sales
    facts: dict[str, Any] = {
        name: money_compact(value, currency, chinese=chinese)
        for name, value in {
            "begin": period.begin,
            "sales": period.sales,
            "end": period.end,
            "not_due": period.end_not_due,
            "came": owed - period.end,
            "owed": owed,
            "possible": owed - period.end_not_due,
            "due": period.due,
            "collected": period.collected,
        }.items()
    } | {"days": period.days}
    figures = {figure.name: figure for figure in shown.figures}
    facts |= {"dso": figures["dso"].text, "best": figures["best_possible_dso"].text}
    return [Explained(figures[name], text.format(**facts)) for name, text in _sums().items()]


def _sums() -> dict[str, str]:
    return {
        "dso": _("{end} owed ÷ {sales} of sales × {days} days"),
        "best_possible_dso": _("{not_due} not due ÷ {sales} of sales × {days} days"),
        "average_days_delinquent": _("DSO {dso} less best possible {best}"),
        "cei": _("{came} came of {possible} that could have come"),
        "collection_rate": _("{came} of {owed}: owed before {begin}, sales {sales}"),
        "due_collection_rate": _("{collected} came of {due} that was due"),
    }


def _chart(months: Sequence[Line], wanted: Wanted) -> Chart:
    """The last twelve months with the year before."""
    shown = list(reversed(months[:YEAR]))
    unit, label = unit_of(wanted.measure), str(LABELS[wanted.measure])
    figures = [next(one for one in each.figures if one.name == wanted.measure) for each in shown]
    series = [
        Series(_("12 months to now"), [_drawn(one.value) for one in figures], style="area"),
        Series(
            _("a year earlier"),
            [_drawn(one.before) for one in figures],
            tone="text3",
            style="dashed",
        ),
    ]
    summary = _("{what} by month: {now} now, {before} a year earlier.").format(
        what=label, now=figures[-1].text, before=figures[-1].text_before
    )
    axis = Axis(_("Month"), [f"{each.day:%Y-%m}" for each in shown], unit)
    return line("collecting", summary, axis, series)


def _drawn(value: Decimal | None) -> Decimal | None:
    return None if value is None else rounded(value, 4)
