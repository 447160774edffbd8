"""What a company's yearly figures say: ratios, each None where a part is missing."""

from dataclasses import dataclass
from decimal import Decimal

from core.rules import rate


@dataclass(frozen=True, slots=True)
class Year:
    """The figures of a year in one currency; what is not known is None."""

    year: int
    currency: str
    assets: Decimal | None = None
    liabilities: Decimal | None = None
    revenue: Decimal | None = None
    profit: Decimal | None = None
    cash: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Ratios:
    """Fractions; `growth` against the year before."""

    debt: Decimal | None  # liabilities of assets
    margin: Decimal | None  # profit of revenue
    cash_cover: Decimal | None  # cash of liabilities
    growth: Decimal | None


def ratios(year: Year, before: Year | None) -> Ratios:
    """The ratios of a year; growth only against the year just before, in the same currency."""
    is_neighbour = (
        before is not None and before.year == year.year - 1 and before.currency == year.currency
    )
    last = before.revenue if before and is_neighbour else None
    gained = None if last is None or year.revenue is None else year.revenue - last
    return Ratios(
        debt=rate(year.liabilities, year.assets),
        margin=rate(year.profit, year.revenue),
        cash_cover=rate(year.cash, year.liabilities),
        growth=rate(gained, last),
    )
