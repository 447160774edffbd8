"""The ageing at the end of any day: what the page of it shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from contracts.reports.coming import Counted
from contracts.reports.past import ageing_by, bills_held, disputed_then
from contracts.reports.receivables import Sums
from contracts.rules.ageing import BUCKETS
from workspace.receivables.asked import Asked
from workspace.receivables.listing import BUCKET_NAMES, TONES
from workspace.receivables.parts import Named, most_overdue, named_parts

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Then:
    """The ageing in one currency; `total` is of all parts, also of those not shown."""

    total: Sums
    parts: list[Named[Sums]]
    hidden: int
    others: list[tuple[str, Sums]]  # sums in other currencies

    @property
    def bar(self) -> list[tuple[Decimal, str]]:
        """The ages as one bar."""
        return [(self.total.amounts[name], TONES.get(name, "c4")) for name in BUCKETS]

    @property
    def columns(self) -> list[tuple[str, object]]:
        """The columns of amounts: name, label."""
        return list(BUCKET_NAMES.items())


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the open money of that day."""

    in_transit: Counted
    disputed: Counted


def then(asked: Asked, *, shown: int | None = MOST_SHOWN) -> Then:
    """The sums asked for, most overdue first; at most `shown` parts (None: all)."""
    found = ageing_by(asked.customers(), asked.day, asked.by)
    mine = found.pop(asked.currency, {})
    parts = sorted(named_parts(asked.user, asked.by, asked.base(), mine), key=most_overdue)
    return Then(
        total=_total(mine.values()),
        parts=parts[:shown],
        hidden=0 if shown is None else max(0, len(parts) - shown),
        others=[(currency, _total(found[currency].values())) for currency in sorted(found)],
    )


def beside(asked: Asked) -> Beside:
    """Bills not mature by the end of the day, and what is disputed of the lines open then."""
    customers = asked.customers()
    return Beside(
        bills_held(customers, asked.day, asked.currency),
        disputed_then(customers, asked.day, asked.currency),
    )


def _total(sums: Iterable[Sums]) -> Sums:
    return sum(sums, Sums())
