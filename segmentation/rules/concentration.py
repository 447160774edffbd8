"""How much of the value few customers hold: the Pareto curve, the share of the top, Gini (02 §7.6).

Heads are the customers that shipped and whose value is known (C2); values below 0 count as 0 (C1).
Kept are whole heads and amounts: shares are made from them when shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil

from core.rules import rate

FINE, COARSE = 200, 40  # steps: every half per cent of the first tenth, then every 2.5 per cent
TOP, NEXT = Fraction(5, 100), Fraction(20, 100)  # the heads the picture names


@dataclass(frozen=True, slots=True)
class Point:
    """The first `place` heads, by value from the highest, hold `held`."""

    place: int
    held: Decimal


@dataclass(frozen=True, slots=True)
class Concentration:
    """A curve of kept points; `weighted` is the sum of place x value over all heads."""

    heads: int
    total: Decimal
    weighted: Decimal
    points: tuple[Point, ...]

    def share_of_top(self, part: Fraction) -> Decimal | None:
        """What the top ceil(part x heads) hold of the value; null without value or that point."""
        place = ceil(part * self.heads)
        held = next((point.held for point in self.points if point.place == place), None)
        return rate(held, self.total)

    @property
    def gini(self) -> Decimal | None:
        """0: all alike; towards 1: one holds all. Null without value."""
        if not self.heads or self.total <= 0:
            return None
        mean_place = self.weighted / self.total
        return (self.heads + 1 - 2 * mean_place) / self.heads

    @property
    def curve(self) -> list[tuple[Decimal, Decimal]]:
        """Shares of heads and of value from (0, 0) to (1, 1); empty without value."""
        if self.total <= 0:
            return []
        start = (Decimal(0), Decimal(0))
        shares = [
            (Decimal(point.place) / self.heads, point.held / self.total) for point in self.points
        ]
        return [start, *shares]


def is_kept(place: int, heads: int) -> bool:
    """Whether the curve keeps the point: ceil(share x heads) for a share of the grid."""
    steps = FINE if place * 10 <= heads else COARSE
    return place * steps // heads > (place - 1) * steps // heads


def concentration(values: Iterable[Decimal]) -> Concentration:
    """The curve of the values of some heads."""
    ordered: Sequence[Decimal] = sorted((max(v, Decimal(0)) for v in values), reverse=True)
    heads, held, weighted = len(ordered), Decimal(0), Decimal(0)
    points = []
    for place, value in enumerate(ordered, start=1):
        held += value
        weighted += place * value
        if is_kept(place, heads):
            points.append(Point(place, held))
    return Concentration(heads, held, weighted, tuple(points))
