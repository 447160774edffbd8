"""The call centre sends complaints: each is taken once, and told by when it is due."""

from typing import Any

import pytest

from engagement.models import Complaint, Task
from organization.models import Department
from tests.cast import Cast

pytestmark = pytest.mark.django_db
BODY: dict[str, Any] = {
    "complaint_no": "C-1",
    "customer_code": "ACME",
    "received_at": "2026-04-01T10:00:00+08:00",
    "channel": "hotline",
    "category": "damage",
    "text": "three boxes wet",
    "claimed_amount": 80.5,
    "contact_name": "Li Lei",
}
PATH = "complaints/"


def test_a_complaint_is_taken_once_and_becomes_a_task(cast: Cast, calling):
    Department.objects.create(unit=cast.east_outlet, kind="delivery", name="Couriers")
    call = calling("complaints:write")
    body = BODY | {"department": "delivery"}
    first, again = call.post(PATH, body), call.post(PATH, body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json() | {"claimed_amount": "80.50"} == first.json()
    assert first.json()["first_answer_due_at"] == "2026-04-02T02:00:00Z"  # 8 working hours
    assert (first.json()["org_unit"], first.json()["department"]) == ("EAST-1", "delivery")
    assert "Li Lei" not in first.content.decode()
    complaint = Complaint.objects.get()
    assert (complaint.customer, complaint.contact_name) == (cast.acme, "Li Lei")
    assert (Task.objects.get().assignee, complaint.created_by.name) == (cast.alice, "dispatch")


def test_the_same_number_with_other_words_is_refused(cast: Cast, calling):
    call = calling()
    call.post(PATH, BODY)
    for other in ({"text": "four boxes"}, {"customer_code": "BOLT"}):
        answer = call.post(PATH, BODY | other)
        assert (answer.status_code, answer.json()["code"]) == (409, "refused")
    far = calling(name="west", unit=cast.west)  # a number that this one cannot see
    assert far.post(PATH, BODY | {"customer_code": "WOLF"}).status_code == 409
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "pointer", "code"),
    [
        ({"customer_code": "NOBODY"}, "/customer_code", "unknown_customer"),
        ({"customer_code": "WOLF"}, "/customer_code", "unknown_customer"),
        ({"received_at": "2026-04-01T10:00:00"}, "/received_at", "naive_time"),
        ({"received_at": "2199-04-01T10:00:00Z"}, "/received_at", "future"),
        ({"received_at": "yesterday"}, "/received_at", "invalid"),
        ({"category": "weather"}, "/category", "invalid_choice"),
        ({"claimed_amount": "NaN"}, "/claimed_amount", "invalid"),
        ({"claimed_amount": -1}, "/claimed_amount", "min_value"),
        ({"currency": "yuan"}, "/currency", "invalid"),
        ({"text": ""}, "/text", "blank"),
        ({"org_unit": "NOWHERE"}, "/org_unit", "unknown_unit"),
        ({"department": "claims"}, "/department", "unknown_department"),
    ],
)
def test_a_wrong_value_is_pointed_at(calling, said: dict[str, Any], pointer: str, code: str):
    answer = calling().post(PATH, BODY | said)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    [error] = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)
    assert not Complaint.objects.exists()


def test_a_foreign_customer_is_answered_as_one_that_is_not_there(calling):
    call = calling()
    theirs, absent = (
        call.post(PATH, BODY | {"customer_code": code}).json()["errors"]
        for code in ("WOLF", "NOBODY")
    )
    assert theirs == absent


def test_a_key_without_the_scope_takes_none(calling):
    assert calling("customers:read").post(PATH, BODY).status_code == 403
