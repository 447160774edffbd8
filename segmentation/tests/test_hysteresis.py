"""Night after night in the database as by the plain rules (C4)."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models import Version
from core.versions import open_partitions
from segmentation.jobs import classify
from segmentation.rules.abc_classes import abc_by_value
from segmentation.rules.hysteresis import (
    Held,
    HysteresisRules,
    class_reason,
    hold_class,
    hold_size,
    size_reason,
)
from segmentation.ruleset import DEFAULT_RULES
from segmentation.tests.make import classes
from tests.cast import make_customer, make_unit

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 31)
QUICK = HysteresisRules(nights_up=2, nights_down=3)
RULES = replace(DEFAULT_RULES, hysteresis=QUICK)
AB = (RULES.abc.a, RULES.abc.b)
AMOUNTS = st.sampled_from(
    [0, 1, 200_000, 224_999, 225_000, 249_999, 250_000, 274_999, 275_000, 1_000_000, 2_699_999,
     2_700_000, 3_000_000, 3_299_999, 3_300_000, 9_000_000]
)  # fmt: skip
NIGHTS = st.integers(1, 4).flatmap(  # the values of so many customers, night by night
    lambda heads: st.lists(
        st.lists(AMOUNTS, min_size=heads, max_size=heads), min_size=2, max_size=7
    )
)


def night(people, values, *, ago: int, rules=RULES, rule_version: int = 1) -> int:
    """A published night so many days ago, in which customers have these values."""
    day = DAY - dt.timedelta(ago)
    version = Version.objects.create(
        business_date=day, rule_version=rule_version, status="published"
    ).pk
    open_partitions(version)
    with connection.cursor() as cursor:
        for person, value in zip(people, values, strict=True):
            cursor.execute(
                "INSERT INTO segmentation_figures (version, customer_id, shipments_12m,"
                " revenue_12m, margin_12m, revenue_prev_12m, promised, on_time, exceptions)"
                " VALUES (%s, %s, 1, %s, 0, 0, 0, 0, 0)",
                [version, person.pk, value],
            )
    classify(day, version, rules)
    return version


def by_the_rule(before, values):
    """What is held of each customer, by the plain rules."""
    amounts = {n: Decimal(value).quantize(Decimal("0.01")) for n, value in enumerate(values)}
    total = sum((value for value in amounts.values() if value > 0), Decimal(0))
    ranked = abc_by_value(amounts)
    found = []
    for n, value in amounts.items():
        above = sum((other for other in amounts.values() if other > value), Decimal(0))
        size, name = before[n] if before else (None, None)
        size = hold_size(size, value, RULES.tiers, QUICK)
        name = hold_class(name, value, (above, total), AB, QUICK)
        reasons = [size_reason(size, value, RULES.tiers, QUICK)]
        reasons.append(class_reason(name, ranked[n], AB, QUICK))
        found.append((size, name, reasons))
    return found


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(nights=NIGHTS)
def test_every_night_holds_what_the_rules_hold(db, nights):
    with transaction.atomic():
        unit = make_unit("U", "outlet")
        people = [make_customer(f"P{n}", unit) for n in range(len(nights[0]))]
        before = None
        for number, values in enumerate(nights):
            version = night(people, values, ago=len(nights) - number)
            expected = by_the_rule(before, values)
            rows = classes(version)
            for person, (size, name, reasons) in zip(people, expected, strict=True):
                row = rows[person.code]
                assert Held(row.size, row.size_toward, row.size_nights) == size
                assert Held(row.abc_class, row.abc_toward, row.abc_nights) == name
                assert row.reasons == reasons
            before = [(size, name) for size, name, _reasons in expected]
        transaction.set_rollback(True)


@pytest.fixture
def large(db):
    """A large customer."""
    return [make_customer("BIG", make_unit("U", "outlet"))]


def test_a_large_customer_stays_for_thirty_nights(large):
    night(large, [3_000_000], ago=40, rules=DEFAULT_RULES)
    for ago in range(39, 10, -1):
        version = night(large, [1_000_000], ago=ago, rules=DEFAULT_RULES)
        assert classes(version)["BIG"].size == "large"
    last = night(large, [1_000_000], ago=10, rules=DEFAULT_RULES)
    assert classes(last)["BIG"].size == "medium"


def test_new_rules_take_what_is(large):
    night(large, [3_000_000], ago=2)
    version = night(large, [1_000], ago=1, rule_version=2)
    assert classes(version)["BIG"].size == "small"


def test_nights_that_were_lost_make_no_row(large):
    night(large, [3_000_000], ago=20)
    version = night(large, [1_000], ago=12)
    assert classes(version)["BIG"].size == "small"
    kept = night(large, [3_000_000], ago=5)  # seven days later: held
    assert classes(kept)["BIG"].size == "small"


def test_the_same_night_again_counts_no_night_more(large):
    night(large, [3_000_000], ago=3)
    first = night(large, [1_000], ago=2)
    Version.objects.filter(pk=first).update(status="superseded")
    again = night(large, [1_000], ago=2)
    assert classes(again)["BIG"].size_nights == classes(first)["BIG"].size_nights == 1


def test_who_is_new_is_as_it_is_among_those_who_are_held(large):
    night(large, [3_000_000], ago=3)
    people = [*large, make_customer("NEW", make_unit("V", "outlet"))]
    rows = classes(night(people, [1_000, 500_000], ago=2))
    assert (rows["BIG"].size, rows["NEW"].size) == ("large", "medium")
