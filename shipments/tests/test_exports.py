"""Waybills go out as they came in."""

import datetime as dt
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.models import Account
from shipments.models import Waybill
from shipments.services.loads import OPTIONAL, REQUIRED
from shipments.tests.make import load, waybill
from tests.cast import Cast
from tests.tabled import export_and_import, exported

pytestmark = pytest.mark.django_db

LINE = st.text(st.sampled_from("=+-@'\"，,;\\N. 0Aé客𠮷"), max_size=8).map(str.strip)
AMOUNT = st.none() | st.decimals(0, 10**12, places=2)
WEIGHT = st.none() | st.decimals(0, 10**8, places=3)
COUNT = st.none() | st.integers(0, 2**31 - 1)
MOMENT = st.timedeltas(dt.timedelta(0), dt.timedelta(days=36_000)).map(
    lambda after: dt.datetime(1990, 1, 2, tzinfo=dt.UTC) + after
)
WAYBILL = st.fixed_dictionaries(
    {
        "waybill_no": LINE.filter(bool),
        "accepted_at": MOMENT,
        "revenue": st.decimals(0, 10**12, places=2),
        "billed_code": st.sampled_from(["", "M-1", "WOLF"]),
        "payer": st.sampled_from(["shipper", "consignee"]),
        "service": LINE.filter(bool),
        "promised_at": st.none() | MOMENT,
        "delivered_at": st.none() | MOMENT,
        "origin": LINE,
        "destination": LINE,
        "pieces": COUNT,
        "weight_kg": WEIGHT,
        "billed_weight_kg": WEIGHT,
        "volume_m3": st.none() | st.decimals(0, 10**5, places=6),
        "cost": AMOUNT,
        "currency": st.sampled_from(["CNY", "USD"]),
        "declared_value": AMOUNT,
        "cod_amount": AMOUNT,
        "status": st.sampled_from(Waybill.Status.values),
        "exception": st.sampled_from(["", *Waybill.ExceptionKind.values]),
        "claim_amount": AMOUNT,
        "waiting_minutes": COUNT,
        "storage_days": COUNT,
        "source": LINE,
        "source_seq": st.none() | st.integers(0, 10**18 - 1),
    }
)


@pytest.mark.parametrize("table_format", ["csv", "xlsx"])
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(WAYBILL, min_size=1, max_size=5, unique_by=lambda row: row["waybill_no"]))
def test_an_export_imported_again_changes_nothing(
    cast: Cast, tmp_path: Path, table_format: str, rows: list
):
    billed = {"": None, "M-1": cast.bolt.pk, "WOLF": cast.wolf.pk}
    ids = {
        "shipper_id": cast.acme.pk,
        "consignee_id": cast.bolt.pk,
        "pickup_unit_id": cast.west.pk,
        "delivery_unit_id": None,
    }
    with transaction.atomic():
        Account.objects.create(account_no="M-1", customer=cast.bolt)
        load(*[{**row, **ids, "line": 0, "billed_id": billed[row["billed_code"]]} for row in rows])
        assert set(rows[0]) | set(ids) | {"line", "billed_id"} == {*REQUIRED, *OPTIONAL}
        assert export_and_import(tmp_path, ["waybills"], table_format) == {"waybills": (0, 0, 0)}
        assert Waybill.objects.count() == len(rows)
        transaction.set_rollback(True)


def test_rows_are_in_the_order_of_numbers_over_all_months(cast: Cast):
    load(
        waybill("B", cast.acme, "2025-07-01 10:00"),
        waybill("C", cast.wolf, "2025-06-01 10:00", revenue="0.10"),
        waybill("A", cast.bolt, "2025-08-01 10:00"),
    )
    header, *lines = exported("waybills")
    assert header.startswith("waybill_no,shipper_code,consignee_code,payer,billed_code,service,acc")
    assert [line.split(",")[:2] for line in lines] == [["A", "BOLT"], ["B", "ACME"], ["C", "WOLF"]]
    assert lines[2].startswith(
        "C,WOLF,,shipper,,standard,2025-06-01T10:00:00+08:00,,,,,,,,,,,0.10,"
    )


def test_a_manager_exports_only_their_customers_waybills(cast: Cast):
    load(waybill("A", cast.acme, "2025-07-01 10:00"), waybill("B", cast.wolf, "2025-06-01 10:00"))
    assert [line.split(",")[0] for line in exported("waybills", user=cast.alice)[1:]] == ["A"]
