"""Weights that are proposed (C6): from how much the figures tell apart, and from judged pairs.

A proposal is never applied by itself. Pure; floats are enough for weights that people round.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import fsum, isfinite, log

from core.rules import RuleError, gettext_noop

CAP = 0.40  # of one weight by entropy: one uneven figure must not decide alone
MOST_INCONSISTENT = 0.10  # the consistency ratio from which judgements contradict each other
# Saaty's mean consistency index of random matrices, by their size.
_RANDOM_INDEX = (0.0, 0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
_LIKE = 1e-12

Matrix = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Judged:
    """Weights from judged pairs, and how far the judgements contradict each other."""

    weights: tuple[float, ...]
    inconsistency: float


def entropy_weights(rows: Matrix, costs: frozenset[int] = frozenset()) -> tuple[float, ...]:
    """Weights of the columns by entropy; columns in `costs` are better when lower.

    A column where all are alike tells nothing and gets 0. RuleError where none tells anything.
    """
    columns = list(zip(*rows, strict=True))
    tells = [
        _information(_scaled(column, is_cost=place in costs))
        for place, column in enumerate(columns)
    ]
    total = fsum(tells)
    if total <= 0:
        raise RuleError(gettext_noop("All figures are alike: they propose no weights."))
    return tuple(one / total for one in tells)


def capped(weights: Sequence[float], cap: float = CAP) -> tuple[float, ...]:
    """No weight above the cap; what exceeds it goes to the others by their weights.

    With too few of them to make a whole below the cap, they are equal.
    """
    used = [place for place, weight in enumerate(weights) if weight > 0]
    if len(used) * cap <= 1:
        return tuple(1 / len(used) if place in used else 0.0 for place in range(len(weights)))
    found, full = list(weights), set[int]()
    while over := {place for place in used if place not in full and found[place] > cap + _LIKE}:
        full |= over
        rest = fsum(weights[place] for place in used if place not in full)
        left = 1 - cap * len(full)
        for place in used:
            found[place] = cap if place in full else weights[place] / rest * left
    return tuple(found)


def pair_table(size: int, steps: Sequence[float]) -> Matrix:
    """The table of all pairs from those above its diagonal, row by row."""
    table = [[1.0] * size for _row in range(size)]
    for (one, other), step in zip(combinations(range(size), 2), steps, strict=True):
        table[one][other], table[other][one] = step, 1 / step
    return table


def judged_weights(pairs: Matrix) -> Judged:
    """Weights of the analytic hierarchy process from a matrix of judged pairs.

    `pairs[i][j]` says how many times as important i is as j. RuleError where it is no such matrix,
    or where the judgements contradict each other (consistency ratio of .10 or more).
    """
    _refuse_unfit(pairs)
    size = len(pairs)
    weights = _principal(pairs)
    products = [fsum(a * w for a, w in zip(row, weights, strict=True)) for row in pairs]
    largest = fsum(p / w for p, w in zip(products, weights, strict=True)) / size
    random = _RANDOM_INDEX[size]
    ratio = max(0.0, (largest - size) / (size - 1) / random) if random else 0.0
    if ratio >= MOST_INCONSISTENT:
        raise RuleError(
            gettext_noop("The judged pairs contradict each other: %(ratio)s, at most 0.10."),
            {"ratio": f"{ratio:.2f}"},
        )
    return Judged(weights, ratio)


def blended(one: Sequence[float], other: Sequence[float]) -> tuple[float, ...]:
    """Half of each."""
    return tuple((a + b) / 2 for a, b in zip(one, other, strict=True))


def proposal(
    rows: Matrix, costs: frozenset[int] = frozenset(), pairs: Matrix | None = None
) -> tuple[float, ...]:
    """What C6 proposes: capped entropy, half of it with judged pairs where there are some."""
    weights = capped(entropy_weights(rows, costs))
    return weights if pairs is None else blended(weights, judged_weights(pairs).weights)


def in_hundredths(weights: Sequence[float]) -> tuple[int, ...]:
    """Whole per cent that make 100: largest remainders, earlier first on ties."""
    exact = [weight * 100 for weight in weights]
    whole = [int(each + _LIKE) for each in exact]
    order = sorted(range(len(exact)), key=lambda place: (whole[place] - exact[place], place))
    for place in order[: 100 - sum(whole)]:
        whole[place] += 1
    return tuple(whole)


def _scaled(column: Sequence[float], *, is_cost: bool) -> list[float]:
    """From 0 (worst) to 1 (best); all 1 where they are alike."""
    low, high = min(column), max(column)
    if high - low <= _LIKE * max(abs(low), abs(high)):
        return [1.0] * len(column)
    return [(high - x if is_cost else x - low) / (high - low) for x in column]


def _information(values: Sequence[float]) -> float:
    """1 - entropy of the shares: 0 where all are alike. 0 ln 0 = 0."""
    total = fsum(values)
    shares = [value / total for value in values]
    if len(values) < 2 or max(shares) - min(shares) <= _LIKE:
        return 0.0
    entropy = -fsum(share * log(share) for share in shares if share > 0) / log(len(shares))
    return max(0.0, 1 - entropy)


def _principal(pairs: Matrix) -> tuple[float, ...]:
    """The principal eigenvector, summing to 1."""
    weights = [1 / len(pairs)] * len(pairs)
    for _step in range(1000):
        found = [fsum(a * w for a, w in zip(row, weights, strict=True)) for row in pairs]
        total = fsum(found)
        found = [each / total for each in found]
        if max(abs(a - b) for a, b in zip(found, weights, strict=True)) < _LIKE:
            break
        weights = found
    return tuple(found)


def _refuse_unfit(pairs: Matrix) -> None:
    size = len(pairs)
    is_square = all(len(row) == size for row in pairs)
    if not 0 < size < len(_RANDOM_INDEX) or not is_square:
        raise RuleError(gettext_noop("Judged pairs are a square table of at most 10 rows."))
    if any(not isfinite(value) or value <= 0 for row in pairs for value in row) or any(
        abs(pairs[i][j] * pairs[j][i] - 1) > 1e-6 for i in range(size) for j in range(size)
    ):
        raise RuleError(
            gettext_noop("Judged pairs are above 0, 1 on the diagonal, and each other's inverse.")
        )
