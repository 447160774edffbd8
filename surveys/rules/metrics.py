"""What the `survey_scores` export calls each item, and the figure it gives (01 §4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from core.rules import rate
from surveys.rules.intervals import Interval, nps_interval, share_interval
from surveys.rules.scales import SCALES, Family, Scale
from surveys.rules.scores import Counts, answered

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


@dataclass(frozen=True, slots=True)
class Parts:
    """What every figure of one item is made of: answers, their sum, those at either end.

    On recommendation scales the ends are promoters and detractors.
    """

    n: int
    total: int
    satisfied: int
    dissatisfied: int


def mean_of(made_of: Parts) -> Decimal | None:
    """The mean answer in points of the scale."""
    return rate(made_of.total, made_of.n)


def index_of(scale: Scale, made_of: Parts) -> Decimal | None:
    """The mean stretched to 0-100 with 100 at the good end of the scale (A4, A12, A13)."""
    best, worst = (scale.high, scale.low) if scale.higher_is_better else (scale.low, scale.high)
    return rate(100 * (made_of.total - worst * made_of.n), (best - worst) * made_of.n)


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


def parts(scale: Scale, counts: Counts) -> Parts:
    """The parts of one item; ValueError for an answer the scale does not offer."""
    return Parts(
        n=answered(scale, counts),
        total=sum(value * count for value, count in counts.items()),
        satisfied=sum(count for value, count in counts.items() if value in scale.satisfied),
        dissatisfied=sum(count for value, count in counts.items() if value in scale.dissatisfied),
    )


def score(scale: Scale, counts: Counts) -> Score:
    """The exported figure of one item: top share, NPS, effort (mean or share >= 5) or mean."""
    return score_of(scale, parts(scale, counts))


def score_of(scale: Scale, made_of: Parts) -> Score:
    """The same from the parts."""
    n, good, bad = made_of.n, made_of.satisfied, made_of.dissatisfied
    if scale.family in {Family.NPS, Family.NPS5}:
        return _with_interval(n, rate(100 * (good - bad), n), nps_interval(good, bad, n))
    if scale.family is Family.CSAT or (scale.family is Family.CES and scale.higher_is_better):
        return _with_interval(n, rate(good, n), share_interval(good, n))
    return Score(n, rate(made_of.total, n), None, None)


def _overall(members: list[Item]) -> Item | None:
    marked = [item for item in members if item.is_overall]
    library = [item for item in members if item.code in SCALES]
    candidates = marked or library or (members if len(members) == 1 else [])
    return min(
        candidates,
        key=lambda item: (_PREFERENCE.get(item.code, len(SCALES)), item.code),
        default=None,
    )


def _with_interval(n: int, value: Decimal | None, interval: Interval | None) -> Score:
    if interval is None:
        return Score(n, value, None, None)
    return Score(n, value, interval.low, interval.high)
