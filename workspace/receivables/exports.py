"""The tables of the pages that read the ledger, to take away."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from contracts.exports import AGEING_COLUMNS
from contracts.reports.receivables import Sums
from core.charts import PERCENT
from core.rules import ZERO, rounded, shown_rate
from core.tables import fields
from core.tables.schema import Column
from workspace.receivables.ahead import Page as AheadPage
from workspace.receivables.asked import Asked
from workspace.receivables.doubtful import Page as DoubtfulPage
from workspace.receivables.measures import (
    LABELS,
    SHOWN,
    Figure,
    Line,
    Page,
    Wanted,
    line_of,
    unit_of,
)
from workspace.receivables.parts import Named
from workspace.receivables.then import Then

_AMOUNTS = AGEING_COLUMNS[2:12]
_PART = (
    Column("as_of", gettext_lazy("as at"), fields.date()),
    Column("split", gettext_lazy("split by"), fields.text()),
    Column("name", gettext_lazy("name"), fields.text(200)),
)
AGEING = (
    *_PART,
    Column("customers", gettext_lazy("customers"), fields.integer()),
    AGEING_COLUMNS[1],
    *_AMOUNTS,
)
MONTHS = (
    Column("month", gettext_lazy("month"), fields.text()),
    Column("months", gettext_lazy("months together"), fields.integer()),
    *_PART[1:],
    AGEING_COLUMNS[1],
    Column("begin", gettext_lazy("owed before"), fields.money()),
    Column("sales", pgettext_lazy("collecting", "sales"), fields.money()),
    Column("end", gettext_lazy("owed at the end"), fields.money()),
    Column("end_not_due", gettext_lazy("of it not due"), fields.money()),
    Column("written_off", gettext_lazy("given up"), fields.money()),
    Column("due", gettext_lazy("was due"), fields.money()),
    Column("collected", gettext_lazy("came of it"), fields.money()),
    Column("days", gettext_lazy("days"), fields.integer()),
    *(
        Column(name, label, fields.rate() if unit_of(name) is PERCENT else fields.number(2))
        for name, label in LABELS.items()
    ),
)
DOUBTFUL = (
    *_PART,
    AGEING_COLUMNS[1],
    *_AMOUNTS[:7],
    Column("provision", gettext_lazy("to set aside"), fields.money()),
    Column("lost", gettext_lazy("given up, 12 months"), fields.money()),
    Column("recovered", gettext_lazy("recovered"), fields.money()),
    Column("sales", pgettext_lazy("collecting", "sales"), fields.money()),
    Column("bad_debt_ratio", gettext_lazy("bad-debt ratio"), fields.rate()),
)
WEEKS_AHEAD = (
    *_PART,
    AGEING_COLUMNS[1],
    Column("first_day", gettext_lazy("first day"), fields.date()),
    Column("last_day", gettext_lazy("last day"), fields.date()),
    Column("due", pgettext_lazy("money", "due"), fields.money()),
    Column("expected", pgettext_lazy("money", "expected"), fields.money()),
)


def week_rows(found: AheadPage | None, asked: Asked) -> Iterator[tuple[Any, ...]]:
    """The 13 weeks of each part, then those of all together."""
    if found is None:
        return
    for part in (*found.parts, Named(_("Total"), found.total, {})):
        for week in found.weeks:
            due = part.sums.due.get(week.number, ZERO)
            expected = part.sums.expected.get(week.number, ZERO)
            place = (asked.day, asked.by, part.label, asked.currency)
            yield (*place, week.first, week.last, due, expected)


def doubtful_rows(found: DoubtfulPage | None, asked: Asked) -> Iterator[tuple[Any, ...]]:
    """One row a part in the order of the page, all together last."""
    for part in (*found.parts, found.total) if found else ():
        sums = part.named.sums
        yield (
            asked.day, asked.by, part.named.label or _("Total"), asked.currency,
            *(sums.open.amounts[column.name] for column in _AMOUNTS[:7]), part.provision,
            sums.bad.lost, sums.bad.recovered, sums.bad.sold, shown_rate(sums.bad.ratio),
        )  # fmt: skip


def month_rows(found: Page | None, asked: Asked, wanted: Wanted) -> Iterator[tuple[Any, ...]]:
    """The months of each part, newest first, then those of all together."""
    if found is None:
        return
    for part, _line in found.parts:
        for back in range(SHOWN):
            yield _month(line_of(part.sums, wanted, back), part.label, asked, wanted)
    for line in found.months:
        yield _month(line, _("Total"), asked, wanted)


def _month(line: Line, name: str, asked: Asked, wanted: Wanted) -> tuple[Any, ...]:
    period = line.period
    return (
        f"{line.day:%Y-%m}", wanted.length, asked.by, name, asked.currency, period.begin,
        period.sales, period.end, period.end_not_due, period.written_off, period.due,
        period.collected, period.days, *(_measure(figure) for figure in line.figures),
    )  # fmt: skip


def _measure(figure: Figure) -> Decimal | None:
    if unit_of(figure.name) is PERCENT:
        return shown_rate(figure.value)
    return None if figure.value is None else rounded(figure.value, 2)


def ageing_rows(found: Then, asked: Asked) -> Iterator[tuple[Any, ...]]:
    """One row a part in the order of the page, all together last."""
    for part in (*found.parts, Named(_("Total"), found.total, {})):
        yield asked.day, asked.by, part.label, *_cells(part.sums, asked.currency)


def _cells(sums: Sums, currency: str) -> Iterator[Any]:
    yield from (sums.customers, currency)
    yield from (sums.amounts[column.name] for column in _AMOUNTS)
