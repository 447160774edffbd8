"""The tables of the statistics pages to take away."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.rules import shown_rate
from core.tables import fields
from core.tables.schema import Column
from workspace.statistics.choice import Choice
from workspace.statistics.months import Month
from workspace.statistics.parts import Part, Table

PARTS = (
    Column("dimension", _("split by"), fields.text()),
    Column("value", _("value"), fields.text(200)),
    Column("name", _("name"), fields.text(200)),
    Column("first_month", _("first month"), fields.text()),
    Column("last_month", _("last month"), fields.text()),
    Column("customers", _("customers"), fields.integer()),
    Column("shipments", _("shipments"), fields.integer()),
    Column("weight_kg", _("weight (kg)"), fields.number(3)),
    Column("currency", _("currency"), fields.currency()),
    Column("revenue", _("revenue"), fields.money()),
    Column("revenue_before", _("revenue compared"), fields.money()),
    Column("revenue_growth", _("growth"), fields.rate()),
    Column("revenue_share", _("share"), fields.rate()),
    Column("cost", _("known cost"), fields.money()),
    Column("uncosted", _("shipments of unknown cost"), fields.integer()),
    Column("margin", _("margin"), fields.money()),
    Column("margin_rate", _("margin rate"), fields.rate()),
    Column("margin_growth", _("margin growth"), fields.rate()),
    Column("on_time_rate", _("on time"), fields.rate()),
    Column("exception_rate", _("exception rate"), fields.rate()),
    Column("kept_rate", _("customers kept"), fields.rate()),
    Column("churn_rate", _("churn rate"), fields.rate()),
    Column("net_revenue_kept", _("revenue kept"), fields.rate()),
    Column("gross_revenue_kept", _("revenue kept at most"), fields.rate()),
)
MONTHS = (
    Column("month", _("month"), fields.text()),
    Column("shipments", _("shipments"), fields.integer()),
    Column("weight_kg", _("weight (kg)"), fields.number(3)),
    Column("currency", _("currency"), fields.currency()),
    Column("revenue", _("revenue"), fields.money()),
    Column("cost", _("known cost"), fields.money()),
    Column("margin", _("margin"), fields.money()),
    Column("uncosted", _("shipments of unknown cost"), fields.integer()),
)


def part_rows(found: Table, choice: Choice) -> Iterator[tuple[Any, ...]]:
    """One row a part in the order of the page, all together last."""
    for part in found.parts:
        yield _cells(part, choice, part.value, part.label)
    if found.rest is not None:
        yield _cells(found.rest, choice, "", str(_("All others")))
    yield _cells(found.total, choice, "", str(_("Total")))


def _cells(part: Part, choice: Choice, value: str, name: str) -> tuple[Any, ...]:
    sums = part.sums
    return (
        choice.by, value, name, _month(choice.span.first), _month(choice.span.last),
        sums.customers or None, sums.shipments, sums.weight_kg, choice.currency,
        sums.revenue, sums.revenue_before, shown_rate(sums.growth), shown_rate(part.share),
        sums.cost, sums.uncosted, sums.margin, shown_rate(sums.margin_rate),
        shown_rate(sums.margin_growth), shown_rate(sums.on_time_rate),
        shown_rate(sums.exception_rate), shown_rate(sums.kept_rate), shown_rate(sums.churn_rate),
        shown_rate(sums.net_rate), shown_rate(sums.gross_rate),
    )  # fmt: skip


def month_rows(months: Iterable[Month], choice: Choice) -> Iterator[tuple[Any, ...]]:
    """One row a month, oldest first."""
    for month in months:
        yield (
            _month(month.number), month.shipments, month.weight_kg, choice.currency,
            month.revenue, month.cost, month.margin, month.uncosted,
        )  # fmt: skip


def _month(number: int) -> str:
    return f"{number // 12}-{number % 12 + 1:02d}"
