"""Which answers call for a call back, how loudly, and by when (02 §9.7)."""

from collections.abc import Iterator

from surveys.rules.scales import SCALES, Family

WINDOW_DAYS = 30  # an answer taken in later than that opens nothing any more (ours)
LAPSE_DAYS = 90  # nobody calls back about what was said a quarter ago (ours)
LEVELS = ("low", "medium", "high", "critical")
_FAMILIES = {Family.CSAT, Family.NPS, Family.NPS5, Family.CES}
_DECIDE = {"decider", "approver", "executive"}
_SHAPE = {"influencer", "purchaser", "finance"}
_ROLES = (
    *("decider", "approver", "influencer", "user", "purchaser", "finance", "gatekeeper"),
    *("executive", "staff", "consignee", "other", ""),
)
_TIERS = ("large", "medium", "small", "risk", "potential", "")


def is_low(question: str, value: int) -> bool:
    """NPS 0-6, the bottom of satisfaction scales, hard on effort scales; RATER items are not."""
    scale = SCALES.get(question)
    return scale is not None and scale.family in _FAMILIES and value in scale.dissatisfied


def low_answers() -> Iterator[tuple[str, int]]:
    """Every low answer there is: question and value."""
    for code, scale in SCALES.items():
        yield from ((code, value) for value in scale.points if is_low(code, value))


def severity(role: str, tier: str) -> str:
    """By who said it, one level louder for large customers and those at risk (ours)."""
    level = 2 if role in _DECIDE else 1 if role in _SHAPE else 0
    return LEVELS[level + (tier in {"large", "risk"})]


def severities() -> Iterator[tuple[str, str, str]]:
    """Role of the respondent, tier of the customer, severity: all there are."""
    for role in _ROLES:
        yield from ((role, tier, severity(role, tier)) for tier in _TIERS)
