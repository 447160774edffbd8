"""Tiers (C3): the size is always kept, risk and potential lie over it, one of them is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from segmentation.rules.abc_classes import Reason
from segmentation.rules.scores import OVERLAY

OVERRIDE = "override"  # the code of the reason
RISKY_CREDIT = frozenset({"hold", "stop"})
RISKY_RATINGS = frozenset({"C", "D"})
RISKY_CHURN = frozenset({"at_risk", "dormant", "lost"})


@dataclass(frozen=True, slots=True)
class Override:
    """A tier that somebody chose, in force on the morning after the night."""

    tier: str
    until: str  # its last day
    reason: str


@dataclass(frozen=True, slots=True)
class TierFacts:
    """What the tier follows from; a part that is not computed is null and counts as not met."""

    size: str
    size_reason: Reason
    credit_state: str | None = None
    rating: str | None = None
    churn_band: str | None = None
    potential_score: Decimal | None = None
    is_prospect: bool = False
    override: Override | None = None


@dataclass(frozen=True, slots=True)
class TierResult:
    """The tier shown, the size kept beneath it, both overlays and every reason."""

    tier: str
    size: str
    is_risk: bool
    is_potential: bool
    reasons: tuple[Reason, ...]


def tier_of(facts: TierFacts, overlay: Decimal = OVERLAY) -> TierResult:
    """The tier by precedence risk > large > medium > potential > small, if nobody chose another.

    `overlay` is the potential score from which a customer below large is one with potential.
    """
    risks = _risks(facts)
    potentials = _potentials(facts, overlay)
    computed = _shown(facts.size, is_risk=bool(risks), is_potential=bool(potentials))
    chosen = facts.override
    return TierResult(
        tier=chosen.tier if chosen else computed,
        size=facts.size,
        is_risk=bool(risks),
        is_potential=bool(potentials),
        reasons=(*chosen_reasons(chosen, computed), facts.size_reason, *risks, *potentials),
    )


def chosen_reasons(override: Override | None, computed: str) -> list[Reason]:
    """What a tier that somebody chose puts before the reasons of the computed one."""
    if override is None:
        return []
    return [
        {
            "code": OVERRIDE,
            "tier": computed,
            "until": override.until,
            "reason": override.reason,
        }
    ]


def computed_tier(tier: str, reasons: Sequence[Reason]) -> str:
    """The tier that holds without the override the reasons may begin with; `tier` is shown."""
    first = reasons[0] if reasons else {}
    return (first["tier"] or "") if first.get("code") == OVERRIDE else tier


def _risks(facts: TierFacts) -> list[Reason]:
    reasons: list[Reason] = []
    if facts.credit_state in RISKY_CREDIT:
        reasons.append({"code": "risk_credit", "state": facts.credit_state})
    if facts.rating in RISKY_RATINGS:
        reasons.append({"code": "risk_rating", "rating": facts.rating})
    if facts.churn_band in RISKY_CHURN:
        reasons.append({"code": "risk_churn", "band": facts.churn_band})
    return reasons


def _potentials(facts: TierFacts, overlay: Decimal) -> list[Reason]:
    reasons: list[Reason] = []
    score = facts.potential_score
    if score is not None and score >= overlay and facts.size != "large":
        reasons.append({"code": "potential_score", "score": str(score), "threshold": str(overlay)})
    if facts.is_prospect:
        reasons.append({"code": "potential_prospect"})
    return reasons


def _shown(size: str, *, is_risk: bool, is_potential: bool) -> str:
    if is_risk:
        return "risk"
    return "potential" if size == "small" and is_potential else size
