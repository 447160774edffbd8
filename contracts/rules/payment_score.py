"""How a customer pays (B6): a score over a year's lines, and with other marks a rating."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from core.rules import ZERO

FEWEST_LINES = 3
# Days beyond terms and their points; between two of them in a straight line.
POINTS: tuple[tuple[int, int], ...] = (
    (-30, 100), (-20, 90), (-10, 85), (0, 80), (15, 70), (22, 60), (30, 50), (60, 40), (90, 30),
    (120, 20),
)  # fmt: skip
BEYOND = Decimal(10)
WEIGHTS = {
    "payment": Decimal("0.40"),
    "financial": Decimal("0.20"),
    "volume": Decimal("0.15"),
    "tenure": Decimal("0.10"),
    "integrity": Decimal("0.15"),
}
GRADES = (("AAA", 90), ("AA", 80), ("A", 70), ("B", 55), ("C", 40))
WORST = "D"


@dataclass(frozen=True, slots=True)
class PaidLine:
    """A line that was closed or is overdue: its amount, and its days beyond terms (early < 0)."""

    amount: Decimal
    days: int


@dataclass(frozen=True, slots=True)
class Rating:
    """The grade, the score behind it, and the parts (0-100) it was made of."""

    grade: str
    score: Decimal
    parts: dict[str, Decimal]
    vetoed: bool = False


def points(days: int) -> Decimal:
    """Points for days beyond terms: 100 from 30 days early on, 10 past 120 days late."""
    if days <= POINTS[0][0]:
        return Decimal(POINTS[0][1])
    for (low, high_points), (high, low_points) in zip(POINTS, POINTS[1:], strict=False):
        if days <= high:
            share = Decimal(days - low) / (high - low)
            return high_points - share * (high_points - low_points)
    return BEYOND


def payment_score(lines: Iterable[PaidLine]) -> Decimal | None:
    """Amount-weighted points; None for fewer than three lines."""
    counted = list(lines)
    weight = sum((line.amount for line in counted), ZERO)
    if len(counted) < FEWEST_LINES or weight <= 0:
        return None
    return sum((line.amount * points(line.days) for line in counted), ZERO) / weight


def payment_part(score: Decimal) -> Decimal:
    """A payment score from 20 to 80 spread over 0 to 100."""
    return max(ZERO, min(Decimal(100), (score - 20) / 60 * 100))


def rating(parts: dict[str, Decimal | None], *, vetoed: bool = False) -> Rating | None:
    """The rating of parts from 0 to 100; None where no payment score is known.

    A part that is not known leaves its weight to the others. A veto makes it D.
    """
    known = {name: part for name, part in parts.items() if part is not None}
    if "payment" not in known:
        return None
    weight = sum(WEIGHTS[name] for name in known)
    score = sum((WEIGHTS[name] * part for name, part in known.items()), ZERO) / weight
    return Rating(WORST if vetoed else grade_of(score), score, known, vetoed)


def grade_of(score: Decimal) -> str:
    """AAA to D."""
    return next((grade for grade, least in GRADES if score >= least), WORST)
