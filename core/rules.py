"""Arithmetic every app shares: business dates, windows (C0), money (B1), rates. Pure Python."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

BUSINESS_ZONE = ZoneInfo("Asia/Shanghai")
YEARS = range(1800, 2200)  # of days that people enter; outside it is a slip of the finger
ZERO = Decimal("0.00")
PERCENT = Decimal(100)
RATE_PLACES = 6
LONGEST_GRANT = timedelta(days=366)  # of what one customer is granted for a time


class RuleError(ValueError):
    """A pure rule says no.

    `message` is an English catalogue sentence with `%(name)s` places and `params` are the facts
    for them; whoever shows it translates: `gettext(error.message) % error.params`.
    """

    def __init__(self, message: str, params: Mapping[str, object] | None = None) -> None:
        self.message = message
        self.params = dict(params or {})
        super().__init__(message % self.params)


def gettext_noop(message: str) -> str:
    """Mark a sentence for the catalogue (makemessages knows this name) and return it as it is."""
    return message


# --- dates --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Window:
    """The days after `after` up to and including `until`."""

    after: date
    until: date

    def __contains__(self, day: date) -> bool:
        return self.after < day <= self.until

    @property
    def first(self) -> date:
        """The first day that belongs to the window."""
        return self.after + timedelta(days=1)


def business_date(moment: datetime) -> date:
    """The calendar day in Asia/Shanghai of an aware moment (C0); ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(BUSINESS_ZONE).date()


def add_months(day: date, months: int) -> date:
    """The same day of the month `months` later (or earlier), clamped to that month's last day."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month0 + 1)[1]
    return date(year, month0 + 1, min(day.day, last))


def ends_in_time(ends_on: date, today: date) -> bool:
    """Whether what is granted today ends, as it has to: today or later, within a year."""
    return today <= ends_on <= today + LONGEST_GRANT


def window(day: date) -> Window:
    """The "12 months" as of `day` (C0)."""
    return Window(add_months(day, -12), day)


def previous_window(day: date) -> Window:
    """The 12 months before those of `day` (C0); the two windows touch and never overlap."""
    return window(add_months(day, -12))


# --- money and rates ----------------------------------------------------------------------------


def rounded(value: Decimal, places: int) -> Decimal:
    """The value to `places` decimals, half up (away from zero, as Postgres rounds numeric)."""
    result = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return abs(result) if result.is_zero() else result


def money(value: Decimal | int | str) -> Decimal:
    """Two decimals, half up (B1). TypeError for floats, ValueError for NaN and infinity."""
    if isinstance(value, float):
        raise TypeError("money is never a float")
    amount = Decimal(value)
    if not amount.is_finite():
        raise ValueError(f"{amount} is not an amount")
    return rounded(amount, 2)


def cents(amount: Decimal) -> int:
    """The amount in hundredths, exact; ValueError when it has more than two decimals."""
    hundredths = amount.scaleb(2)
    if hundredths != int(hundredths):
        raise ValueError(f"{amount} has more than two decimals")
    return int(hundredths)


def split_money(total: Decimal, portions: Sequence[Decimal | int]) -> list[Decimal]:
    """Parts of `total` in proportion to `portions`: largest remainder, earlier first on ties (B1).

    The parts sum to the total to the cent. Portions are weights >= 0, not all 0, else ValueError.
    """
    weights = [Fraction(portion) for portion in portions]
    if not weights or min(weights) < 0 or sum(weights) == 0:
        raise ValueError("portions must be 0 or more, and not all 0")
    whole = abs(cents(total))
    exact = [whole * weight / sum(weights) for weight in weights]
    parts = [int(share) for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda index: parts[index] - exact[index])
    for index in by_remainder[: whole - sum(parts)]:
        parts[index] += 1
    sign = -1 if total < 0 else 1
    return [rounded(Decimal(sign * part).scaleb(-2), 2) for part in parts]


def rate(numerator: Decimal | int | None, denominator: Decimal | int | None) -> Decimal | None:
    """numerator / denominator, unrounded; null when either is unknown or the denominator is 0."""
    if numerator is None or denominator is None or denominator == 0:
        return None
    return Decimal(numerator) / Decimal(denominator)


def shown_rate(value: Decimal | None) -> Decimal | None:
    """A fraction as exports write it: six decimals, half up; null stays null."""
    return None if value is None else rounded(value, RATE_PLACES)


def percent_digits(value: Decimal) -> str:
    """A fraction in per cent as somebody would type it, exact: 0.0005 -> "0.05"."""
    return f"{(value * PERCENT).normalize():f}"


def percent(value: Decimal | None, places: int = 2) -> Decimal | None:
    """A fraction as a page writes it: per cent, half up (0.03125 -> 3.13); null stays null."""
    return None if value is None else rounded(value * PERCENT, places)
