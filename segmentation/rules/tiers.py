"""Tiers (C3): the size is always kept, risk and potential lie over it, one of them is shown."""

from dataclasses import dataclass
from decimal import Decimal

SIZES = ("large", "medium", "small")
RISKY_CREDIT = frozenset({"hold", "stop"})
RISKY_RATINGS = frozenset({"C", "D"})
RISKY_CHURN = frozenset({"at_risk", "dormant", "lost"})
POTENTIAL_SCORE = Decimal(70)

Reason = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class TierCuts:
    """The least value of the 12 months for each size, in the company's currency."""

    large: Decimal = Decimal("3000000.00")
    medium: Decimal = Decimal("250000.00")
    basis: str = "revenue"


@dataclass(frozen=True, slots=True)
class TierFacts:
    """What the tier follows from; a part that is not computed is null and counts as not met."""

    value: Decimal | None
    credit_state: str | None = None
    rating: str | None = None
    churn_band: str | None = None
    potential_score: Decimal | None = None
    is_prospect: bool = False


@dataclass(frozen=True, slots=True)
class TierResult:
    """The tier shown, the size kept beneath it, both overlays and every reason."""

    tier: str
    size: str
    is_risk: bool
    is_potential: bool
    reasons: tuple[Reason, ...]


def tier_of(facts: TierFacts, cuts: TierCuts) -> TierResult:
    """The tier by precedence risk > large > medium > potential > small."""
    size, size_reason = _size(facts.value, cuts)
    risks = _risks(facts)
    potentials = _potentials(facts, size)
    return TierResult(
        tier=_shown(size, is_risk=bool(risks), is_potential=bool(potentials)),
        size=size,
        is_risk=bool(risks),
        is_potential=bool(potentials),
        reasons=(size_reason, *risks, *potentials),
    )


def size_of(value: Decimal | None, cuts: TierCuts) -> str:
    """large, medium or small; an unknown value is small."""
    if value is None or value < cuts.medium:
        return "small"
    return "large" if value >= cuts.large else "medium"


def _size(value: Decimal | None, cuts: TierCuts) -> tuple[str, Reason]:
    size = size_of(value, cuts)
    threshold = cuts.large if size == "large" else cuts.medium
    return size, {
        "code": f"size_{size}",
        f"{cuts.basis}_12m": None if value is None else str(value),
        "threshold": str(threshold),
    }


def _risks(facts: TierFacts) -> list[Reason]:
    reasons: list[Reason] = []
    if facts.credit_state in RISKY_CREDIT:
        reasons.append({"code": "risk_credit", "state": facts.credit_state})
    if facts.rating in RISKY_RATINGS:
        reasons.append({"code": "risk_rating", "rating": facts.rating})
    if facts.churn_band in RISKY_CHURN:
        reasons.append({"code": "risk_churn", "band": facts.churn_band})
    return reasons


def _potentials(facts: TierFacts, size: str) -> list[Reason]:
    reasons: list[Reason] = []
    score = facts.potential_score
    if score is not None and score >= POTENTIAL_SCORE and size != "large":
        reasons.append(
            {"code": "potential_score", "score": str(score), "threshold": str(POTENTIAL_SCORE)}
        )
    if facts.is_prospect:
        reasons.append({"code": "potential_prospect"})
    return reasons


def _shown(size: str, *, is_risk: bool, is_potential: bool) -> str:
    if is_risk:
        return "risk"
    return "potential" if size == "small" and is_potential else size
