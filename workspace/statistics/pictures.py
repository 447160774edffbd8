"""The charts of the statistics pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.charts import COUNT, NUMBER, Axis, Band, Chart, Series, Unit, amount_in, bars, line
from core.rules import rounded
from shipments.rules import first_day
from shipments.rules.periods import YEAR
from shipments.rules.seasonal import Outlook, outlook, season_free
from workspace.statistics.months import Month, Quarters, Year, best_and_worst, quarters, years
from workspace.statistics.parts import Table
from workspace.words import month_text

_TOP = 10


@dataclass(frozen=True, slots=True)
class OverTime:
    """Everything a series of months tells, in one measure."""

    measure: str
    label: str
    unit: Unit
    months: list[Month]
    years: list[Year]
    quarters: Quarters
    best: list[Month]
    worst: list[Month]
    by_year: Chart
    by_month: Chart
    without_season: Chart | None
    outlook: Outlook | None
    ahead: Chart | None

    @property
    def grown(self) -> list[Year]:
        """The years of which there is a growth to tell."""
        return [one for one in self.years if one.growth is not None]


def measure_labels() -> dict[str, str]:
    """What can be looked at over time."""
    return {
        "revenue": pgettext("measure of the trend", "Revenue"),
        "shipments": pgettext("measure of the trend", "Waybills"),
        "weight_kg": _("Weight (kg)"),
        "margin": _("Margin"),
    }


def over_time(months: list[Month], measure: str, currency: str) -> OverTime:
    """The pictures of the months; without season and ahead only where every month is known."""
    label = measure_labels()[measure]
    unit = {"shipments": COUNT, "weight_kg": NUMBER}.get(measure, amount_in(currency))
    values = [month.value(measure) for month in months]
    known = [Decimal(value) for value in values if value is not None]
    is_whole = len(known) == len(values)
    best, worst = best_and_worst(months, measure)
    expected = outlook(known) if is_whole else None
    totals = years(months, measure)
    return OverTime(
        measure,
        label,
        unit,
        months,
        totals,
        quarters(months, measure),
        best,
        worst,
        _by_year(totals, label, unit),
        _by_month(months, measure, label, unit),
        _without_season(months, known, label, unit) if is_whole else None,
        expected,
        _ahead(months, known, expected, label, unit) if expected else None,
    )


def _by_year(totals: Sequence[Year], label: str, unit: Unit) -> Chart:
    names = [_year_name(one) for one in totals]
    summary = _("{what} by year: {years}.").format(
        what=label,
        years=", ".join(
            f"{name} {unit.write(one.value)}" for name, one in zip(names, totals, strict=True)
        ),
    )
    axis = Axis(_("Year"), names, unit)
    return bars("statistics-years", summary, axis, [Series(label, [one.value for one in totals])])


def _year_name(one: Year) -> str:
    if one.months == YEAR:
        return str(one.year)
    words = ngettext("{year}, {n} month", "{year}, {n} months", one.months)
    return words.format(year=one.year, n=one.months)


def _by_month(months: Sequence[Month], measure: str, label: str, unit: Unit) -> Chart:
    shown = months[-YEAR:]
    by_number = {month.number: month for month in months}
    before = [by_number.get(month.number - YEAR) for month in shown]
    summary = _("{what} by month, {first} to {last}, with the year before.").format(
        what=label,
        first=month_text(shown[0].day) if shown else "",
        last=month_text(shown[-1].day) if shown else "",
    )
    series = [
        Series(_("12 months to now"), [month.value(measure) for month in shown], style="area"),
        Series(
            _("a year earlier"),
            [month.value(measure) if month else None for month in before],
            tone="text3",
            style="dashed",
        ),
    ]
    return line("statistics-months", summary, Axis(_("Month"), _names(shown), unit), series)


def _without_season(
    months: Sequence[Month], known: Sequence[Decimal], label: str, unit: Unit
) -> Chart | None:
    found = season_free(known, months[0].number % YEAR) if months else None
    if found is None:
        return None
    summary = _("{what} by month with the season removed, and its trend.").format(what=label)
    series = [
        Series(_("As it was"), known, tone="text3", style="dashed"),
        Series(_("Without season"), _rounded(found.adjusted)),
        Series(_("Trend"), _rounded(found.trend), tone="potential"),
    ]
    return line("statistics-season", summary, Axis(_("Month"), _names(months), unit), series)


def _ahead(
    months: Sequence[Month], known: Sequence[Decimal], found: Outlook, label: str, unit: Unit
) -> Chart:
    """The last year, and the next quarter with its interval shared out over its months."""
    past = list(known[-YEAR:])
    numbers = [month.number for month in months[-YEAR:]]
    ahead = range(numbers[-1] + 1, numbers[-1] + 1 + len(found.months))
    names = [f"{first_day(number):%Y-%m}" for number in (*numbers, *ahead)]
    gap: list[Any] = [None] * (len(past) - 1)
    summary = _("{what} of the last year and what the next quarter may bring: {total}.").format(
        what=label, total=unit.write(rounded(found.total, 2))
    )
    series = [
        Series(
            pgettext("forecast", "Expected"),
            [*gap, past[-1], *_rounded(found.months)],
            style="dashed",
        ),
        Series(_("As it was"), [*past, *([None] * len(found.months))], tone="text2"),
    ]
    band = None
    if found.low is not None and found.high is not None and found.total:
        low, high = (
            _rounded([one * edge / found.total for one in found.months])
            for edge in (found.low, found.high)
        )
        band = Band(_("8 of 10 quarters"), [*gap, past[-1], *low], [*gap, past[-1], *high])
    return line("statistics-ahead", summary, Axis(_("Month"), names, unit), series, band=band)


def top_parts(table: Table, dimension: str, currency: str) -> Chart:
    """Revenue of the first parts of the table beside the compared period."""
    shown = [part for part in table.parts if part.sums.revenue or part.sums.revenue_before][:_TOP]
    summary = _("Revenue by {dimension}: {parts}.").format(
        dimension=dimension,
        parts=", ".join(
            f"{part.label} {amount_in(currency).write(part.sums.revenue)}" for part in shown
        ),
    )
    axis = Axis(dimension, [part.label for part in shown], amount_in(currency))
    series = [
        Series(_("Period"), [part.sums.revenue for part in shown]),
        Series(_("Compared"), [part.sums.revenue_before for part in shown], tone="line2"),
    ]
    return bars("statistics-parts", summary, axis, series, stacked=False, horizontal=True)


def _names(months: Sequence[Month]) -> list[str]:
    return [f"{month.day:%Y-%m}" for month in months]


def _rounded(values: Sequence[Decimal | None]) -> list[Decimal | None]:
    return [None if value is None else rounded(value, 2) for value in values]
