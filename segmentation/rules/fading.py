"""Who is fading: three months against the same a year ago, else against the three before (ours)."""

from dataclasses import dataclass
from decimal import Decimal

FADING = Decimal("0.70")  # at most that share of the base is left
STOPPING = Decimal("0.50")
RECOVERED = Decimal("0.85")  # from there on the alert is closed
LEAST_LOSS = Decimal(10_000)  # in three months, of the company's currency
_LOUDER = {"medium": "high", "high": "critical"}


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


def fall(now: Decimal, before: Decimal, year_ago: Decimal) -> Fall:
    """The comparison that counts: with the season of last year wherever there is one."""
    return Fall(now, year_ago, "year") if year_ago > 0 else Fall(now, before, "quarter")


def severity(found: Fall, tier: str) -> str:
    """Medium, high below half of the base; one level louder for large customers."""
    level = "high" if found.now < STOPPING * found.base else "medium"
    return _LOUDER[level] if tier == "large" else level
