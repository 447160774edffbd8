"""SERVQUAL / RATER: perception less expectation (A16)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from core.rules import rate

# The letter of a question code -> its dimension, in the order of the acronym's source.
DIMENSIONS = {
    "t": "tangibles",
    "r": "reliability",
    "s": "responsiveness",
    "a": "assurance",
    "e": "empathy",
}
Pair = tuple[int | None, int | None]


def dimension_gap(pairs: Iterable[Pair]) -> Decimal | None:
    """The mean of perception - expectation over (expectation, perception) pairs of one dimension.

    A pair missing a side drops out; null when none is left.
    """
    gaps = [seen - hoped for hoped, seen in pairs if hoped is not None and seen is not None]
    return rate(sum(gaps), len(gaps))


def total_gap(
    gaps: Mapping[str, Decimal | None], points: Mapping[str, int] | None = None
) -> Decimal | None:
    """The mean of the five dimensions, or weighted by 100 points spread over them.

    Null unless all five have a gap; ValueError when the points are not 100 over the dimensions.
    """
    weights = dict.fromkeys(DIMENSIONS, 20) if points is None else points
    if set(weights) != set(DIMENSIONS) or min(weights.values()) < 0 or sum(weights.values()) != 100:
        raise ValueError("give each of the five dimensions 0 or more points, 100 together")
    weighted = [(gaps.get(letter), weight) for letter, weight in weights.items()]
    known = [gap * weight for gap, weight in weighted if gap is not None]
    return rate(sum(known, Decimal(0)), 100) if len(known) == len(DIMENSIONS) else None
