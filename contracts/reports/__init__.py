"""Figures of what customers owe, from the ledger and from the night's ageing."""

from contracts.reports.ageing import (
    SQL,
    AgeingRow,
    OpenLineRow,
    ageing,
    customer_ageing,
    in_transit,
    iter_ageing,
    open_lines,
)
from contracts.reports.contracts import with_sums
from contracts.reports.group_room import group_room

__all__ = [
    "SQL",
    "AgeingRow",
    "OpenLineRow",
    "ageing",
    "customer_ageing",
    "group_room",
    "in_transit",
    "iter_ageing",
    "open_lines",
    "with_sums",
]
