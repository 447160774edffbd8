"""Who stops or falls, by the customer's own rhythm and by three months of revenue (ours).

Rhythm tells it the night it breaks; revenue of three months tells what fell slowly.
"""

from dataclasses import dataclass
from decimal import Decimal

FADING = Decimal("0.70")  # at most that share of the base is left
STOPPING = Decimal("0.50")
RECOVERED = Decimal("0.85")  # from there on the alert is closed
LEAST_LOSS = Decimal(10_000)  # lost or at stake in three months, of the company's currency
_LOUDER = {"medium": "high", "high": "critical"}
_STOPPED = frozenset({"at_risk", "dormant"})
_AT_WORK = frozenset({"active", "cooling"})


@dataclass(frozen=True, slots=True)
class Fall:
    """What three months brought against their base; `basis` is year or quarter."""

    now: Decimal
    base: Decimal
    basis: str

    @property
    def lost(self) -> Decimal:
        """What the base brought more; negative when revenue grew."""
        return self.base - self.now

    @property
    def is_fading(self) -> bool:
        """Whether that much is lost that somebody should ask why."""
        return self.now <= FADING * self.base and self.lost >= LEAST_LOSS

    @property
    def is_over(self) -> bool:
        """Whether an alert about it has done its work."""
        return self.now >= RECOVERED * self.base


@dataclass(frozen=True, slots=True)
class Going:
    """How a customer goes by its own rhythm (segmentation.rules.rhythm), "" where there is none."""

    state: str = ""
    decay: str = ""
    stake: Decimal = Decimal(0)  # the better of the last two spans of three months

    @property
    def broken(self) -> str:
        """What broke: rhythm (silent for too long), decay (much less), or ""."""
        if self.state in _STOPPED:
            return "rhythm"
        return "decay" if self.decay == "red" and self.state in _AT_WORK else ""


NOT_KNOWN = Going()


def fall(now: Decimal, before: Decimal, year_ago: Decimal) -> Fall:
    """The comparison that counts: with the season of last year wherever there is one.

    `year_ago` is of the days that are like these (core.like_days): feasts with feasts.
    """
    return Fall(now, year_ago, "year") if year_ago > 0 else Fall(now, before, "quarter")


def basis(found: Fall, going: Going) -> str:
    """Why somebody should be told: rhythm, decay, year or quarter; "" when there is no reason.

    Who is silent by season calls for nobody.
    """
    if going.state == "paused":
        return ""
    if going.broken and going.stake >= LEAST_LOSS:
        return going.broken
    return found.basis if found.is_fading else ""


def is_over(found: Fall, going: Going, told: str) -> bool:
    """Whether an alert told for that reason is closed: nothing calls any more, and it is well."""
    if basis(found, going):
        return False
    if told not in {"rhythm", "decay"}:
        return found.is_over
    back = going.state not in _STOPPED | {"lost"} and not going.broken
    return back and (told == "rhythm" or not going.decay or going.state == "paused")


def amount(found: Fall, going: Going, told: str) -> Decimal:
    """What is at stake where the rhythm broke, else what is lost."""
    return going.stake if told in {"rhythm", "decay"} else max(found.lost, Decimal(0))


def severity(found: Fall, tier: str, going: Going = NOT_KNOWN) -> str:
    """Medium, high below half of the base or dormant; one level louder for large customers."""
    is_high = found.now < STOPPING * found.base or going.state == "dormant"
    level = "high" if is_high else "medium"
    return _LOUDER[level] if tier == "large" else level
