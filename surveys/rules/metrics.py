"""What the `survey_scores` export calls each item, and the figure it gives (01 §4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from surveys.rules.intervals import Interval, nps_interval, share_interval
from surveys.rules.scales import SCALES, Family, Scale
from surveys.rules.scores import Counts, answered, effort, mean, recommendation, satisfaction

_PREFERENCE = {code: place for place, code in enumerate(SCALES)}


@dataclass(frozen=True, slots=True)
class Item:
    """A question answered on a scale; in the library its code is the scale's."""

    code: str
    scale: Scale
    is_overall: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """Value and interval in the metric's unit: NPS in points, shares as fractions, else a mean.

    A mean has no interval. Everything is null when nobody answered.
    """

    n: int
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None


def metric_names(items: Iterable[Item]) -> dict[str, str]:
    """The metric of each item code.

    `rater_*` questions keep their code. Of several items of another family the overall one (the
    marked, else the library's in the order of SCALES) gives the family's name, the others
    `item:CODE`; an only item is the overall one. Several unmarked items of a questionnaire have no
    overall one among them.
    """
    families: dict[Family, list[Item]] = {}
    names: dict[str, str] = {}
    for item in items:
        names[item.code] = f"item:{item.code}"
        families.setdefault(item.scale.family, []).append(item)
    for item in families.pop(Family.RATER, []):
        if item.code in SCALES:
            names[item.code] = item.code
    for family, members in families.items():
        overall = _overall(members)
        if overall is not None:
            names[overall.code] = family.value
    return names


def score(scale: Scale, counts: Counts) -> Score:
    """The exported figure of one item: top share, NPS, effort (mean or share >= 5) or mean."""
    if scale.family in {Family.NPS, Family.NPS5}:
        found = recommendation(scale, counts)
        interval = nps_interval(found.promoters, found.detractors, found.answered)
        return _with_interval(found.answered, found.score, interval)
    if scale.family is Family.CSAT:
        rated = satisfaction(scale, counts)
        return _share(rated.satisfied, rated.answered, rated.rate)
    if scale.family is Family.CES and scale.higher_is_better:
        eased = effort(scale, counts)
        return _share(eased.easy, eased.answered, eased.easy_rate)
    return Score(answered(scale, counts), mean(scale, counts), None, None)


def _overall(members: list[Item]) -> Item | None:
    marked = [item for item in members if item.is_overall]
    library = [item for item in members if item.code in SCALES]
    candidates = marked or library or (members if len(members) == 1 else [])
    return min(
        candidates,
        key=lambda item: (_PREFERENCE.get(item.code, len(SCALES)), item.code),
        default=None,
    )


def _share(part: int, whole: int, value: Decimal | None) -> Score:
    return _with_interval(whole, value, share_interval(part, whole))


def _with_interval(n: int, value: Decimal | None, interval: Interval | None) -> Score:
    if interval is None:
        return Score(n, value, None, None)
    return Score(n, value, interval.low, interval.high)
