"""Rows that point at rows of their own kind: in which order they can be written, which cannot.

Pure: keys in, keys out. The file and the database are judged together, as they will stand after.
"""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


@dataclass(slots=True)
class Settled(Generic[K]):
    """Keys in layers, whatever is pointed at before what points at it; and those that cannot be."""

    layers: list[list[K]] = field(default_factory=list)
    missing: set[K] = field(default_factory=set)  # points at what will not be there
    circular: set[K] = field(default_factory=set)  # would come round to itself


def settle(wanted: Mapping[K, K | None], known: Mapping[K, K | None]) -> Settled[K]:
    """Order the rows of a file by what they point at.

    `wanted` says for each row's key what it points at (None: nothing). `known` says the same of
    the database, at least for the wanted keys that exist, for what is pointed at and all above.
    A refused row leaves its key as it is known, and rows that point at it are judged again.
    """
    settled: Settled[K] = Settled()
    good = dict(wanted)
    while True:
        missing = _missing(good, known)
        circular = set() if missing else _circular(good, known)
        if not missing and not circular:
            break
        settled.missing |= missing
        settled.circular |= circular
        for key in missing | circular:
            del good[key]
    settled.layers = _layers(good)
    return settled


def _missing(good: Mapping[K, K | None], known: Mapping[K, K | None]) -> set[K]:
    """Rows that point at nothing, with the new rows that hang on them."""
    children: dict[K, list[K]] = {}
    missing: set[K] = set()
    for key, target in good.items():
        if target is None or target in known:
            continue
        if target in good:
            children.setdefault(target, []).append(key)
        else:
            missing.add(key)
    fallen = [key for key in missing if key not in known]
    while fallen:
        below = children.get(fallen.pop(), ())
        missing.update(below)
        fallen.extend(key for key in below if key not in known)
    return missing


def _circular(good: Mapping[K, K | None], known: Mapping[K, K | None]) -> set[K]:
    """Rows of the file that lie on a ring."""
    state = {**known, **good}
    done: set[K] = set()
    circular: set[K] = set()
    for start in good:
        walked: dict[K, int] = {}
        key: K | None = start
        while key is not None and key not in done and key not in walked:
            walked[key] = len(walked)
            key = state.get(key)
        if key is not None and key in walked:
            circular.update(ring for ring in list(walked)[walked[key] :] if ring in good)
        done.update(walked)
    return circular


def _layers(good: Mapping[K, K | None]) -> list[list[K]]:
    """Keys by their depth under what the file itself does not bring."""
    depths: dict[K, int] = {}
    for start in good:
        path = _unmeasured(start, good, depths)
        for key in reversed(path):
            target = good[key]
            depths[key] = 0 if target is None or target not in good else depths[target] + 1
    layers: list[list[K]] = [[] for _ in range(max(depths.values(), default=-1) + 1)]
    for key in good:
        layers[depths[key]].append(key)
    return layers


def _unmeasured(start: K, good: Mapping[K, K | None], depths: Collection[K]) -> list[K]:
    """The way up from `start` as far as it is not yet measured."""
    path: list[K] = []
    key: K | None = start
    while key is not None and key in good and key not in depths:
        path.append(key)
        key = good[key]
    return path
