"""Many sources read page by page are one list: in order, whole, nothing twice."""

import datetime as dt
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.timeline.merging import (
    Key,
    Reach,
    decode,
    merge,
    midnight,
    number,
    reach,
    reach_in_days,
    top,
    words,
)

DAY = dt.date(2026, 3, 31)
RANKS = (90, 60, 10)
IN_DAYS = {60, 10}  # their facts stand at midnight


@dataclass(frozen=True)
class Fact:
    key: Key


def _moments(rank: int) -> st.SearchStrategy[dt.datetime]:
    days = st.integers(0, 2).map(lambda back: DAY - dt.timedelta(days=back))
    if rank in IN_DAYS:
        return days.map(midnight)
    hours = st.sampled_from([0, 0, 9, 23])  # midnight often: there the sources meet
    return st.builds(lambda day, hour: midnight(day) + dt.timedelta(hours=hour), days, hours)


@st.composite
def worlds(draw: st.DrawFn) -> dict[int, list[Fact]]:
    """Facts by source, each source in its own falling order, as a database gives them."""
    world = {}
    for rank in RANKS:
        moments = draw(st.lists(_moments(rank), max_size=8))
        keys = [Key(moment, rank, tie) for tie, moment in enumerate(moments)]
        world[rank] = [Fact(key) for key in sorted(keys, key=_place, reverse=True)]
    return world


def _place(key: Key) -> tuple[dt.datetime, int, object]:
    return key.at, key.rank, key.tie


def _give(facts: list[Fact], rank: int, after: Key, size: int) -> list[Fact]:
    """What a source would answer: by moments, or by days where it has only these."""
    wanted = reach(after, rank)
    if rank in IN_DAYS:
        by_day = reach_in_days(wanted)
        found = [f for f in facts if _is_within(f.key.at.date(), f.key.tie, by_day)]
    else:
        found = [f for f in facts if _is_within(f.key.at, f.key.tie, wanted)]
    return found[:size]


def _is_within(at, tie, wanted: Reach) -> bool:
    if at != wanted.at:
        return at < wanted.at
    return wanted.inclusive and (wanted.tie is None or tie < wanted.tie)


def _pages(world: dict[int, list[Fact]], size: int) -> list[list[Fact]]:
    after, pages, has_more = top(DAY), [], True
    while has_more:
        streams = [_give(facts, rank, after, size + 1) for rank, facts in world.items()]
        page, has_more = merge(streams, size)
        pages.append(page)
        after = page[-1].key if page else after
    return pages


@given(worlds(), st.integers(1, 7))
def test_pages_after_one_another_are_the_whole_list(world: dict[int, list[Fact]], size: int):
    whole = sorted(
        (fact for facts in world.values() for fact in facts),
        key=lambda fact: _place(fact.key),
        reverse=True,
    )
    pages = _pages(world, size)
    assert [fact for page in pages for fact in page] == whole
    assert all(len(page) == size for page in pages[:-1])
    assert pages[-1] or len(pages) == 1


@given(worlds(), st.integers(1, 5), st.integers(0, 20))
def test_what_comes_in_on_top_while_one_reads_on_shifts_nothing(
    world: dict[int, list[Fact]], size: int, times: int
):
    streams = [_give(facts, rank, top(DAY), size + 1) for rank, facts in world.items()]
    first, has_more = merge(streams, size)
    if not has_more:
        return
    new = [Fact(Key(midnight(DAY) + dt.timedelta(hours=23.5), 90, 100 + n)) for n in range(times)]
    world = world | {90: [*reversed(new), *world[90]]}
    streams = [_give(facts, rank, first[-1].key, 99) for rank, facts in world.items()]
    second, _more = merge(streams, 99)
    assert {fact.key for fact in first} & {fact.key for fact in second} == set()
    assert [fact for fact in second if fact in new] == []


def test_nothing_of_tomorrow_is_shown_today():
    tomorrow = Fact(Key(midnight(DAY + dt.timedelta(days=1)), 60, 1))
    tonight = Fact(Key(midnight(DAY) + dt.timedelta(hours=23, minutes=59), 90, 2))
    assert _give([tomorrow], 60, top(DAY), 9) == []
    assert _give([tonight], 90, top(DAY), 9) == [tonight]


@given(st.integers(0, 10**14), st.integers(-(2**63) + 1, 2**63 - 1))
def test_a_key_survives_the_url(microseconds: int, tie: int):
    key = Key(midnight(DAY) + dt.timedelta(microseconds=microseconds), 60, tie)
    assert decode(key.encode(), {60: number}) == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "é",
        Key(midnight(DAY), 61, 1).encode(),  # no such source
        Key(midnight(DAY), 60, "1").encode(),
        Key(midnight(DAY), 60, 2**63).encode(),
        Key(dt.datetime(2026, 1, 1), 60, 1).encode(),  # noqa: DTZ001  # on no clock
        Key(dt.datetime.min.replace(tzinfo=dt.UTC), 60, 1).encode(),
        Key(dt.datetime.max.replace(tzinfo=dt.UTC), 60, 1).encode(),
        Key(midnight(DAY), 70, "a\0b").encode(),
    ],
)
def test_what_is_no_key_begins_at_the_top(text: str):
    assert decode(text, {60: number, 70: words}) is None
