"""What many customers owe together: the night's sums are the sum of the rows one may see."""

import datetime as dt
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import as_role
from contracts import jobs, reports
from contracts.models import Ageing
from contracts.reports import receivables
from contracts.reports.receivables import AMOUNTS, COUNTED, Group, Narrowed, Sums
from contracts.tests.make import day, make_line, pay
from core.context import acting
from core.models import Version
from core.versions import open_partitions, seal_partitions
from customers.models import Customer, Share
from organization.models import Deputy, OrgUnit, User
from tests.cast import Cast, make_customer

pytestmark = pytest.mark.django_db
NIGHT = dt.date(2025, 8, 31)
NO_WEEKS: dict = {}  # the ledger's ageing knows none
PEOPLE = (
    "alice",
    "bob",
    "wendy",
    "olga",
    "bruno",
    "walter",
    "greta",
    "fiona",
    "sam",
    "ann",
    "adam",
)


def publish(on: dt.date = NIGHT, *, summarised: bool = True) -> Version:
    """The night of the day, as everyone reads it."""
    Version.objects.filter(is_current=True).update(is_current=False)
    version = Version.objects.create(business_date=on)
    open_partitions(version.pk)
    jobs.write_ageing(on, version.pk)
    seal_partitions(version.pk)
    Version.objects.filter(pk=version.pk).update(status="published", is_current=True)
    if summarised:
        jobs.write_ageing_summary(version.pk)
    version.refresh_from_db()
    return version


def asked(user, version: Version, *narrowed: Narrowed, by: receivables.By = "") -> dict:
    """Sums by key and currency, asked as the web does: by the role of web processes."""
    with as_role("crm_app"), acting(user_id=user.pk, actor=user.username):
        found = receivables.totals(user, version, *narrowed, by=by)
    return {(group.key, group.currency): replace(group.sums, weeks=NO_WEEKS) for group in found}


def summed(rows, key=lambda _row: None) -> dict:
    """The same from rows of the ledger's ageing."""
    found: dict = defaultdict(Sums)
    for row in rows:
        amounts = {name: getattr(row, name) for name in AMOUNTS}
        counts = {name: int(amounts[name] > 0) for name in COUNTED}
        found[key(row), row.currency] += Sums(1, amounts, counts)
    return {key: replace(sums, weeks=NO_WEEKS) for key, sums in found.items()}


@pytest.fixture
def owing(cast: Cast) -> Cast:
    """ACME owes in two currencies and has credit, BOLT and WOLF in one."""
    make_line(cast.acme, "A1", "2025-06-30", "300.00")  # 62 days late
    make_line(cast.acme, "A2", "2025-09-15", "50.00")
    make_line(cast.acme, "A3", "2025-08-01", "9.00", currency="USD")  # 30 days late
    make_line(cast.bolt, "B1", "2025-08-30", "40.00")  # 1 day late
    make_line(cast.wolf, "W1", "2024-08-01", "1000.00")  # over a year late
    pay(cast.acme, "R1", "2025-08-20", "100.00", line_no="A1")
    pay(cast.bolt, "R2", "2025-08-20", "45.00", currency="EUR")  # nothing to pay in EUR
    return cast


def test_a_branch_head_sees_the_branchs_sums_by_currency_and_not_a_cent_of_the_other(owing: Cast):
    version = publish()
    found = asked(owing.bruno, version)
    assert set(found) == {(None, "CNY"), (None, "USD"), (None, "EUR")}
    cny = found[None, "CNY"]
    assert cny.customers == 2
    assert cny.amounts["overdue"] == Decimal("240.00")  # 200 left of A1, 40 of B1
    assert cny.amounts["d61_90"] == Decimal("200.00")
    assert cny.amounts["d1_30"] == Decimal("40.00")
    assert cny.amounts["not_due"] == Decimal("50.00")
    assert cny.amounts["balance"] == Decimal("290.00")
    assert cny.amounts["d365_plus"] == 0
    assert cny.counts["overdue"] == 2
    assert found[None, "USD"].amounts["d1_30"] == Decimal("9.00")
    assert found[None, "EUR"].amounts["unallocated"] == Decimal("45.00")
    assert found[None, "EUR"].amounts["balance"] == Decimal("-45.00")
    assert found[None, "EUR"].owed == 0


def test_an_administrator_and_who_left_are_told_no_sum(owing: Cast):
    version = publish()
    owing.bruno.is_active = False
    owing.bruno.save(update_fields=["is_active"])
    assert asked(owing.adam, version) == {}
    assert asked(owing.bruno, version) == {}


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("summarised", [True, False], ids=["summary", "rows"])
def test_everybodys_sums_are_those_of_the_ledgers_ageing_of_what_they_see(
    owing: Cast, person: str, summarised: bool
):
    Share.objects.create(customer=owing.wolf, user=owing.bob)
    Share.objects.create(customer=owing.wolf, user=owing.fiona)
    Share.objects.create(customer=owing.acme, user=owing.fiona)  # whom she sees anyway
    ended = dt.date(2025, 1, 1)
    Share.objects.create(customer=owing.acme, user=owing.wendy, until=ended)
    version = publish(summarised=summarised)
    user = getattr(owing, person)
    visible = Customer.objects.visible_to(user)
    rows = reports.ageing(visible, NIGHT)
    assert asked(user, version) == summed(rows)
    units = dict(Customer.objects.values_list("pk", "org_unit"))
    managers = dict(Customer.objects.values_list("pk", "account_manager"))
    assert asked(user, version, by="unit") == summed(rows, lambda row: units[row.customer_id])
    assert asked(user, version, by="manager") == summed(rows, lambda row: managers[row.customer_id])


@pytest.mark.parametrize("person", ["alice", "olga", "bruno", "greta"])
def test_sums_can_be_narrowed_to_units_a_manager_and_a_tier(owing: Cast, person: str):
    Customer.objects.filter(pk=owing.acme.pk).update(tier="large")
    version = publish()
    user = getattr(owing, person)
    rows = reports.ageing(Customer.objects.visible_to(user), NIGHT)
    acme = [row for row in rows if row.customer_code == "ACME"]
    outlet = [row for row in rows if row.customer_code != "WOLF"]
    assert asked(user, version, Narrowed(units=[owing.east_outlet.pk])) == summed(outlet)
    assert asked(user, version, Narrowed(manager=owing.alice.pk)) == summed(acme)
    assert asked(user, version, Narrowed(tier="large")) == summed(acme)
    without = [row for row in rows if row.customer_code != "ACME"]
    assert asked(user, version, Narrowed(tier="")) == summed(without)
    assert asked(user, version, Narrowed(units=[])) == {}
    others = Narrowed(units=[owing.west_outlet.pk])
    assert (asked(user, version, others) == {}) == (person != "greta")


def test_of_an_older_night_a_tier_is_that_of_today_as_in_its_list(owing: Cast):
    old = publish()
    publish(NIGHT + dt.timedelta(1))
    old.refresh_from_db()
    Customer.objects.filter(pk=owing.acme.pk).update(tier="large")
    found = asked(owing.greta, old, Narrowed(tier="large"))
    assert found[None, "CNY"].amounts["balance"] == Decimal("250.00")


def test_sums_follow_a_customer_to_another_unit_and_manager_at_once_in_every_night(owing: Cast):
    versions = [publish(), publish(NIGHT + dt.timedelta(1))]
    moved = Customer.objects.get(pk=owing.acme.pk)
    moved.org_unit, moved.account_manager = owing.west_outlet, owing.wendy
    moved.save(update_fields=["org_unit", "account_manager"])
    for version in versions:
        rows = reports.ageing(None, version.business_date)
        east = [row for row in rows if row.customer_code == "BOLT"]
        west = [row for row in rows if row.customer_code != "BOLT"]
        for person, theirs in (
            ("bruno", east), ("olga", east), ("walter", west), ("wendy", west), ("alice", []),
            ("greta", rows),
        ):  # fmt: skip
            user = getattr(owing, person)
            assert asked(user, version) == summed(theirs), person
            with as_role("crm_app"), acting(user_id=user.pk, actor=person):
                listed = Ageing.objects.filter(version=version).visible_to(user)
                codes = set(listed.values_list("customer__code", flat=True))
            assert codes == {row.customer_code for row in theirs}, person


def test_a_customer_without_a_manager_stands_with_nobody(owing: Cast):
    Customer.objects.filter(pk=owing.acme.pk).update(account_manager=None)
    version = publish()
    Customer.objects.filter(pk=owing.bolt.pk).update(account_manager=None)
    found = asked(owing.olga, version, by="manager")
    assert found[None, "CNY"].amounts["balance"] == Decimal("290.00")
    assert asked(owing.alice, version) == asked(owing.bob, version) == {}


def test_who_stands_in_sees_the_absent_managers_sums(owing: Cast):
    today = dt.date(2025, 1, 1)
    Deputy.objects.create(
        user=owing.alice, deputy=owing.bob, starts_on=today, ends_on=dt.date(2199, 1, 1)
    )
    version = publish()
    rows = reports.ageing(Customer.objects.visible_to(owing.bob), NIGHT)
    assert {row.customer_code for row in rows} == {"ACME", "BOLT"}
    assert asked(owing.bob, version) == summed(rows)


def test_a_night_summed_up_again_is_the_same(owing: Cast):
    version = publish()
    before = asked(owing.greta, version, by="manager")
    Customer.objects.filter(pk=owing.acme.pk).update(account_manager=owing.wendy)
    Customer.objects.filter(pk=owing.acme.pk).update(account_manager=owing.alice)
    assert asked(owing.greta, version, by="manager") == before
    jobs.write_ageing_summary(version.pk)
    assert asked(owing.greta, version, by="manager") == before


def test_who_moved_while_the_night_was_computed_stands_where_they_are(owing: Cast):
    version = Version.objects.create(business_date=NIGHT)
    open_partitions(version.pk)
    jobs.write_ageing(NIGHT, version.pk)
    # As if the customer had come back after the night's snapshot, when its rows were not there yet.
    Ageing.objects.filter(customer=owing.acme).update(
        org_unit_id=owing.west_outlet.pk, account_manager_id=owing.wendy.pk
    )
    jobs.write_ageing_summary(version.pk)
    places = dict(
        Ageing.objects.filter(currency="CNY").values_list("customer__code", "org_unit_id")
    )
    assert places["ACME"] == owing.east_outlet.pk


MONEY = st.integers(1, 5000).map(lambda cents: Decimal(cents).scaleb(-2))


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    lines=st.lists(
        st.tuples(st.integers(0, 3), st.integers(-500, 60), MONEY, st.sampled_from(["CNY", "USD"])),
        max_size=12,
    ),
    receipts=st.lists(st.tuples(st.integers(0, 3), MONEY), max_size=4),
    moves=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=4),
    shares=st.sets(st.tuples(st.integers(0, 3), st.sampled_from(["bob", "olga", "wendy"]))),
)
def test_whatever_happens_sums_rows_and_ledger_agree(cast: Cast, lines, receipts, moves, shares):
    with transaction.atomic():
        four = [make_customer(f"C{n}", cast.east_outlet, cast.alice) for n in range(4)]
        for number, (whose, late, amount, currency) in enumerate(lines):
            due = (NIGHT - dt.timedelta(-late)).isoformat()
            more = {"currency": currency, "issued_on": day(due)}
            make_line(four[whose], str(number), due, str(amount), **more)
        for number, (whose, amount) in enumerate(receipts):
            pay(four[whose], str(number), "2025-08-01", str(amount))
        for whose, name in shares:
            Share.objects.create(customer=four[whose], user=getattr(cast, name))
        version = publish()
        places = [(cast.west_outlet, cast.wendy), (cast.east_outlet, cast.bob), (cast.east, None)]
        for whose, where in moves:
            unit, manager = places[where]
            moved = Customer.objects.filter(pk=four[whose].pk)
            moved.update(org_unit=unit, account_manager=manager)
        for person in ("alice", "bob", "wendy", "olga", "bruno", "walter", "greta"):
            user = User.objects.get(username=person)  # as loaded for a request
            rows = reports.ageing(Customer.objects.visible_to(user), NIGHT)
            assert asked(user, version) == summed(rows)
        transaction.set_rollback(True)


@pytest.mark.parametrize("summarised", [True, False], ids=["summary", "rows"])
def test_what_falls_due_in_four_weeks_is_summed_by_week(owing: Cast, summarised: bool):
    for number, (due, amount) in enumerate(
        (("2025-09-01", "1"), ("2025-09-07", "2"), ("2025-09-08", "4"), ("2025-09-21", "8"),
         ("2025-09-28", "16"), ("2025-09-29", "32"), ("2025-08-31", "64")),
    ):  # fmt: skip
        make_line(owing.bolt, f"W{number + 2}", due, amount)
    make_line(owing.bolt, "LATER", "2025-09-08", "128", issued_on=day("2025-09-02"))
    make_line(
        owing.bolt, "OFF", "2025-09-08", "256", state="written_off",
        written_off_on=day("2025-09-01"),
    )  # fmt: skip
    pay(owing.bolt, "AFTER", "2025-09-03", "4", line_no="W4")
    version = publish(summarised=summarised)
    with as_role("crm_app"), acting(user_id=owing.bob.pk, actor="bob"):
        [group] = [g for g in receivables.totals(owing.bob, version) if g.currency == "CNY"]
    assert {name: int(amount) for name, amount in group.sums.weeks.items()} == {
        "due_w1": 3, "due_w2": 260, "due_w3": 8, "due_w4": 16,
    }  # fmt: skip


def test_groups_of_one_key_are_added_up():
    one = Group(1, "CNY", Sums(1))
    assert receivables.added_up([one, one, Group(None, "CNY", Sums(5))]) == [
        Group(1, "CNY", Sums(2)),
        Group(None, "CNY", Sums(5)),
    ]


def test_the_units_of_the_sums_are_units(owing: Cast):
    keys = {key for key, _currency in asked(owing.greta, publish(), by="unit")}
    assert keys == set(OrgUnit.objects.filter(level="outlet").values_list("pk", flat=True))
