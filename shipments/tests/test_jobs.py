"""The night's share: partitions are there before the month is (the check: test_rollups)."""

import datetime as dt

import pytest
from django.db import connection

from shipments.jobs import check_rollups, prepare_partitions

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
