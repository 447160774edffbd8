"""How a customer pays (B6): a score over a year's lines, and with other marks a rating."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from core.rules import ZERO

FEWEST_LINES = 3
# Days beyond terms and their points; between two of them in a straight line.
DAYS = (-30, -20, -10, 0, 15, 22, 30, 60, 90, 120)
POINTS = (100, 90, 85, 80, 70, 60, 50, 40, 30, 20)
BEYOND = Decimal(10)
# The other parts (ours): what was billed in 12 months, debts as a share of assets.
BILLED, BILLED_POINTS = (0, 50_000, 250_000, 1_000_000, 3_000_000), (30, 50, 70, 85, 100)
DEBT_RATIOS = (Decimal("0.3"), Decimal(1))
DEBT_POINTS = (100, 0)
LOSS = Decimal(20)
LONG_DAYS = 5 * 365
POOR, GOOD = 20, 80  # payment scores between which the part of the rating grows from 0 to 100
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


def linear(
    value: Decimal, places: Sequence[int | Decimal], points: Sequence[int | Decimal]
) -> Decimal:
    """The points of a value: straight lines between the places, level outside them."""
    if value <= places[0]:
        return Decimal(points[0])
    for (low, low_points), (high, high_points) in pairwise(zip(places, points, strict=True)):
        if value <= high:
            return low_points + (value - low) / (high - low) * (high_points - low_points)
    return Decimal(points[-1])


def points(days: int) -> Decimal:
    """Points for days beyond terms: 100 from 30 days early on, 10 past 120 days late."""
    return BEYOND if days > DAYS[-1] else linear(Decimal(days), DAYS, POINTS)


def volume_part(billed: Decimal) -> Decimal:
    """What was billed in 12 months as 30 to 100."""
    return linear(billed, BILLED, BILLED_POINTS)


def tenure_part(days: int | None) -> Decimal | None:
    """Days as a customer as 0 to 100: 100 after five years; None where nobody knows since when."""
    if days is None:
        return None
    return min(Decimal(100), Decimal(max(days, 0)) / LONG_DAYS * 100)


def financial_part(assets: Decimal, liabilities: Decimal, profit: Decimal | None) -> Decimal:
    """A year's statement as 0 to 100, from the share of debts; a loss costs 20."""
    score = linear(liabilities / assets, DEBT_RATIOS, DEBT_POINTS)
    return max(ZERO, score - LOSS) if profit is not None and profit < 0 else score


def payment_score(lines: Iterable[PaidLine]) -> Decimal | None:
    """Amount-weighted points; None for fewer than three lines."""
    counted = list(lines)
    weight = sum((line.amount for line in counted), ZERO)
    if len(counted) < FEWEST_LINES or weight <= 0:
        return None
    return sum((line.amount * points(line.days) for line in counted), ZERO) / weight


def payment_part(score: Decimal) -> Decimal:
    """A payment score from poor to good spread over 0 to 100."""
    return max(ZERO, min(Decimal(100), (score - POOR) / (GOOD - POOR) * 100))


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
