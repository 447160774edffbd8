"""How sure a figure is, at 95 % (A8, A14)."""

from dataclasses import dataclass
from decimal import Decimal

Z = Decimal("1.959964")
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval with the estimate at its centre, in the unit of the figure."""

    centre: Decimal
    low: Decimal
    high: Decimal


def nps_interval(promoters: int, detractors: int, answered: int) -> Interval | None:
    """Adjusted Wald in points (A8), clipped to -100..100; null when nobody answered.

    The centre is the adjusted estimate. The score people are shown stays 100 (P - D) / n.
    """
    _check_counts(promoters + detractors, answered)
    if answered == 0:
        return None
    n = Decimal(answered + 3)
    p = (promoters + Decimal("0.75")) / n
    d = (detractors + Decimal("0.75")) / n
    half = Z * ((p + d - (p - d) ** 2) / n).sqrt()
    return Interval(
        centre=_HUNDRED * (p - d),
        low=max(-_HUNDRED, _HUNDRED * (p - d - half)),
        high=min(_HUNDRED, _HUNDRED * (p - d + half)),
    )


def share_interval(part: int, whole: int) -> Interval | None:
    """Wilson's interval of a share (A14), fractions within 0..1; null when the whole is 0."""
    _check_counts(part, whole)
    if whole == 0:
        return None
    share, n, z2 = Decimal(part) / whole, Decimal(whole), Z * Z
    spread = 1 + z2 / n
    centre = (share + z2 / (2 * n)) / spread
    half = Z * (share * (1 - share) / n + z2 / (4 * n * n)).sqrt() / spread
    return Interval(
        centre=centre,
        low=max(Decimal(0), centre - half) if part else Decimal(0),
        high=min(Decimal(1), centre + half) if part < whole else Decimal(1),
    )


def _check_counts(part: int, whole: int) -> None:
    if not 0 <= part <= whole:
        raise ValueError(f"{part} of {whole} is no share")
