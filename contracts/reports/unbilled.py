"""Revenue that no plan line asks for yet (the second part of B10's exposure)."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from contracts.reports.ageing import SQL
from core import sql

Unbilled = dict[tuple[int, str], Decimal]


def unbilled(day: dt.date, customers: Iterable[int] | None = None) -> Unbilled:
    """What waybills accepted by `day` cost that are in no line, by customer id and currency.

    As things stand now: lines are not taken back to the day. `customers` None means all.
    Customers without monthly settlement owe nothing here; 0 is left out.
    """
    chosen = None if customers is None else list(customers)
    rows = sql.rows(SQL / "unbilled.sql", day=day, customers=chosen)
    return {(customer, currency): amount for customer, currency, amount in rows}
