"""Satisfaction, recommendation and effort from counts per answer (A1, A4, A6, A7, A12, A13).

Counts hold answers only: who declined or was not asked is counted elsewhere and changes nothing
here. Rates are fractions 0-1, NPS and indices are points; unrounded, and null without answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.rules import rate
from surveys.rules.scales import Scale

Counts = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """A1 and A4: "not satisfied" includes the neutral answers, "dissatisfied" does not."""

    answered: int
    satisfied: int
    dissatisfied: int
    mean: Decimal | None
    index: Decimal | None

    @property
    def not_satisfied(self) -> int:
        return self.answered - self.satisfied

    @property
    def rate(self) -> Decimal | None:
        """The satisfaction rate, which is the top share of the scale."""
        return rate(self.satisfied, self.answered)

    @property
    def dissatisfied_rate(self) -> Decimal | None:
        """The bottom share of the scale."""
        return rate(self.dissatisfied, self.answered)


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A6 (0-10) and A7 (1-5), which are never pooled with each other."""

    answered: int
    promoters: int
    detractors: int

    @property
    def passives(self) -> int:
        return self.answered - self.promoters - self.detractors

    @property
    def score(self) -> Decimal | None:
        """100 (P - D) / n, from -100 to 100."""
        return rate(100 * (self.promoters - self.detractors), self.answered)


@dataclass(frozen=True, slots=True)
class Effort:
    """A12 (lower is easier) and A13 (higher is easier); `easy` and `hard` are the two ends."""

    answered: int
    easy: int
    hard: int
    mean: Decimal | None
    index: Decimal | None

    @property
    def easy_rate(self) -> Decimal | None:
        return rate(self.easy, self.answered)

    @property
    def hard_rate(self) -> Decimal | None:
        return rate(self.hard, self.answered)

    @property
    def net(self) -> Decimal | None:
        """Share easy less share hard, -1 to 1."""
        return rate(self.easy - self.hard, self.answered)


def satisfaction(scale: Scale, counts: Counts) -> Satisfaction:
    """Satisfaction on any scale, by the scale's own satisfied set (A1, A4)."""
    return Satisfaction(
        answered=answered(scale, counts),
        satisfied=_within(counts, scale.satisfied),
        dissatisfied=_within(counts, scale.dissatisfied),
        mean=mean(scale, counts),
        index=index(scale, counts),
    )


def recommendation(scale: Scale, counts: Counts) -> Recommendation:
    """Promoters and detractors (A6, A7); ValueError on a scale that has none."""
    if not scale.promoters:
        raise ValueError(f"{scale.code} is no recommendation scale")
    return Recommendation(
        answered=answered(scale, counts),
        promoters=_within(counts, scale.promoters),
        detractors=_within(counts, scale.detractors),
    )


def effort(scale: Scale, counts: Counts) -> Effort:
    """Effort in the scale's own direction (A12, A13); the index is high when things are easy."""
    return Effort(
        answered=answered(scale, counts),
        easy=_within(counts, scale.satisfied),
        hard=_within(counts, scale.dissatisfied),
        mean=mean(scale, counts),
        index=index(scale, counts),
    )


def answered(scale: Scale, counts: Counts) -> int:
    """How many answered; ValueError for an answer the scale does not offer or a negative count."""
    if any(value not in scale.points or count < 0 for value, count in counts.items()):
        raise ValueError(f"these are no counts of {scale.code}: {dict(counts)}")
    return sum(counts.values())


def mean(scale: Scale, counts: Counts) -> Decimal | None:
    """The mean answer in points of the scale."""
    return rate(sum(value * count for value, count in counts.items()), answered(scale, counts))


def index(scale: Scale, counts: Counts) -> Decimal | None:
    """The mean stretched to 0-100 with 100 at the good end of the scale."""
    best, worst = (scale.high, scale.low) if scale.higher_is_better else (scale.low, scale.high)
    n = answered(scale, counts)
    distance = sum((value - worst) * count for value, count in counts.items())
    return rate(100 * distance, (best - worst) * n)


def _within(counts: Counts, values: frozenset[int]) -> int:
    return sum(count for value, count in counts.items() if value in values)
