"""C9 by its own example, and the states by worked calendars."""

import datetime as dt
from typing import Any

import pytest

from segmentation.rules.rhythm import (
    RhythmRules,
    Shipped,
    decay,
    gaps,
    own_gap,
    same_day,
    state,
    typical_gap,
    usual_gap,
    weeks,
)

RULES = RhythmRules()
DAY = dt.timedelta(days=1)


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def every(days: int, first: str, last: str) -> list[dt.date]:
    start, end = d(first), d(last)
    return [start + n * DAY for n in range(0, (end - start).days + 1, days)]


def judged(days: list[dt.date], day: str, rules: RhythmRules = RULES, **facts: Any) -> str:
    own = own_gap(gaps(days), rules)
    return state(Shipped(days, days[-1], **facts), usual_gap(own, None, rules), d(day), rules)


def test_the_example_of_c9():
    days = [d("2025-05-01")]
    for gap in (1, 1, 2, 1, 3, 1, 1, 2, 7, 1):
        days.append(days[-1] + gap * DAY)
    found = gaps(days)
    assert found == [1, 1, 2, 1, 3, 1, 1, 2, 7, 1]
    assert (own_gap(found, RULES), typical_gap(found)) == (3, 1)
    rules = RhythmRules(new_days=1)
    states = [judged(days, str(days[-1] + n * DAY), rules) for n in (3, 5, 16)]
    assert states == ["active", "cooling", "at_risk"]


def test_few_gaps_borrow_the_rhythm_of_the_size():
    assert own_gap([1, 1, 1, 1], RULES) is None
    assert usual_gap(None, 9, RULES) == 9
    assert usual_gap(None, None, RULES) == 30
    assert usual_gap(1, 9, RULES) == 3


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2025-07-03", "active"),
        ("2025-07-06", "cooling"),
        ("2025-07-07", "at_risk"),  # 7 > 2 x 3
        ("2025-07-29", "at_risk"),
        ("2025-07-30", "dormant"),  # 30 days, more than 4 x 3
        ("2025-12-26", "dormant"),
        ("2025-12-27", "lost"),
    ],
)
def test_a_silence_grows(day, expected):
    assert judged(every(2, "2025-05-01", "2025-06-30"), day) == expected


def test_new_customers_and_those_who_came_back():
    assert judged([d("2025-06-01")], "2025-06-30") == "new"
    assert judged([d("2025-06-01")], "2025-07-01") != "new"
    back = [*every(2, "2025-01-01", "2025-01-15"), *every(2, "2025-06-01", "2025-06-20")]
    assert judged(back, "2025-06-20") == "won_back"
    assert judged(back, "2025-07-01") != "won_back"
    after_years = every(2, "2025-06-10", "2025-06-20")
    assert judged(after_years, "2025-06-20", before=d("2022-01-01")) == "won_back"
    assert judged(every(2, "2025-01-01", "2025-06-20"), "2025-06-20", declared_lost=True) == "lost"


def test_the_great_breaks_count_nowhere():
    before = every(2, "2025-11-02", "2026-02-08")  # the Little New Year is on 10 February
    assert judged(before, "2026-03-03") == "active"  # the Lantern Festival: one ordinary day
    assert judged(before, "2026-03-10") == "at_risk"
    assert max(gaps([*before, d("2026-03-04")])) == 2
    assert judged(every(2, "2025-07-01", "2025-09-30"), "2025-10-08") == "active"


def test_silence_in_the_season_of_last_year_is_a_pause_not_a_stop():
    days = [*every(2, "2025-01-01", "2025-04-30"), *every(2, "2025-07-01", "2026-04-30")]
    assert judged(days, "2026-05-05") == "cooling"
    assert [judged(days, day) for day in ("2026-05-06", "2026-07-01")] == ["paused", "paused"]
    assert judged(days, "2026-07-02") == "dormant"  # a year ago it was back by then
    season = every(2, "2025-09-01", "2025-11-30")
    assert judged(season, "2026-07-01", before=d("2024-11-30")) == "paused"
    assert judged(season, "2026-07-01") == "lost"
    assert judged(season, "2026-09-10", before=d("2024-11-30")) == "lost"
    assert same_day(d("2026-02-17")) == d("2025-01-29")


def test_volume_fades_by_ordinary_weeks_only():
    assert weeks(d("2025-07-31")) == ([0, 1, 2, 3], list(range(4, 16)))
    recent, base = weeks(d("2026-03-10"))  # the break ends on 3 March
    assert (recent, 4 in base, 5 in base) == ([], False, True)
    assert weeks(d("2025-11-30"))[0] == [0, 1, 3]  # 10 to 14 November are the sale's
    assert [decay(n, 120, (4, 12), RULES) for n in (28, 27, 20, 19)] == [
        "",
        "amber",
        "amber",
        "red",
    ]
    assert decay(0, 11, (4, 12), RULES) == ""
    assert decay(0, 120, (0, 9), RULES) == ""
