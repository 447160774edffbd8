"""The night's share: partitions are there before the month is (the check: test_rollups)."""

import datetime as dt

import pytest
from django.db import connection

from shipments.jobs import check_rollups, prepare_partitions
from shipments.models import CustomerMonth
from shipments.tests.make import load, waybill

pytestmark = pytest.mark.django_db


def partitions() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits"
            " WHERE inhparent = 'shipments_waybill'::regclass"
        )
        return {name for (name,) in cursor.fetchall()}


def test_this_month_and_the_next_two_get_their_partitions_once():
    expected = {f"shipments_waybill_{month}" for month in (203111, 203112, 203201)}
    assert not expected & partitions()
    for _time in range(2):
        assert prepare_partitions(dt.date(2031, 11, 30)) == 3
        assert expected <= partitions()


def test_a_check_of_nothing_is_nothing():
    assert check_rollups() == check_rollups(everyone=True) == (0, 0)


def test_the_recount_says_on_which_days_a_customer_shipped(cast):
    load(
        waybill("D1", cast.acme, "2025-08-01 00:10"),
        waybill("D2", cast.acme, "2025-08-31 23:50"),
        waybill("D3", cast.acme, "2025-08-31 08:00", currency="USD"),
        waybill("D4", cast.acme, "2025-08-15 08:00", status="cancelled"),
    )
    check_rollups()
    assert shipping_days(cast.acme) == {1, 31}
    load(waybill("D1", cast.acme, "2025-08-02 12:00"))
    check_rollups()
    assert shipping_days(cast.acme) == {2, 31}
    CustomerMonth.objects.update(shipping_days=0)  # as after the migration
    assert check_rollups(everyone=True).different == 0
    assert shipping_days(cast.acme) == {2, 31}


def shipping_days(customer):
    rows = CustomerMonth.objects.filter(customer=customer).values_list("shipping_days", flat=True)
    return {bit + 1 for days in rows for bit in range(31) if days >> bit & 1}
