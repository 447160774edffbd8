"""Moves between tiers: which way, and how many stay. Pure."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

ORDER = ("large", "medium", "potential", "small", "risk")  # from the best standing to the worst
Pair = tuple[str, str]  # before, now; "" for a customer that was not or is no longer counted


def is_up(before: str, now: str) -> bool:
    """Whether it is a better standing; neither way when one of them is none."""
    return bool(before and now) and ORDER.index(now) < ORDER.index(before)


def is_down(before: str, now: str) -> bool:
    """Whether it is a worse standing."""
    return bool(before and now) and ORDER.index(now) > ORDER.index(before)


def pairs(kind: str) -> list[Pair]:
    """The moves of a kind: up, down, risk (into it) or all."""
    every = [(a, b) for a in ORDER for b in ORDER if a != b]
    if kind == "up":
        return [pair for pair in every if is_up(*pair)]
    if kind == "down":
        return [pair for pair in every if is_down(*pair)]
    return [(before, now) for before, now in every if kind != "risk" or now == "risk"]


def flows(
    before: Mapping[str, int], now: Mapping[str, int], moved: Mapping[Pair, int]
) -> Iterator[tuple[Pair, int]]:
    """Every flow with at least one customer, from the tiers' counts and the moves between them.

    What a tier has beyond those who stayed and moved in is new; what it lacks is gone.
    """
    yield from ((pair, count) for pair, count in moved.items() if count)
    for tier in ORDER:
        left = before.get(tier, 0) - sum(n for (old, _new), n in moved.items() if old == tier)
        came = now.get(tier, 0) - sum(n for (_old, new), n in moved.items() if new == tier)
        stayed = max(0, min(left, came))
        rest = (((tier, tier), stayed), (("", tier), came - stayed), ((tier, ""), left - stayed))
        yield from ((pair, count) for pair, count in rest if count > 0)


def undone(now: Mapping[str, int], moved: Mapping[Pair, int]) -> dict[str, int]:
    """The tiers' counts before the moves, when nobody came or went."""
    counts = dict(now)
    for (old, new), n in moved.items():
        counts[new] = counts.get(new, 0) - n
        counts[old] = counts.get(old, 0) + n
    return counts


def stability(found: Mapping[Pair, int]) -> tuple[int, int]:
    """How many stayed, of how many that were counted both times."""
    both = {pair: count for pair, count in found.items() if all(pair)}
    return sum(n for (old, new), n in both.items() if old == new), sum(both.values())


def change(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    """The difference of two shares; null when one is unknown."""
    return None if now is None or before is None else now - before
