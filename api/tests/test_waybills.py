"""Waybills and their events by call: what is taken, what is told, and whose they are."""

import json

import pytest

from customers.models import Account, Customer
from shipments.models import Waybill, WaybillEvent
from shipments.tests.make import load, recounted, rollups, waybill
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ROW = {
    "waybill_no": "W1",
    "shipper_code": "ACME",
    "accepted_at": "2026-03-02T10:00:00+08:00",
    "revenue": "12.50",
}


def test_a_waybill_is_written_by_its_number_and_told_as_it_is_stored(cast: Cast, calling):
    call = calling()
    first = call.post("waybills/", ROW | {"pieces": 3, "weight_kg": 1.25, "pickup_unit": "EAST-1"})
    assert (first.status_code, first.json()["result"]) == (201, "created")
    told = first.json()["waybill"]
    assert (told["paid_by"], told["revenue"], told["weight_kg"]) == ("ACME", "12.50", "1.250")
    assert (told["pickup_unit"], told["accepted_at"]) == ("EAST-1", "2026-03-02T02:00:00Z")
    again = call.post("waybills/", ROW)
    assert (again.status_code, again.json()["result"]) == (200, "unchanged")
    assert again.json()["waybill"]["pieces"] == 3  # what is not named stays
    put = call("PUT", "waybills/W1/", {**ROW, "status": "in_transit", "pieces": None})
    assert (put.json()["result"], put.json()["waybill"]["pieces"]) == ("updated", None)
    read = call.get("waybills/W1/")
    assert read.json() == put.json()["waybill"]
    assert call.get("waybills/W1/", If_None_Match=read.headers["ETag"]).status_code == 304
    assert rollups() == recounted()


def test_an_older_message_is_stale(calling):
    call = calling()
    row = ROW | {"source": "tms", "source_seq": 7}
    call.post("waybills/", row)
    older = call.post("waybills/", row | {"source_seq": 6, "revenue": 99})
    assert (older.status_code, older.json()["result"]) == (200, "stale")
    assert older.json()["waybill"]["revenue"] == "12.50"


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"shipper_code": "NOBODY"}, "/shipper_code", "unknown_customer"),
        ({"shipper_code": "WOLF"}, "/shipper_code", "unknown_customer"),
        ({"pickup_unit": "NOWHERE"}, "/pickup_unit", "unknown_unit"),
        ({"accepted_at": "2026-03-02 10:00"}, "/accepted_at", "naive_time"),
        ({"accepted_at": "soon+08:00"}, "/accepted_at", "invalid"),
        ({"accepted_at": None}, "/accepted_at", "required"),
        ({"revenue": -1}, "/revenue", "invalid"),
        ({"revenue": 1.005}, "/revenue", "invalid"),
        ({"revenue": True}, "/revenue", "wrong_type"),
        ({"waybill_no": 5}, "/waybill_no", "wrong_type"),
        ({"payer": "nobody"}, "/payer", "invalid"),
        ({"payer": "consignee"}, "/consignee_code", "no_payer"),
        ({"colour": "red"}, "/colour", "unknown_field"),
    ],
)
def test_what_cannot_be_taken_is_named_with_a_code(calling, change: dict, pointer: str, code: str):
    answer = calling().post("waybills/", ROW | change)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    errors = [(error["pointer"], error["code"]) for error in answer.json()["errors"]]
    assert errors == [(pointer, code)]
    assert not Waybill.objects.exists()


@pytest.mark.parametrize("body", [[], 1, "W1", None, [ROW]])
def test_a_body_that_is_no_waybill_is_refused(calling, body: object):
    answer = calling().post("waybills/", json.dumps(body).encode())
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_an_account_number_and_a_merged_code_mean_the_customer(cast: Cast, calling):
    Account.objects.create(account_no="M-1", customer=cast.acme)
    Customer.objects.create(code="OLD", name="Old", org_unit=cast.east, merged_into=cast.acme)
    call = calling()
    for number, code in (("W1", "M-1"), ("W2", "OLD")):
        told = call.post("waybills/", ROW | {"waybill_no": number, "shipper_code": code}).json()
        assert told["waybill"]["paid_by"] == "ACME"


def test_a_batch_answers_row_by_row_and_bad_rows_stop_nobody(cast: Cast, calling):
    load(waybill("W5", cast.wolf, "2026-03-01 10:00"))
    call = calling()
    call.post("waybills/", ROW)
    rows = [
        ROW,
        ROW | {"waybill_no": "W2", "status": "accepted"},
        {"waybill_no": "W3"},
        "nonsense",
        ROW | {"waybill_no": "W5"},
        ROW | {"waybill_no": "W2"},
        ROW | {"waybill_no": "W6", "payer": "third"},
        ROW | {"waybill_no": "W7", "shipper_code": "WOLF"},
    ]
    answer = call.post("waybills/batch/", rows).json()
    assert [each["result"] for each in answer["results"]] == [
        *("unchanged", "created"), *["rejected"] * 6
    ]  # fmt: skip
    codes = [[error["code"] for error in each.get("errors", [])] for each in answer["results"]]
    assert codes[2:] == [
        ["required", "required", "required"],
        ["wrong_type"],
        ["number_taken"],
        ["doubled"],
        ["no_payer"],
        ["unknown_customer"],
    ]
    assert answer["counts"]["rejected"] == 6
    assert Waybill.objects.get(waybill_no="W5").customer == cast.wolf
    assert rollups() == recounted()


def test_a_batch_may_come_as_lines(calling):
    lines = [json.dumps(ROW), "{", "", json.dumps(ROW | {"waybill_no": "W2"})]
    body = "\n".join(lines).encode()
    answer = calling().post("waybills/batch/", body, Content_Type="application/x-ndjson").json()
    assert [each["result"] for each in answer["results"]] == ["created", "rejected", "created"]
    assert answer["results"][1]["errors"][0]["code"] == "malformed_json"
    for bad in (b"[]", b"{}", json.dumps([{}] * 5001).encode()):
        refused = calling(name="other").post("waybills/batch/", bad)
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid")


def test_events_tell_the_waybill_and_come_once(calling):
    call = calling()
    call.post("waybills/", ROW)
    body = {"kind": "delivered", "happened_at": "2026-03-03T09:00:00Z", "event_id": "E1"}
    first = call.post("waybills/W1/events/", body)
    assert (first.status_code, first.json()["result"]) == (201, "created")
    assert first.json()["waybill"]["status"] == "delivered"
    assert first.json()["waybill"]["delivered_at"] == "2026-03-03T09:00:00Z"
    again = call.post("waybills/W1/events/", body)
    assert (again.status_code, again.json()["result"]) == (200, "unchanged")
    assert call.post("waybills/", ROW).json()["waybill"]["status"] == "delivered"
    [event] = call.get("waybills/W1/").json()["events"]
    assert (event["event_id"], event["kind"], event["unit"]) == ("E1", "delivered", None)
    for change, code in (
        ({"kind": "reached"}, "required"),
        ({"kind": "exception"}, "invalid"),
        ({"exception": "loss"}, "invalid"),
        ({"unit": "NOWHERE"}, "unknown_unit"),
        ({"happened_at": "2026-03-03T09:00:00"}, "naive_time"),
    ):
        answer = call.post("waybills/W1/events/", body | change)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)
    assert WaybillEvent.objects.count() == 1


def test_another_units_waybill_is_as_one_that_does_not_exist(cast: Cast, calling):
    load(waybill("W9", cast.wolf, "2026-03-01 10:00"))
    call = calling()
    event = {"kind": "note", "happened_at": "2026-03-03T09:00:00Z"}
    for foreign, absent in (
        (call.get("waybills/W9/"), call.get("waybills/W0/")),
        (call.post("waybills/W9/events/", event), call.post("waybills/W0/events/", event)),
    ):
        assert foreign.status_code == absent.status_code == 404
        assert {**foreign.json(), "request_id": ""} == {**absent.json(), "request_id": ""}
    assert not WaybillEvent.objects.exists()
    taken = call.post("waybills/", ROW | {"waybill_no": "W9"})
    assert (taken.status_code, taken.json()["errors"][0]["code"]) == (422, "number_taken")
    read_only = calling("waybills:read", name="reader")
    assert read_only.post("waybills/", ROW).status_code == 403
    assert calling(unit=cast.group, name="hq").get("waybills/W9/").json()["paid_by"] == "WOLF"
