"""Chance that repeats itself: every question has a stream of its own, named by what it is about."""

import random
from bisect import bisect
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def stream(*names: object) -> random.Random:
    """Random numbers that depend on the names alone."""
    return random.Random("|".join(map(str, names)))  # noqa: S311  # no secret: data to try things on


def pick(chance: random.Random, weighted: Sequence[tuple[T, float]]) -> T:
    """One of the values, each with its weight."""
    values = [value for value, _weight in weighted]
    return chance.choices(values, [weight for _value, weight in weighted])[0]


def one_of(values: Sequence[T], shares: Sequence[float], luck: float) -> T:
    """The value on which `luck` (0-1) falls; `shares` are the weights added up.

    What `Random.choices()` answers of the same draw, without what it takes to answer many.
    """
    return values[bisect(shares, luck * shares[-1], 0, len(shares) - 1)]


def between(chance: random.Random, low: float, high: float, mean: float, spread: float) -> float:
    """A normal number held between two bounds."""
    return min(max(chance.gauss(mean, spread), low), high)
