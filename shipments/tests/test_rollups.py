"""Rollups and windows equal a naive count, whatever happened to the waybills before."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import as_role
from core.rules import add_months
from shipments.jobs import check_lanes, check_rollups
from shipments.models import CustomerMonth, LaneMonth, Waybill
from shipments.tests.make import Year, lanes, load, naive_years, recounted, rollups, waybill
from tests.cast import Cast

pytestmark = pytest.mark.django_db

LEAP = dt.date(2024, 2, 29)
# Days around which windows are cut: month and year ends, leap days, and what lies between.
ANCHORS = [
    LEAP,
    dt.date(2023, 2, 28),
    dt.date(2023, 12, 31),
    dt.date(2024, 8, 31),
    dt.date(2024, 8, 14),
]
DAYS = st.builds(
    lambda anchor, years, days: add_months(anchor, -12 * years) + dt.timedelta(days),
    st.sampled_from(ANCHORS),
    st.integers(0, 3),
    st.integers(-3, 3),
)
CLOCKS = st.sampled_from(
    ["00:00", "07:59", "15:59:59", "16:00", "23:30"]
)  # as UTC: 16:00 is midnight
LATER = st.one_of(st.none(), st.integers(0, 40))
WAYBILLS = st.fixed_dictionaries(
    {
        "number": st.integers(1, 12),
        "customer": st.sampled_from(["acme", "bolt", "wolf"]),
        "day": DAYS,
        "clock": CLOCKS,
        "promised": LATER,
        "delivered": LATER,
        "revenue": st.decimals(0, 1000, places=2),
        "cost": st.one_of(st.none(), st.decimals(0, 1000, places=2)),
        "currency": st.sampled_from(["CNY", "CNY", "USD"]),
        "status": st.sampled_from(["accepted", "delivered", "cancelled"]),
        "exception": st.sampled_from(["", "", "delay"]),
        "service": st.sampled_from(["standard", "cold"]),
        "origin": st.sampled_from(["上海", "杭州"]),
        "destination": st.sampled_from(["上海", ""]),
    }
)
LOADS = st.lists(st.lists(WAYBILLS, min_size=1, max_size=8), min_size=1, max_size=6)


def row(cast: Cast, drawn: dict) -> dict:
    """A drawn waybill as a row of a load."""
    moments = {
        f"{name}_at": None
        if drawn[name] is None
        else f"{drawn['day'] + dt.timedelta(drawn[name])} {drawn['clock']}Z"
        for name in ("promised", "delivered")
    }
    names = ("revenue", "cost", "currency", "status", "exception")
    names += ("service", "origin", "destination")
    return waybill(
        f"W{drawn['number']}",
        getattr(cast, drawn["customer"]),
        f"{drawn['day']} {drawn['clock']}Z",
        pieces=drawn["number"],
        weight_kg=Decimal(drawn["number"]) / 8,
        **moments,
        **{name: drawn[name] for name in names},
    )


def window(day: dt.date, currency: str = "CNY") -> dict[int, Year]:
    """What the database says of all customers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM shipments_window(%s, %s)", [day, currency])
        assert [column.name for column in cursor.description] == [
            "customer_id",
            *Year.__annotations__,
        ]
        return {pk: Year(*figures) for pk, *figures in cursor.fetchall()}


def delete(numbers: list[int]) -> None:
    """What an administrator of the database could do."""
    with as_role("crm_owner"), connection.cursor() as cursor:
        names = [f"W{number}" for number in numbers]
        cursor.execute("DELETE FROM shipments_waybill WHERE waybill_no = ANY (%s)", [names])


history = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@history
@given(
    loads=LOADS, deleted=st.lists(st.integers(1, 12), max_size=2), day=DAYS, checks=st.booleans()
)
def test_rollups_and_windows_equal_a_naive_count(
    cast: Cast, loads: list, deleted: list[int], day: dt.date, checks: bool
):
    empty()
    for rows in loads:
        load(*[row(cast, drawn) for drawn in rows])
        if checks:
            assert check_rollups().different == check_lanes().different == 0
    delete(deleted)
    assert rollups() == recounted()
    assert lanes() == recounted(by_lane=True)
    stored = list(Waybill.objects.all())
    for asked in (day, LEAP, dt.date(2024, 8, 31), dt.date(2023, 2, 28)):
        assert window(asked) == naive_years(stored, asked, "CNY")
    assert window(day, "USD") == naive_years(stored, day, "USD")
    assert check_rollups().different == check_rollups(everyone=True).different == 0
    assert check_lanes().different == check_lanes(everyone=True).different == 0
    assert rollups() == recounted()
    assert lanes() == recounted(by_lane=True)
    assert window(day) == naive_years(stored, day, "CNY")


def empty() -> None:
    """Each example of hypothesis begins with nothing."""
    with as_role("crm_owner"), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM shipments_waybill; DELETE FROM shipments_customermonth;"
            " DELETE FROM shipments_lanemonth; DELETE FROM shipments_pairmonth"
        )


def test_a_night_may_ask_for_a_day_on_which_later_deliveries_were_not_known(cast: Cast):
    load(
        waybill(
            "W1", cast.acme, "2025-07-30 10:00", promised_at="2025-08-02", delivered_at="2025-08-01"
        ),
        waybill(
            "W2", cast.acme, "2025-07-31 10:00", promised_at="2025-08-02", delivered_at="2025-09-01"
        ),
        waybill("W3", cast.acme, "2025-07-31 10:00", delivered_at="2025-08-01"),
        waybill("W4", cast.acme, "2024-07-31 10:00"),
    )
    july, august = (
        window(dt.date(2025, 7, 31))[cast.acme.pk],
        window(dt.date(2025, 8, 31))[cast.acme.pk],
    )
    assert (july.shipments, july.promised, july.on_time) == (3, 0, 0)
    assert (august.shipments, august.promised, august.on_time) == (3, 1, 1)
    september = window(dt.date(2025, 9, 30))[cast.acme.pk]
    assert (september.promised, september.on_time) == (2, 1)
    assert july.shipments_prev == september.shipments_prev == 1


def test_a_customer_without_any_waybill_by_the_day_is_not_in_the_window(cast: Cast):
    load(waybill("W1", cast.acme, "2025-09-01 00:00"), waybill("W2", cast.bolt, "2020-01-01 10:00"))
    found = window(dt.date(2025, 8, 31))
    assert found == {cast.bolt.pk: Year(last_accepted_on=dt.date(2020, 1, 1))}


def test_the_last_acceptance_is_right_when_the_latest_waybill_is_cancelled(cast: Cast):
    load(waybill("W1", cast.acme, "2025-08-03 10:00"), waybill("W2", cast.acme, "2025-08-20 10:00"))
    load(waybill("W2", cast.acme, "2025-08-20 10:00", status="cancelled"))
    assert window(dt.date(2025, 8, 31))[cast.acme.pk].last_accepted_on == dt.date(2025, 8, 3)


def test_the_check_finds_and_repairs_what_the_triggers_did_not_see(cast: Cast):
    load(waybill("W1", cast.acme, "2025-08-03 10:00"), waybill("W2", cast.bolt, "2025-08-20 10:00"))
    check_rollups()
    with as_role("crm_owner"), connection.cursor() as cursor:
        cursor.execute("UPDATE shipments_waybill_202508 SET revenue = 99")  # past the parent
    assert check_rollups() == (0, 0)  # nothing was touched that it knows of
    assert check_rollups(everyone=True) == (2, 2)
    assert rollups() == recounted()
    assert CustomerMonth.objects.filter(folded=False).count() == 0


def test_a_lost_rollup_is_rebuilt_from_the_waybills(cast: Cast):
    load(waybill("W1", cast.acme, "2025-08-03 10:00"), waybill("W2", cast.bolt, "2025-07-20 10:00"))
    check_rollups()
    before = rollups()
    CustomerMonth.objects.all().delete()
    assert check_rollups(everyone=True) == (2, 2)
    assert rollups() == before == recounted()
    assert check_rollups(everyone=True) == (2, 0)


def test_a_rebuild_takes_away_what_no_waybill_stands_for(cast: Cast):
    load(waybill("W1", cast.acme, "2025-08-03 10:00"))
    check_rollups()
    stray = CustomerMonth.objects.get()
    stray.pk, stray.customer_id = None, cast.bolt.pk
    stray.save()
    CustomerMonth.objects.filter(customer=cast.acme).update(last_accepted_on="2025-08-04")
    assert check_rollups(everyone=True) == (2, 1)
    assert rollups() == recounted()
    assert CustomerMonth.objects.get().last_accepted_on == dt.date(2025, 8, 3)


def test_a_rebuild_writes_only_what_differs(cast: Cast):
    load(waybill("W1", cast.acme, "2025-08-03 10:00"), waybill("W2", cast.bolt, "2025-08-20 10:00"))
    check_rollups()
    CustomerMonth.objects.filter(customer=cast.acme).update(shipments=7)
    kept = CustomerMonth.objects.get(customer=cast.bolt).pk
    assert check_rollups(everyone=True) == (2, 1)
    assert CustomerMonth.objects.get(customer=cast.bolt).pk == kept


def test_the_check_folds_many_addends_into_one_row(cast: Cast):
    for day in range(1, 6):
        load(waybill(f"W{day}", cast.acme, f"2025-08-0{day} 10:00"))
    assert CustomerMonth.objects.count() == 5
    assert check_rollups() == (1, 0)
    assert CustomerMonth.objects.get().shipments == 5


def test_lanes_that_the_triggers_did_not_see_are_found_and_folded(cast: Cast):
    for day in range(1, 4):
        load(waybill(f"W{day}", cast.acme, f"2025-08-0{day} 10:00", origin="上海", service="cold"))
    load(waybill("W1", cast.acme, "2025-08-01 10:00", origin="杭州", service="cold"))
    assert check_lanes() == (2, 0)
    assert [row.shipments for row in LaneMonth.objects.order_by("shipments")] == [1, 2]
    with as_role("crm_owner"), connection.cursor() as cursor:
        cursor.execute("UPDATE shipments_waybill_202508 SET service = 'dry'")  # past the parent
    assert check_lanes() == (0, 0)
    assert check_lanes(everyone=True).different == 4
    assert lanes() == recounted(by_lane=True)
