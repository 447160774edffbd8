"""Waybills come in as tables."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from conftest import as_role
from core.context import set_context
from customers.models import Account
from shipments.models import CustomerMonth, Waybill
from shipments.tests.make import load, recounted, rollups, waybill
from tests.cast import Cast, make_customer
from tests.tabled import complaints, counts, take

pytestmark = pytest.mark.django_db

HEAD = "waybill_no,shipper_code,accepted_at,revenue"


def get(number: str) -> Waybill:
    return Waybill.objects.get(waybill_no=number)


def test_every_column_reaches_its_field(cast: Cast, tmp_path: Path):
    cells = {
        "waybill_no": "SF0001",
        "shipper_code": "ACME",
        "consignee_code": "BOLT",
        "payer": "consignee",
        "billed_code": "",
        "service": "next-day",
        "accepted_at": "2025/8/31 23:30",
        "promised_at": "2025-09-02",
        "delivered_at": "2025-09-02T23:59:59+08:00",
        "origin": "上海",
        "destination": "O'Fallon\\n",
        "pickup_unit": "EAST-1",
        "delivery_unit": "WEST-1",
        "pieces": "3",
        "weight_kg": "1.250",
        "billed_weight_kg": "2",
        "volume_m3": "0.003456",
        "revenue": '"1,234.50"',
        "cost": "0",
        "currency": "usd",
        "declared_value": "5000",
        "cod_amount": "12.30",
        "status": "Delivered",
        "exception": "delay",
        "claim_amount": "7.00",
        "waiting_minutes": "15",
        "storage_days": "2",
        "source": "tms",
        "source_seq": "42",
    }
    lines = (",".join(cells), ",".join(cells.values()))
    assert counts(take(tmp_path, "waybills", *lines)) == (1, 0, 0, 0)
    new = get("SF0001")
    assert (new.customer, new.shipper, new.consignee) == (cast.bolt, cast.acme, cast.bolt)
    assert (new.pickup_unit, new.delivery_unit) == (cast.east_outlet, cast.west_outlet)
    assert new.accepted_at == dt.datetime(2025, 8, 31, 15, 30, tzinfo=dt.UTC)
    assert (new.accepted_on, new.promised_on, new.delivered_on) == (
        dt.date(2025, 8, 31),
        dt.date(2025, 9, 2),
        dt.date(2025, 9, 2),
    )
    assert (new.origin, new.destination) == ("上海", "O'Fallon\\n")
    assert (new.revenue, new.cost, new.currency) == (Decimal("1234.50"), 0, "USD")
    assert (new.weight_kg, new.volume_m3) == (Decimal("1.250"), Decimal("0.003456"))
    assert (new.status, new.exception, new.source, new.source_seq) == (
        "delivered",
        "delay",
        "tms",
        42,
    )
    assert counts(take(tmp_path, "waybills", *lines)) == (0, 0, 1, 0)


def test_defaults_of_what_is_not_said(cast: Cast, tmp_path: Path):
    take(tmp_path, "waybills", HEAD, "W1,ACME,2025-08-01,0")
    take(
        tmp_path,
        "waybills",
        f"{HEAD},payer,service,currency,status,pieces",
        "W2,ACME,2025-08-01,0,,,,,",
    )
    for number in ("W1", "W2"):
        new = get(number)
        assert (new.payer, new.service, new.currency, new.status, new.exception, new.pieces) == (
            "shipper",
            "standard",
            "CNY",
            "accepted",
            "",
            None,
        )
        assert (new.customer, new.revenue, new.cost) == (cast.acme, 0, None)


def test_an_absent_column_keeps_and_an_empty_cell_clears(cast: Cast, tmp_path: Path):
    take(tmp_path, "waybills", f"{HEAD},cost,origin", "W1,ACME,2025-08-01,10,4,Wuhan")
    assert counts(take(tmp_path, "waybills", HEAD, "W1,ACME,2025-08-01,11")) == (0, 1, 0, 0)
    assert (get("W1").cost, get("W1").origin) == (4, "Wuhan")
    take(tmp_path, "waybills", f"{HEAD},cost", "W1,ACME,2025-08-01,11,")
    assert (get("W1").cost, get("W1").origin) == (None, "Wuhan")


def test_codes_may_be_account_numbers_and_codes_of_merged_files(cast: Cast, tmp_path: Path):
    Account.objects.create(account_no="M-001", customer=cast.bolt)
    middle = make_customer("MIDDLE", cast.east_outlet, merged_into=cast.wolf)
    old = make_customer("OLD", cast.east_outlet, merged_into=middle)
    Account.objects.create(account_no="M-OLD", customer=old)
    head = f"{HEAD},billed_code"
    lines = [
        "W1,M-001,2025-08-01,1,",
        "W2,OLD,2025-08-01,1,",
        "W3,ACME,2025-08-01,1,M-OLD",
        "W4,ACME,2025-08-01,1,M-001",
    ]
    assert counts(take(tmp_path, "waybills", head, *lines)) == (4, 0, 0, 0)
    payers = Waybill.objects.order_by("waybill_no").values_list("customer__code", flat=True)
    assert list(payers) == ["BOLT", "WOLF", "WOLF", "BOLT"]
    assert (get("W4").shipper, get("W4").billed_code) == (cast.acme, "M-001")
    assert counts(take(tmp_path, "waybills", head, *lines)) == (0, 0, 4, 0)
    narrow = "W4,ACME,2025-08-01,2"
    assert counts(take(tmp_path, "waybills", HEAD, narrow)) == (0, 1, 0, 0)
    assert get("W4").customer == cast.bolt  # the file says nothing of who is billed


@pytest.mark.parametrize(
    ("row", "customer"),
    [
        (",shipper,", "ACME"),
        ("BOLT,,", "ACME"),
        ("BOLT,consignee,", "BOLT"),
        ("BOLT,third,WOLF", "WOLF"),
        ("BOLT,consignee,WOLF", "WOLF"),
        (",Third party,WOLF", "WOLF"),
    ],
)
def test_who_pays(cast: Cast, tmp_path: Path, row: str, customer: str):
    head = f"{HEAD},consignee_code,payer,billed_code"
    assert counts(take(tmp_path, "waybills", head, f"W1,ACME,2025-08-01,5,{row}")) == (1, 0, 0, 0)
    assert get("W1").customer.code == customer
    assert CustomerMonth.objects.get().customer.code == customer


def test_every_fault_is_named_by_line_and_column_and_nothing_is_written(cast: Cast, tmp_path: Path):
    head = f"{HEAD},consignee_code,payer,billed_code,pickup_unit,currency,status"
    report = take(
        tmp_path,
        "waybills",
        head,
        "W1,ACME,2025-08-01,10,,,,,,",
        "W2,NOBODY,2025-08-01,10,,,,,,",
        "W3,ACME,2025-08-01,10,GHOST,,NOONE,,,",
        "W4,ACME,2025-08-01,10,,third,,,,",
        "W5,ACME,2025-08-01,10,,consignee,,,,",
        "W6,ACME,2025-08-01,10,,,,NOWHERE,,",
        "W7,ACME,2025-02-30,10,,,,,,",
        "W8,ACME,2025-08-01,-1,,,,,,",
        "W9,ACME,2025-08-01,1.005,,,,,YUAN,flying",
        ",ACME,2025-08-01,1,,,,,,",
        "W11,ACME,1899-08-01,1,,,,,,",
    )
    assert complaints(report) == [
        (3, "shipper_code"),
        (4, "consignee_code"),
        (4, "billed_code"),
        (5, "billed_code"),
        (6, "consignee_code"),
        (7, "pickup_unit"),
        (8, "accepted_at"),
        (9, "revenue"),
        (10, "revenue"),
        (10, "currency"),
        (10, "status"),
        (11, "waybill_no"),
        (12, "accepted_at"),
    ]
    assert counts(report) == (0, 0, 0, 10)
    assert not Waybill.objects.exists()
    assert not CustomerMonth.objects.exists()


def test_skipping_takes_the_good_rows(cast: Cast, tmp_path: Path):
    lines = ["W1,ACME,2025-08-01,1", "W2,NOBODY,2025-08-01,1", "W1,GHOST,2025-08-02,2"]
    report = take(tmp_path, "waybills", HEAD, *lines, on_error="skip")
    assert counts(report) == (1, 0, 0, 2)
    assert get("W1").revenue == 1  # the wrong row of the same number did not displace it
    assert "NOBODY" in (tmp_path / "waybills.csv.rejects.csv").read_text(encoding="utf-8-sig")


def test_only_the_stored_waybill_shows_that_nobody_pays(cast: Cast, tmp_path: Path):
    head = f"{HEAD},payer"
    report = take(tmp_path, "waybills", head, "W1,ACME,2025-08-01,1,consignee", on_error="skip")
    assert (counts(report), complaints(report)) == ((0, 0, 0, 1), [(2, "consignee_code")])
    take(tmp_path, "waybills", f"{HEAD},consignee_code", "W1,ACME,2025-08-01,1,BOLT")
    assert counts(take(tmp_path, "waybills", head, "W1,ACME,2025-08-01,1,consignee")) == (
        0,
        1,
        0,
        0,
    )
    assert get("W1").customer == cast.bolt


def test_a_dry_run_counts_and_writes_nothing(cast: Cast, tmp_path: Path):
    lines = (HEAD, "W1,ACME,2025-08-01,1", "W2,ACME,2025-08-01,1")
    assert counts(take(tmp_path, "waybills", *lines, dry_run=True)) == (2, 0, 0, 0)
    assert not Waybill.objects.exists()
    assert counts(take(tmp_path, "waybills", *lines)) == (2, 0, 0, 0)


def test_a_number_that_comes_twice_counts_as_its_last_row_also_the_second_time(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("shipments.imports.WaybillImport.batch_size", 2)
    lines = [f"W{n % 3},ACME,2025-08-0{n + 1},{n}" for n in range(7)]
    assert counts(take(tmp_path, "waybills", HEAD, *lines)) == (3, 0, 4, 0)
    assert [w.revenue for w in Waybill.objects.order_by("waybill_no")] == [6, 4, 5]
    assert counts(take(tmp_path, "waybills", HEAD, *lines)) == (0, 0, 7, 0)
    assert rollups() == recounted()


def test_stale_messages_count_as_unchanged(cast: Cast, tmp_path: Path):
    head = f"{HEAD},status,source,source_seq"
    take(tmp_path, "waybills", head, "W1,ACME,2025-08-01,1,delivered,tms,5")
    report = take(tmp_path, "waybills", head, "W1,ACME,2025-08-01,1,in_transit,tms,4")
    assert counts(report) == (0, 0, 1, 0)
    assert get("W1").status == "delivered"


def test_on_behalf_of_someone_only_their_customers_can_be_named_or_touched(
    cast: Cast, tmp_path: Path
):
    load(waybill("W1", cast.wolf, "2025-08-01 10:00"))
    Account.objects.create(account_no="M-WOLF", customer=cast.wolf)
    lines = ["W1,ACME,2025-08-01,1", "W2,WOLF,2025-08-01,1", "W3,M-WOLF,2025-08-01,1"]
    report = take(tmp_path, "waybills", HEAD, *lines, actor=cast.alice, on_error="skip")
    assert complaints(report) == [(2, "waybill_no"), (3, "shipper_code"), (4, "shipper_code")]
    unknown = take(tmp_path, "waybills", HEAD, "W2,NOBODY,2025-08-01,1", actor=cast.alice)
    assert str(unknown.errors[0]).replace("NOBODY", "WOLF").replace("2", "3") == str(
        report.errors[1]
    ).replace("2", "3")
    assert get("W1").customer == cast.wolf


def test_the_web_role_takes_in_only_what_its_acting_user_reaches(cast: Cast, tmp_path: Path):
    load(waybill("W1", cast.wolf, "2025-08-01 10:00"))
    lines = ["W1,ACME,2025-08-01,1", "W2,WOLF,2025-08-01,1", "W3,ACME,2025-08-01,1"]
    with as_role("crm_app"):
        nobody = take(tmp_path, "waybills", HEAD, *lines, on_error="skip")
    assert (nobody.result.created, nobody.result.rejected) == (0, 3)
    with as_role("crm_app"):
        set_context(user_id=cast.alice.pk, actor="alice", writing=True)
        report = take(tmp_path, "waybills", HEAD, *lines, actor=cast.alice, on_error="skip")
    assert complaints(report) == [(2, "waybill_no"), (3, "shipper_code")]
    assert (get("W1").customer, get("W3").customer) == (cast.wolf, cast.acme)
