"""Classes and tiers (C1-C3) in the database: the examples, ties, cuts, reasons, what is merged."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models import History, Version
from core.versions import open_partitions
from customers.models import Customer
from organization.models import User
from segmentation.jobs import classify, merge_into_customers, publication_numbers
from segmentation.models import TierOverride
from segmentation.rules.abc_classes import abc_by_count, abc_by_value, abc_reason
from segmentation.rules.hysteresis import hold_size, size_reason
from segmentation.rules.tiers import Override, TierFacts, computed_tier, tier_of
from segmentation.ruleset import DEFAULT_RULES, AbcRules, Ruleset
from segmentation.tests.make import classes, night, ship
from tests.cast import Cast, make_customer, make_unit

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 31)
MORNING = dt.date(2026, 4, 1)
BY_MARGIN = replace(
    DEFAULT_RULES,
    abc=replace(DEFAULT_RULES.abc, basis="margin"),
    tiers=replace(DEFAULT_RULES.tiers, basis="margin"),
)


def classified(
    values: list, rules: Ruleset = DEFAULT_RULES, shipments: list[int] | None = None
) -> list:
    """The classes of new customers whose revenue and margin are these (None: cost unknown)."""
    unit = make_unit("U", "outlet")
    people = [make_customer(f"P{n:03}", unit) for n in range(len(values))]
    return classes_of(people, values, rules, shipments)


def as_it_is(value, rules=DEFAULT_RULES, **parts) -> TierFacts:
    """The facts of a first night: the size is what the value says."""
    held = hold_size(None, value, rules.tiers, rules.hysteresis)
    return TierFacts(held.name, size_reason(held, value, rules.tiers, rules.hysteresis), **parts)


def choose(customer: Customer, tier: str, **fields) -> TierOverride:
    """An override that ends on the morning after."""
    whole = {"starts_on": MORNING, "ends_on": MORNING, "reason": "Tender"} | fields
    return TierOverride.objects.create(customer=customer, tier=tier, asked_by=someone(), **whole)


def someone() -> User:
    """Whoever asks."""
    return User.objects.get_or_create(username="someone", defaults={"role": "administrator"})[0]


def classes_of(people, values, rules=DEFAULT_RULES, shipments=None):
    version = Version.objects.create(business_date=DAY).pk
    open_partitions(version)
    shipped = shipments or [1] * len(people)
    with connection.cursor() as cursor:
        for person, value, count in zip(people, values, shipped, strict=True):
            cursor.execute(
                "INSERT INTO segmentation_figures (version, customer_id, shipments_12m,"
                " revenue_12m, margin_12m, revenue_prev_12m, promised, on_time, exceptions)"
                " VALUES (%s, %s, %s, coalesce(%s::numeric, 0), %s, 0, 0, 0, 0)",
                [version, person.pk, count, value, value],
            )
    assert classify(DAY, version, rules) == len(people)
    found = classes(version)
    return [found[person.code] for person in people]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([850, 80, 40, 20, 10], "ABBCC"),
        ([100] * 5, "AAAAA"),
        ([80, 15, 5], "ABC"),
        ([0, 0, 0], "NNN"),
        ([5], "A"),
        ([10, 850, 20, 80, 40], "CACBB"),  # whatever the order
        ([-50, 100, 0], "NAN"),
        ([], ""),
    ],
)
def test_class_by_value_examples(db, values, expected):
    assert "".join(row.abc_class for row in classified(values)) == expected


def test_equal_customers_share_their_class_and_what_is_held_above_them(db):
    found = classified([80, 10, 10, 0])
    assert [row.value_above for row in found] == [0, 80, 80, 100]
    assert {row.value_total for row in found} == {100}
    assert [row.abc_class for row in found] == ["A", "B", "B", "N"]


def test_a_cut_is_reached_by_the_exact_cent(db):
    assert [r.abc_class for r in classified(["800000000.01", "199999999.99"])] == ["A", "B"]
    Customer.objects.all().delete()
    unit = make_unit("V", "outlet")
    people = [make_customer(f"Q{n}", unit) for n in range(2)]
    found = classes_of(people, ["799999999.99", "200000000.01"])
    assert [row.abc_class for row in found] == ["A", "A"]


def test_by_head_count_ties_are_pulled_up_and_those_who_did_not_ship_do_not_count(db):
    values = [100, 90, 90, 90, 80, *range(70, 50, -1), 0]
    found = classified(values, shipments=[1] * 25 + [0])
    # 25 active: A to rank ceil(1.25) = 2, B to rank ceil(5) = 5
    assert "".join(row.abc_class_by_count for row in found) == "AAAAB" + "C" * 20
    assert found[-1].abc_class_by_count == ""


def test_with_fewer_than_twenty_active_customers_there_are_amount_bands_only(db):
    assert {row.abc_class_by_count for row in classified([5] * 19)} == {""}


def test_with_twenty_there_are_classes_by_head_count(db):
    found = classified(list(range(20, 0, -1)))
    assert "".join(row.abc_class_by_count for row in found) == "A" + "B" * 3 + "C" * 16


def test_size_and_tier_by_the_cuts_to_the_cent(db):
    found = classified(["3000000.00", "2999999.99", "250000.00", "249999.99", "0.00"])
    assert [row.size for row in found] == ["large", "medium", "medium", "small", "small"]
    assert [row.tier for row in found] == [row.size for row in found]


def test_risk_lies_over_whatever_the_size_with_every_reason(db):
    people = [make_customer(f"P{n}", make_unit(f"U{n}", "outlet")) for n in range(4)]
    version = Version.objects.create(business_date=DAY).pk
    open_partitions(version)
    credit = {0: [("CNY", "hold", "B"), ("USD", "watch", "D")], 1: [("CNY", "stop", "")],
              2: [("CNY", "watch", "B")]}  # fmt: skip
    with connection.cursor() as cursor:
        for person in people:
            cursor.execute(
                "INSERT INTO segmentation_figures (version, customer_id, shipments_12m,"
                " revenue_12m, margin_12m, revenue_prev_12m, promised, on_time, exceptions)"
                " VALUES (%s, %s, 1, 3000000, 0, 0, 0, 0, 0)",
                [version, person.pk],
            )
        for number, rows in credit.items():
            for currency, shown, rating in rows:
                cursor.execute(
                    "INSERT INTO contracts_credit (version, customer_id, currency, limit_of,"
                    " receivables, unbilled, orders, unallocated, deposit, exposure, pooled,"
                    " overdue, worst_days, state, shown, reasons, held, before, rating, parts)"
                    " VALUES (%s, %s, %s, '', 0, 0, 0, 0, 0, 0, 0, 0, 0, %s, %s, '{}', false,"
                    " 'clear', %s, '{}')",
                    [version, people[number].pk, currency, shown, shown, rating],
                )
    classify(DAY, version, DEFAULT_RULES)
    facts = [("hold", "D"), ("stop", None), ("watch", "B"), (None, None)]
    for person, (state, rating) in zip(people, facts, strict=True):
        row = classes(version)[person.code]
        rule = tier_of(as_it_is(Decimal("3000000.00"), credit_state=state, rating=rating))
        assert (row.tier, row.size, row.is_risk) == (rule.tier, rule.size, rule.is_risk)
        assert row.reasons[:-1] == list(rule.reasons)


def test_a_prospect_is_potential_unless_it_is_larger_than_small(db):
    unit = make_unit("U", "outlet")
    people = [make_customer(f"P{n}", unit, status="prospect") for n in range(2)]
    small, medium = classes_of(people, ["10.00", "250000.00"])
    assert (small.tier, small.size, small.is_potential) == ("potential", "small", True)
    assert (medium.tier, medium.size, medium.is_potential) == ("medium", "medium", True)


def test_an_unknown_margin_is_small_without_a_class(db):
    known, unknown = classified([300_000, None], BY_MARGIN)
    assert (unknown.value, unknown.value_above, unknown.abc_class) == (None, None, "N")
    assert (unknown.size, known.size) == ("small", "medium")


def test_a_chosen_tier_is_shown_with_the_computed_one_behind_it(db):
    unit = make_unit("U", "outlet")
    people = [make_customer(f"P{n}", unit) for n in range(6)]
    choose(people[0], "large")
    choose(people[1], "large", starts_on=DAY, ends_on=DAY)  # over by then
    choose(people[2], "large", starts_on=MORNING + dt.timedelta(1),
           ends_on=MORNING + dt.timedelta(9))  # fmt: skip
    choose(people[3], "large", starts_on=DAY, ended_on=MORNING)  # ended by hand
    choose(people[4], "risk", starts_on=DAY, ended_on=MORNING + dt.timedelta(1))  # ended later
    found = classes_of(people, [10] * 6)
    assert [row.tier for row in found] == ["large", "small", "small", "small", "risk", "small"]
    assert {row.size for row in found} == {"small"}
    assert not any(row.is_risk for row in found)
    assert found[0].reasons[0] == {
        "code": "override", "tier": "small", "until": "2026-04-01", "reason": "Tender"
    }  # fmt: skip
    assert found[0].reasons[1:] == found[5].reasons
    assert computed_tier(found[0].tier, found[0].reasons) == "small"


SHARES = st.sampled_from(["0.05", "0.15", "0.333333", "0.5"]).map(Decimal)
WORLDS = st.fixed_dictionaries(
    {
        "values": st.lists(
            st.none()
            | st.sampled_from([0, 1, 5, 5, 20, 400_000, 5_000_000])
            | st.integers(-100, 3000),
            max_size=30,
        ),
        "resting": st.sets(st.integers(0, 29)),
        "prospects": st.sets(st.integers(0, 29)),
        "chosen": st.dictionaries(st.integers(0, 29), st.sampled_from(Customer.Tier.values)),
        "abc": st.builds(
            AbcRules,
            basis=st.just("margin"),
            head_a=SHARES,
            head_b=SHARES,
            head_minimum=st.integers(1, 25),
        ),
    }
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(world=WORLDS)
def test_the_database_decides_as_the_plain_rules_do(db, world):
    values, resting, prospects = world["values"], world["resting"], world["prospects"]
    abc = world["abc"]
    rules = replace(BY_MARGIN, abc=abc)
    amounts = [None if value is None else Decimal(value) / 4 for value in values]
    shipments = [int(place not in resting) for place in range(len(values))]
    with transaction.atomic():
        unit = make_unit("U", "outlet")
        people = [
            make_customer(f"P{n:03}", unit, status="prospect" if n in prospects else "active")
            for n in range(len(values))
        ]
        for n, name in world["chosen"].items():
            if n < len(people):
                choose(people[n], name)
        found = classes_of(people, amounts, rules, shipments)
        transaction.set_rollback(True)
    rounded = [None if a is None else a.quantize(Decimal("0.01")) for a in amounts]
    by_value = abc_by_value(dict(enumerate(rounded)), abc.a, abc.b)
    active = {n: v for n, v in enumerate(rounded) if shipments[n] and v is not None}
    by_count = abc_by_count(active, abc.head_a, abc.head_b, abc.head_minimum)
    for n, row in enumerate(found):
        name = world["chosen"].get(n)
        override = Override(name, str(MORNING), "Tender") if name else None
        facts = as_it_is(rounded[n], rules, is_prospect=n in prospects, override=override)
        tier = tier_of(facts)
        assert row.abc_class == by_value[n].abc_class
        assert row.abc_class_by_count == (by_count.get(n) or "")
        assert (row.tier, row.size) == (tier.tier, tier.size)
        assert (row.is_risk, row.is_potential) == (tier.is_risk, tier.is_potential)
        assert row.reasons == [*tier.reasons, abc_reason(by_value[n], abc.a, abc.b)]


def test_only_customers_whose_tier_size_or_class_differ_are_touched(cast: Cast):
    ship(cast.acme, "2026-03-01", 300_000)
    version = night(DAY)
    assert merge_into_customers(version) == 3
    cast.acme.refresh_from_db()
    assert (cast.acme.tier, cast.acme.size, cast.acme.abc_class) == ("medium", "medium", "A")
    before = History.objects.count()
    assert merge_into_customers(night(DAY)) == 0
    assert History.objects.count() == before
    ship(cast.bolt, "2026-03-01", 5)
    assert merge_into_customers(night(DAY)) == 1
    moved = History.objects.order_by("-id").first()
    assert (moved.row_id, moved.changes) == (str(cast.bolt.pk), {"abc_class": ["N", "C"]})


def test_the_numbers_a_version_is_checked_by(cast: Cast):
    make_customer("OLD", cast.east_outlet, merged_into=cast.bolt)
    ship(cast.acme, "2026-03-01", 300_000)
    first = publication_numbers(night(DAY))
    assert (first.population, first.figures, first.classified, first.moved) == (3, 3, 3, 0)
    assert (first.positive_value, first.value_total) == (300_000, 300_000)
    assert first.is_whole
    assert first.shares_sum_to_one
    merge_into_customers(night(DAY))
    ship(cast.bolt, "2026-03-01", 250_000)
    make_customer("NEW", cast.east_outlet)
    second = publication_numbers(night(DAY))
    assert (second.population, second.moved) == (4, 1)


def test_a_version_that_lacks_a_customer_is_not_whole(cast: Cast):
    version = night(DAY)
    make_customer("LATE", cast.east_outlet)
    assert not publication_numbers(version).is_whole


def test_a_night_without_customers_is_whole(db):
    numbers = publication_numbers(night(DAY))
    assert (numbers.population, numbers.is_whole, numbers.shares_sum_to_one) == (0, True, True)
