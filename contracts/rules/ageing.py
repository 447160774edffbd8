"""How old the open money is (B4). The field names are the columns of the `ageing` export."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.rules.ledger import LedgerLine
from core.rules import ZERO

NOT_DUE = "not_due"
LAST_BUCKET = "d365_plus"
# (column, most days overdue that still belong to it), in order; above the last: LAST_BUCKET.
BUCKET_LIMITS = (
    (NOT_DUE, 0),
    ("d1_30", 30),
    ("d31_60", 60),
    ("d61_90", 90),
    ("d91_180", 180),
    ("d181_365", 365),
)
BUCKETS = (*(name for name, _limit in BUCKET_LIMITS), LAST_BUCKET)


@dataclass(frozen=True, slots=True)
class Ageing:
    """One customer and currency as at a day; the buckets less `unallocated` are the balance."""

    not_due: Decimal
    d1_30: Decimal
    d31_60: Decimal
    d61_90: Decimal
    d91_180: Decimal
    d181_365: Decimal
    d365_plus: Decimal
    unallocated: Decimal
    oldest_due_on: date | None

    @property
    def overdue(self) -> Decimal:
        """All open money that is past its due date."""
        buckets = (
            self.d1_30,
            self.d31_60,
            self.d61_90,
            self.d91_180,
            self.d181_365,
            self.d365_plus,
        )
        return sum(buckets, ZERO)

    @property
    def balance(self) -> Decimal:
        """What the customer owes after its credit; negative when we owe."""
        return self.not_due + self.overdue - self.unallocated


def bucket_of(due_on: date, day: date) -> str:
    """The column a line due on `due_on` stands in as at `day`; due today is not overdue."""
    days = (day - due_on).days
    return next((name for name, limit in BUCKET_LIMITS if days <= limit), LAST_BUCKET)


def age(lines: Iterable[LedgerLine], *, received: Decimal, day: date) -> Ageing:
    """The ageing of one customer and currency at the end of `day`.

    `lines` are all its lines that are not void, `received` all receipts up to `day` less what was
    paid back. Lines issued and allocations made later do not exist yet. `oldest_due_on` is the
    earliest due date of an open line, overdue or not.
    """
    sums = dict.fromkeys(BUCKETS, ZERO)
    allocated = ZERO
    oldest: date | None = None
    for line in lines:
        if line.issued_on > day:
            continue
        allocated += line.allocated(day)
        remainder = line.remainder(day)
        if remainder:
            sums[bucket_of(line.due_on, day)] += remainder
            oldest = min(oldest or line.due_on, line.due_on)
    return Ageing(**sums, unallocated=received - allocated, oldest_due_on=oldest)
