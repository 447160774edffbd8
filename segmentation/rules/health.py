"""How well it stands with a customer, and which part is bad (C12).

Six parts of 0 to 100, each as good as the worst thing known of it; null while nothing is. Their
weighted mean is the score; unknown parts are re-weighted as in C5. Marks within a part are ours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from contracts.rules.payment_score import GOOD, POOR
from core.rules import rounded
from segmentation.rules.scores import composite

PARTS = ("volume", "payment", "service", "sentiment", "engagement", "network")
WHOLE, NONE = Decimal(100), Decimal(0)
# What a rhythm is worth (rules.rhythm), and a week's volume that falls against the weeks before.
BEATS = {"cooling": Decimal(60), "at_risk": Decimal(30), "dormant": Decimal(10)}
DECAYS = {"amber": Decimal(60), "red": Decimal(30)}
# Of the revenue before: so little left is worth nothing, so much is whole: months are never alike.
LITTLE, ENOUGH = Decimal("0.40"), Decimal("0.90")
LEAST_ON_TIME = Decimal("0.80")  # so few on time are worth nothing
MOST_TROUBLE = Decimal("0.10")  # so many exceptions and complaints a shipment are worth nothing
FEWEST = 5  # fewer cases tell nothing of our service
ENDING_DAYS = 90  # an agreement that ends within these days is worth half
ENDED_DAYS = 365  # one that ended within these days is worth nothing; before, it is forgotten
ENDING = Decimal(50)
TALK_DAYS = 3 * 365  # talks before are forgotten
SILENCE = 3  # a talk so many times as long ago as it should be is worth nothing


@dataclass(frozen=True, slots=True)
class HealthRules:
    """Weights of the parts (they sum to 1), what must be known of them, and the marks."""

    volume: Decimal = Decimal("0.25")
    payment: Decimal = Decimal("0.20")
    service: Decimal = Decimal("0.20")
    sentiment: Decimal = Decimal("0.15")
    engagement: Decimal = Decimal("0.10")
    network: Decimal = Decimal("0.10")
    least_known: Decimal = Decimal("0.60")
    red: Decimal = Decimal(51)
    yellow: Decimal = Decimal(76)
    heavy: Decimal = Decimal("0.20")  # a part of that weight
    poor: Decimal = Decimal(30)  # below that keeps the whole from green
    sentiment_days: int = 180  # older answers tell nothing any more

    @property
    def weights(self) -> tuple[Decimal, ...]:
        """Of the parts, in their order."""
        return tuple(getattr(self, name) for name in PARTS)


@dataclass(frozen=True, slots=True)
class Health:
    """Score (null: too little is known) and grade: red, yellow, green or ""."""

    score: Decimal | None
    grade: str
    is_capped: bool = False


def health(parts: Mapping[str, Decimal | None], rules: HealthRules) -> Health:
    """What the parts make together."""
    score = composite([parts.get(name) for name in PARTS], rules.weights, rules.least_known)
    if score is None or score < rules.red:
        return Health(score, "" if score is None else "red")
    if score < rules.yellow:
        return Health(score, "yellow")
    is_capped = any(
        weight >= rules.heavy and (part := parts.get(name)) is not None and part < rules.poor
        for name, weight in zip(PARTS, rules.weights, strict=True)
    )
    return Health(score, "yellow" if is_capped else "green", is_capped)


def volume(state: str, decay: str, now: Decimal | None, base: Decimal | None) -> Decimal:
    """The rhythm, its volume, and revenue of three months against its base (rules.fading).

    Who is silent by season is compared with nobody.
    """
    if state == "paused":
        return WHOLE
    known = [BEATS.get(state, WHOLE), DECAYS.get(decay, WHOLE)]
    if now is not None and base is not None and base > 0:
        known.append(_between(now / base, LITTLE, ENOUGH))
    return min(known)


def payment(
    score: Decimal | None, due: Decimal | None, collected: Decimal | None
) -> Decimal | None:
    """The payment score (B6) as in a rating, and what was collected of what was due (B5)."""
    known = [] if score is None else [_between(score, Decimal(POOR), Decimal(GOOD))]
    if due is not None and collected is not None and due > 0:
        known.append(_between(collected / due, NONE, Decimal(1)))
    return min(known, default=None)


def service(promised: int, on_time: int, shipments: int, trouble: int) -> Decimal | None:
    """Deliveries on time, and exceptions and complaints of 12 months for each shipment."""
    known = []
    if promised >= FEWEST:
        known.append(_between(Decimal(on_time) / promised, LEAST_ON_TIME, Decimal(1)))
    if shipments >= FEWEST:
        known.append(WHOLE - _between(Decimal(trouble) / shipments, NONE, MOST_TROUBLE))
    return min(known, default=None)


def sentiment(answers: Sequence[Decimal]) -> Decimal | None:
    """The mean of answers of 0 to 100: of the last response of each role within the days."""
    return rounded(sum(answers, NONE) / len(answers), 2) if answers else None


def engagement(days_left: int | None, talked: int | None, interval: int) -> Decimal | None:
    """The agreement and the last talk.

    `days_left` of the agreement that runs longest, negative when it ended; null without one, or
    when it ended long ago. `talked`: days since, null when nobody wrote down a talk; `interval`:
    the days within which the policy asks for one.
    """
    known = []
    if days_left is not None and days_left >= -ENDED_DAYS:
        known.append(NONE if days_left < 0 else ENDING if days_left <= ENDING_DAYS else WHOLE)
    if talked is not None:
        known.append(WHOLE - _between(Decimal(talked) / interval, Decimal(1), Decimal(SILENCE)))
    return min(known, default=None)


def network(exposure: Decimal) -> Decimal:
    """What does not hang on lost customers (C10)."""
    return rounded(WHOLE * (1 - exposure), 2)


def _between(value: Decimal, low: Decimal, high: Decimal) -> Decimal:
    """0 at `low`, 100 at `high`, a straight line between them."""
    share = (min(max(value, low), high) - low) / (high - low)
    return rounded(WHOLE * share, 2)
