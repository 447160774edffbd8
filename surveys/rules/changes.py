"""Whether a score has changed between two surveys, or only by chance (A9, unpaired)."""

from dataclasses import dataclass
from decimal import Decimal
from math import erfc, sqrt

from surveys.rules.intervals import Z


@dataclass(frozen=True, slots=True)
class Change:
    """A difference in the unit of the score, how many standard errors it is, and its p-value."""

    difference: Decimal
    z: float
    p: float

    @property
    def is_clear(self) -> bool:
        """Whether it is more than chance at 95 %."""
        return abs(self.z) >= float(Z)


@dataclass(frozen=True, slots=True)
class Counted:
    """The promoters and detractors among those who answered; of a share: who counts, and 0."""

    good: int
    bad: int
    answered: int

    @property
    def level(self) -> Decimal:
        """(good - bad) / answered."""
        return Decimal(self.good - self.bad) / self.answered

    @property
    def variance(self) -> Decimal:
        """Of one answer."""
        return Decimal(self.good + self.bad) / self.answered - self.level**2


def change(before: Counted, now: Counted) -> Change | None:
    """now - before as a fraction; None when nobody answered on a side or nothing varies."""
    if not before.answered or not now.answered:
        return None
    spread = before.variance / before.answered + now.variance / now.answered
    if spread <= 0:
        return None
    difference = now.level - before.level
    z = float(difference) / sqrt(spread)
    return Change(difference, z, erfc(abs(z) / sqrt(2)))
