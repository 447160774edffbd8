"""Scores of current and potential value, and the grade they make (C5).

Every part is 0 to 100. A part that is unknown, or that is the same for everybody, is null: it
tells nobody apart, and its weight is spread over the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_CENT = Decimal("0.01")
_WEEKS = 52
TENURE_DAYS = 5 * Decimal("365.25")  # five years are the whole
OVERLAY = Decimal(70)
FEWEST_MONTHS = 6  # whole months from which a season can be seen
# Of tenure, share of wallet, active weeks, the last answer.
LOYALTY = (Decimal("0.30"), Decimal("0.30"), Decimal("0.20"), Decimal("0.20"))
# The weights that make a whole: name of the weight -> name of the part, in the order of the parts.
CURRENT = {
    "current_revenue": "revenue",
    "current_contribution": "contribution",
    "current_volume": "volume",
    "current_collection": "collection",
}
POTENTIAL = {
    "potential_volume": "planned_volume",
    "potential_growth": "planned_growth",
    "potential_loyalty": "loyalty",
    "potential_efficiency": "efficiency",
}
GRADE = {"grade_current": "current_score", "grade_potential": "potential_score"}


@dataclass(frozen=True, slots=True)
class ScoreRules:
    """Weights of the parts (each set sums to 1), what must be known of them, and the marks."""

    current_revenue: Decimal = Decimal("0.35")
    current_contribution: Decimal = Decimal("0.25")
    current_volume: Decimal = Decimal("0.20")
    current_collection: Decimal = Decimal("0.20")
    potential_volume: Decimal = Decimal("0.30")
    potential_growth: Decimal = Decimal("0.25")
    potential_loyalty: Decimal = Decimal("0.25")
    potential_efficiency: Decimal = Decimal("0.20")
    grade_current: Decimal = Decimal("0.60")
    grade_potential: Decimal = Decimal("0.40")
    least_known: Decimal = Decimal("0.60")
    high: Decimal = Decimal(70)
    mid: Decimal = Decimal(40)
    overlay: Decimal = OVERLAY  # potential from which a customer below large is "potential"

    @property
    def current(self) -> tuple[Decimal, ...]:
        """Weights of revenue, contribution, volume, due collection rate."""
        return tuple(getattr(self, name) for name in CURRENT)

    @property
    def potential(self) -> tuple[Decimal, ...]:
        """Weights of planned volume, planned growth, loyalty, efficiency."""
        return tuple(getattr(self, name) for name in POTENTIAL)

    @property
    def grade(self) -> tuple[Decimal, ...]:
        """Weights of current and potential value."""
        return tuple(getattr(self, name) for name in GRADE)

    def grade_score(self, current: Decimal | None, potential: Decimal | None) -> Decimal | None:
        """What the grade is by (C0); null while too little is known."""
        return composite((current, potential), self.grade, self.least_known)


def scaled(value: Decimal | None, low: Decimal | None, high: Decimal | None) -> Decimal | None:
    """(x - low) / (high - low) x 100 of the value clipped at both; null where it tells nothing."""
    if value is None or low is None or high is None or high <= low:
        return None
    share = (min(max(value, low), high) - low) / (high - low)
    return (100 * share).quantize(_CENT, ROUND_HALF_UP)


def composite(
    parts: Sequence[Decimal | None], weights: Sequence[Decimal], least_known: Decimal
) -> Decimal | None:
    """The weighted mean of the known parts; null ("insufficient data") below the least weight."""
    known = [(part, w) for part, w in zip(parts, weights, strict=True) if part is not None]
    weight = sum((w for _part, w in known), Decimal(0))
    if not weight or weight < least_known * sum(weights, Decimal(0)):
        return None
    total = sum((part * w for part, w in known), Decimal(0))
    return (total / weight).quantize(_CENT, ROUND_HALF_UP)


def loyalty_parts(
    days: int | None, wallet: Decimal | None, weeks: int | None, nps: int | None
) -> tuple[Decimal | None, ...]:
    """Tenure (5 years: 100), share of wallet, active weeks of 52, the last answer of 0 to 10."""
    tenure = None if days is None else Decimal(days) / TENURE_DAYS
    active = None if weeks is None else Decimal(weeks) / _WEEKS
    answer = None if nps is None else Decimal(nps) / 10
    shares = (tenure, wallet, active, answer)
    return tuple(None if x is None else 100 * min(max(x, Decimal(0)), Decimal(1)) for x in shares)


def grade_of(score: Decimal | None, rules: ScoreRules) -> str:
    """high, mid or low; "" without a score."""
    if score is None:
        return ""
    return "high" if score >= rules.high else "mid" if score >= rules.mid else "low"
