"""The tables of the pages that read the ledger, to take away."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.exports import AGEING_COLUMNS
from contracts.reports.receivables import Sums
from core.tables import fields
from core.tables.schema import Column
from workspace.receivables.asked import Asked
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


def ageing_rows(found: Then, asked: Asked) -> Iterator[tuple[Any, ...]]:
    """One row a part in the order of the page, all together last."""
    for part in (*found.parts, Named(_("Total"), found.total, {})):
        yield asked.day, asked.by, part.label, *_cells(part.sums, asked.currency)


def _cells(sums: Sums, currency: str) -> Iterator[Any]:
    yield from (sums.customers, currency)
    yield from (sums.amounts[column.name] for column in _AMOUNTS)
