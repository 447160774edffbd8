"""Who has stopped, by the customer's own rhythm (C9): gaps, silence, state, fading volume.

Days of the two great breaks (core.feasts) count nowhere: not in gaps, not in silence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from core.feasts import days_between, is_feast, is_spring_break
from core.like_days import like_day
from core.rules import add_months

_DAY = timedelta(days=1)
_WEEK = 7
_RECENT_WEEKS, _BASE_WEEKS = 4, 12
_LEAST_RECENT_WEEKS = 2  # fewer ordinary weeks tell nothing
_SALE = ((11, 10), (11, 14))  # what is bought on 11.11 leaves on these days
_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class RhythmRules:
    """Thresholds of C9. Days, but for the shares and the two multiples of the usual gap."""

    shortest_gap: int = 3
    fewest_gaps: int = 5  # with fewer the customers of the same size are the measure
    unknown_gap: int = 30  # where those have no rhythm either
    at_risk: int = 2
    dormant: int = 4
    dormant_days: int = 30
    lost_days: int = 180
    new_days: int = 30
    decay_amber: Decimal = Decimal("0.70")
    decay_red: Decimal = Decimal("0.50")
    decay_shipments: int = 12  # in the weeks before; with fewer nothing is read from them


@dataclass(frozen=True, slots=True)
class Shipped:
    """What is known of a customer's shipping days as of a day.

    `days` are those from `rhythm_since(day)` on, sorted; `before` is the latest before them, null
    for who is newer; `last_on` is the latest of all.
    """

    days: Sequence[date]
    last_on: date
    before: date | None = None
    declared_lost: bool = False


def rhythm_since(day: date) -> date:
    """The first day whose gaps count: a month more than a year, for feasts that move."""
    return add_months(day, -13).replace(day=1)


def known_from(day: date) -> date:
    """The first day of the calendar; a silence that began before it is as long as from there."""
    return rhythm_since(day) - _A_YEAR * _DAY


def feasts(day: date) -> list[date]:
    """The days of the calendar up to the day that count nowhere."""
    return [each for each in days_between(known_from(day) - _DAY, day) if is_feast(each)]


def gaps(days: Sequence[date]) -> list[int]:
    """Days from one shipping day to the next, feasts out, at least 1 each."""
    return [max(silence(a, b), 1) for a, b in pairwise(days)]


def silence(after: date, until: date) -> int:
    """Days since a shipping day, feasts out."""
    return sum(not is_feast(day) for day in days_between(after, until))


def own_gap(found: Sequence[int], rules: RhythmRules) -> int | None:
    """The gap that nine of ten do not exceed; null with too few of them."""
    return _place(found, 9, 10) if len(found) >= rules.fewest_gaps else None


def typical_gap(found: Sequence[int]) -> int | None:
    """The gap in the middle."""
    return _place(found, 1, 2)


def median(gaps_of_others: Sequence[int]) -> int | None:
    """What customers of one size usually leave between two shipments, of their own gaps."""
    return _place(gaps_of_others, 1, 2)


def usual_gap(own: int | None, others: int | None, rules: RhythmRules) -> int:
    """The measure of silence: the customer's own, else that of its size."""
    known = own if own is not None else others
    return max(rules.unknown_gap if known is None else known, rules.shortest_gap)


def state(shipped: Shipped, usual: int, day: date, rules: RhythmRules) -> str:
    """new, active, cooling, at_risk, dormant, lost, won_back, or paused: silent by season."""
    since = (day - shipped.last_on).days
    silent = silence(shipped.last_on, day) if shipped.days else since
    is_late = silent > rules.at_risk * usual
    paused = is_late and since < _A_YEAR and _gap_then(shipped, day) > rules.at_risk * usual
    if shipped.declared_lost or (since >= rules.lost_days and not paused):
        return "lost"
    if shipped.before is None and (day - shipped.days[0]).days < rules.new_days:
        return "new"
    if is_late:
        long = silent > rules.dormant * usual and silent >= rules.dormant_days
        return "paused" if paused else "dormant" if long else "at_risk"
    if _came_back(shipped, usual, day, rules):
        return "won_back"
    return "active" if silent <= usual else "cooling"


def same_day(day: date) -> date:
    """The day a year ago that is like this one: silent then by season, no wonder now."""
    return like_day(day, day.year - 1)


def weeks(day: date) -> tuple[list[int], list[int]]:
    """Numbers of the last 4 weeks and of the 12 before, without Spring Festival and 11.11.

    Week 0 ends with the day. No recent ones when too few of them are ordinary.
    """
    ordinary = [n for n in range(_RECENT_WEEKS + _BASE_WEEKS) if not _is_special(day, n)]
    recent = [n for n in ordinary if n < _RECENT_WEEKS]
    base = [n for n in ordinary if n >= _RECENT_WEEKS]
    return (recent if len(recent) >= _LEAST_RECENT_WEEKS else [], base)


def decay(recent: int, base: int, number: tuple[int, int], rules: RhythmRules) -> str:
    """'red' or 'amber' when a recent week brings that much less than one before, else ''.

    Shipments of so many (`number`) recent weeks and weeks before.
    """
    if not number[0] or base < rules.decay_shipments:
        return ""
    now, before = recent * number[1], base * number[0]
    if now < rules.decay_red * before:
        return "red"
    return "amber" if now < rules.decay_amber * before else ""


def _gap_then(shipped: Shipped, day: date) -> int:
    """How long the silence was in which the like of the day lay; 0 where there was none."""
    then = same_day(day)
    days = [*([shipped.before] if shipped.before else []), *shipped.days]
    earlier = [on for on in days if on < then]
    later = [on for on in days if on >= then]
    return silence(max(earlier[-1], known_from(day)), later[0]) if earlier and later else 0


def _came_back(shipped: Shipped, usual: int, day: date, rules: RhythmRules) -> bool:
    """Whether a silence like that of the dormant or lost ended within `new_days`."""
    if shipped.before is not None and (day - shipped.days[0]).days < rules.new_days:
        return True
    ended = zip(gaps(shipped.days), shipped.days[1:], strict=True)
    long = [gap for gap, on in ended if (day - on).days < rules.new_days]
    return any(
        gap >= rules.lost_days or (gap > rules.dormant * usual and gap >= rules.dormant_days)
        for gap in long
    )


def _is_special(day: date, week: int) -> bool:
    last = day - week * _WEEK * _DAY
    return any(
        is_spring_break(each) or _SALE[0] <= (each.month, each.day) <= _SALE[1]
        for each in days_between(last - _WEEK * _DAY, last)
    )


def _place(found: Sequence[int], share: int, of: int) -> int | None:
    """The smallest that at least share/of of them do not exceed."""
    return sorted(found)[-(-len(found) * share // of) - 1] if found else None
