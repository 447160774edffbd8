"""Sizes by the value of twelve months (C3)."""

from dataclasses import dataclass
from decimal import Decimal

SIZES = ("large", "medium", "small")


@dataclass(frozen=True, slots=True)
class TierCuts:
    """The least value of the 12 months for each size, in the company's currency."""

    large: Decimal = Decimal("3000000.00")
    medium: Decimal = Decimal("250000.00")
    basis: str = "revenue"

    def times(self, factor: Decimal) -> "TierCuts":
        """Both cuts moved by a factor."""
        return TierCuts(self.large * factor, self.medium * factor, self.basis)

    def least(self, size: str) -> Decimal:
        """What a customer of this size has at least, or a small one would need to grow."""
        return self.large if size == "large" else self.medium


def size_of(value: Decimal | None, cuts: TierCuts) -> str:
    """large, medium or small; an unknown value is small."""
    if value is None or value < cuts.medium:
        return "small"
    return "large" if value >= cuts.large else "medium"
