"""Months without their season, and what the next quarter may bring. Pure Python.

Season: classical ratio to moving average. The trend of a month is the mean of the 12 months around
it, centred (half of the first and the thirteenth month); a calendar month's factor is the mean of
value / trend over the years, scaled so that the twelve factors average 1.
Outlook: the same month a year ago times the growth of the last three months over the same three a
year before, tried on every earlier quarter there is; how far it was off is the interval.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

YEAR, QUARTER = 12, 3
LEAST_SEASON = 2 * YEAR  # months a season is found from
LEAST_TRIES = 6  # earlier quarters an interval is found from
_HISTORY = YEAR + QUARTER  # months an outlook looks back
_GROWTH = (Decimal("0.5"), Decimal(2))  # a jump beyond is not carried on
LOW, HIGH = Decimal("0.1"), Decimal("0.9")

Values = Sequence[Decimal]


@dataclass(frozen=True, slots=True)
class SeasonFree:
    """A series without its season: `adjusted` is value / factor, None where the factor is 0."""

    factors: tuple[Decimal, ...]  # of the calendar months, January first
    trend: tuple[Decimal | None, ...]  # None in the first and the last six months
    adjusted: tuple[Decimal | None, ...]


def season_free(values: Values, first_month: int) -> SeasonFree | None:
    """The series without season; `first_month` numbers the first value's month (0 is January).

    None for less than two years, or where a calendar month's trend is never positive.
    """
    if len(values) < LEAST_SEASON:
        return None
    trend = moving_average(values)
    ratios: list[list[Decimal]] = [[] for _month in range(YEAR)]
    for index, (value, level) in enumerate(zip(values, trend, strict=True)):
        if level is not None and level > 0:
            ratios[(first_month + index) % YEAR].append(value / level)
    if not all(ratios):
        return None
    raw = [sum(found, Decimal(0)) / len(found) for found in ratios]
    total = sum(raw, Decimal(0))
    if total <= 0:
        return None
    factors = tuple(one * YEAR / total for one in raw)
    by_month = [factors[(first_month + index) % YEAR] for index in range(len(values))]
    adjusted = tuple(
        value / factor if factor > 0 else None
        for value, factor in zip(values, by_month, strict=True)
    )
    return SeasonFree(factors, trend, adjusted)


def moving_average(values: Values) -> tuple[Decimal | None, ...]:
    """The centred mean of 12 months: the mean of two neighbouring means of 12."""
    half = YEAR // 2
    found: list[Decimal | None] = []
    for index in range(len(values)):
        if index < half or index + half >= len(values):
            found.append(None)
            continue
        around = values[index - half : index + half + 1]
        found.append((sum(around[:-1], Decimal(0)) + sum(around[1:], Decimal(0))) / (2 * YEAR))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Outlook:
    """The next three months; `low` and `high` hold 80 % of what the tries were off by.

    `error` is the mean of |forecast - actual| / actual of `tries` earlier quarters; null, as the
    interval is, where there were too few.
    """

    months: tuple[Decimal, ...]
    growth: Decimal
    tries: int
    error: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def total(self) -> Decimal:
        """Of the three months."""
        return sum(self.months, Decimal(0))


def outlook(values: Values) -> Outlook | None:
    """What the three months after the series may bring; None without a year and a quarter of it."""
    now = _forecast(values)
    if now is None:
        return None
    months, growth = now
    ratios, errors = [], []
    for origin in range(_HISTORY, len(values) - QUARTER + 1):
        then = _forecast(values[:origin])
        actual = sum(values[origin : origin + QUARTER], Decimal(0))
        expected = sum(then[0], Decimal(0)) if then else Decimal(0)
        if expected > 0 and actual > 0:
            ratios.append(actual / expected)
            errors.append(abs(expected - actual) / actual)
    if len(ratios) < LEAST_TRIES:
        return Outlook(months, growth, len(ratios))
    total = sum(months, Decimal(0))
    low, high = (total * quantile(ratios, part) for part in (LOW, HIGH))
    error = sum(errors, Decimal(0)) / len(errors)
    return Outlook(months, growth, len(ratios), error, low, high)


def _forecast(values: Values) -> tuple[tuple[Decimal, ...], Decimal] | None:
    """The next three months and the growth carried on; None where there is no like a year ago."""
    if len(values) < _HISTORY:
        return None
    recent = sum(values[-QUARTER:], Decimal(0))
    like = sum(values[-_HISTORY:-YEAR], Decimal(0))
    if like <= 0:
        return None
    growth = min(max(recent / like, _GROWTH[0]), _GROWTH[1])
    start = len(values) - YEAR
    return tuple(value * growth for value in values[start : start + QUARTER]), growth


def quantile(values: Values, part: Decimal) -> Decimal:
    """The quantile between the two nearest ranks, as numpy's and Excel's default."""
    ordered = sorted(values)
    place = part * (len(ordered) - 1)
    index = int(place)
    upper = ordered[min(index + 1, len(ordered) - 1)]
    return ordered[index] + (upper - ordered[index]) * (place - index)


def variation(values: Values) -> Decimal | None:
    """Standard deviation / mean of the months; null where the mean is not positive."""
    if not values or sum(values) <= 0:
        return None
    mean = sum(values, Decimal(0)) / len(values)
    variance = sum(((value - mean) ** 2 for value in values), Decimal(0)) / len(values)
    return variance.sqrt() / mean
