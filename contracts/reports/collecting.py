"""What was asked for and what came month by month, from the ledger (B5)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal

from contracts.reports.ageing import SQL
from contracts.reports.past import Key, Split, key_of
from contracts.rules.measures import Receivables
from core import sql
from core.rules import ZERO


@dataclass(frozen=True, slots=True)
class Month:
    """The sums of a month as `sql/collecting.sql` has them."""

    sales: Decimal = ZERO
    asked: Decimal = ZERO
    paid: Decimal = ZERO
    written_off: Decimal = ZERO
    due: Decimal = ZERO
    collected: Decimal = ZERO
    later: Decimal = ZERO
    last: Decimal = ZERO

    def __add__(self, other: "Month") -> "Month":
        names = (each.name for each in fields(self))
        return Month(*(getattr(self, name) + getattr(other, name) for name in names))


@dataclass(frozen=True, slots=True)
class Months:
    """One key's sums of `starts[0]` and the months after it; the first entry is all before them."""

    starts: tuple[dt.date, ...]
    sums: tuple[Month, ...]

    def __add__(self, other: "Months") -> "Months":
        pairs = zip(self.sums, other.sums, strict=True)
        return Months(self.starts, tuple(mine + theirs for mine, theirs in pairs))

    def period(self, last: int, length: int) -> Receivables:
        """The `length` months up to the one of number `last`, counted from 1."""
        within = sum(self.sums[last - length + 1 : last + 1], Month())
        begin, begin_later = self._open(last - length)
        end, end_later = self._open(last)
        return Receivables(
            begin=begin,
            sales=within.sales,
            end=end,
            end_not_due=end_later + self.sums[last].last,
            days=(self.starts[last] - self.starts[last - length]).days,
            due=begin - begin_later + within.due,
            collected=within.collected,
            written_off=within.written_off,
        )

    def _open(self, month: int) -> tuple[Decimal, Decimal]:
        """What was open at the month's end, and what of it was due after it."""
        before = sum(self.sums[: month + 1], Month())
        return before.asked - before.paid - before.written_off, before.later


def collecting(
    customers: Iterable[int] | None, starts: Sequence[dt.date], by: Split = ""
) -> dict[str, dict[Key, Months]]:
    """Months by currency and key; `starts` end with the first day after the last month.

    None means all customers.
    """
    found: dict[str, dict[Key, dict[int, Month]]] = {}
    for key, currency, month, *sums in sql.rows(
        SQL / "collecting.sql",
        customers=None if customers is None else list(customers),
        starts=list(starts),
        by=by,
    ):
        found.setdefault(currency, {}).setdefault(key_of(key, by), {})[month] = Month(*sums)
    return {
        currency: {
            key: Months(
                tuple(starts), tuple(months.get(number, Month()) for number in range(len(starts)))
            )
            for key, months in keys.items()
        }
        for currency, keys in found.items()
    }
