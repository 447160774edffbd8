"""The rhythm of all customers by night: equal to the rule, and the same again."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from customers.models import Customer
from segmentation.jobs import write_rhythm
from segmentation.models import Rhythm
from segmentation.rules import rhythm as rules_of
from segmentation.rules.rhythm import RhythmRules, Shipped
from segmentation.ruleset import DEFAULT_RULES
from segmentation.tests.make import night, ship
from shipments.jobs import check_rollups
from tests.cast import Cast, make_customer

RULES = RhythmRules()
DAY = dt.timedelta(days=1)
ORIGIN = dt.date(2024, 11, 1)


def found(day: dt.date) -> dict[str, Rhythm]:
    check_rollups()
    version = night(day)
    write_rhythm(day, version, DEFAULT_RULES)
    rows = Rhythm.objects.filter(version=version).select_related("customer")
    return {row.customer.code: row for row in rows}


def shipped_on(customer: Customer, days: list[dt.date]) -> None:
    for day in days:
        ship(customer, str(day))


WORLD = st.lists(
    st.tuples(
        st.sampled_from([0, 300, 350, 420, 470]),  # the first shipment, in days from ORIGIN
        st.sampled_from([1, 2, 5, 17, 40]),  # every so many days
        st.integers(1, 14),  # so often
        st.sampled_from([0, 12, 35, 190]),  # a pause before the last one
    ),
    min_size=1, max_size=5,
)  # fmt: skip


@pytest.mark.django_db
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(world=WORLD, after=st.sampled_from([0, 1, 4, 9, 33, 100, 200]))
@example(world=[(0, 1, 14, 0), (350, 2, 9, 35)], after=9)
def test_the_night_decides_as_the_rule(cast: Cast, world, after):
    drawn: dict[str, list[dt.date]] = {}
    for first, step, often, pause in world:
        days = [ORIGIN + (first + n * step) * DAY for n in range(often)]
        days.append(days[-1] + (pause + step) * DAY)
        customer = make_customer(f"R{Customer.objects.count()}", cast.east_outlet)
        shipped_on(customer, days)
        drawn[customer.code] = days
    day = max(days[-1] for days in drawn.values()) + after * DAY
    rows = found(day)
    known = {code: rows_of(days, day) for code, days in drawn.items()}
    own = {code: rules_of.own_gap(rules_of.gaps(s.days), RULES) for code, s in known.items()}
    of_size = rules_of.median([
        gap for code in rows
        if (gap := own.get(code, rows[code].usual_days if rows[code].is_own else None)) is not None
    ])  # fmt: skip
    for code, shipped in known.items():
        usual = rules_of.usual_gap(own[code], of_size, RULES)
        recent, base = rules_of.weeks(day)
        counts = [
            sum((day - on).days // 7 in part for on in drawn[code]) for part in (recent, base)
        ]
        expected = (
            rules_of.state(shipped, usual, day, RULES),
            usual,
            rules_of.typical_gap(rules_of.gaps(shipped.days)),
            counts,
            rules_of.decay(*counts, (len(recent), len(base)), RULES),
        )
        row = rows[code]
        actual = (row.state, row.usual_days, row.typical_days, [row.recent, row.base], row.decay)
        assert actual == expected, code


def rows_of(days: list[dt.date], day: dt.date) -> Shipped:
    """What the rule is told of these shipping days."""
    since = rules_of.rhythm_since(day)
    older = [on for on in days if on < since]
    return Shipped([on for on in days if on >= since], days[-1], older[-1] if older else None)


@pytest.mark.django_db
def test_a_season_of_last_year_excuses_and_the_same_again_is_the_same(cast: Cast):
    season = [ORIGIN + n * DAY for n in (*range(0, 60, 2), *range(365, 425, 2))]
    shipped_on(cast.acme, season)
    shipped_on(cast.bolt, season[30:])  # began this season
    ship(cast.wolf, "2025-12-20", status="cancelled")
    day = dt.date(2026, 1, 31)
    rows = found(day)
    assert {code: row.state for code, row in rows.items()} == {"ACME": "paused", "BOLT": "dormant"}
    again = found(day)
    assert [row.silent_days for row in again.values()] == [r.silent_days for r in rows.values()]
