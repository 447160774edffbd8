"""Waybills in: from files, and as systems send them."""

from shipments.imports.messages import EVENTS, Taken, read_event, take_waybills
from shipments.imports.waybills import SCHEMA, WaybillImport, customers_by_account

__all__ = [
    "EVENTS",
    "SCHEMA",
    "Taken",
    "WaybillImport",
    "customers_by_account",
    "read_event",
    "take_waybills",
]
