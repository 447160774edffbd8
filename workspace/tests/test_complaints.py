"""Complaints on the customer's page: taken down, answered, solved, told in the timeline."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client

from core.rules import BUSINESS_ZONE
from engagement.models import Complaint
from engagement.services import Words, take_complaint
from organization.models import Department, User
from tests.cast import Cast
from tests.pages import client_of, text_of

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 4, 1, 10, 0, tzinfo=BUSINESS_ZONE)  # a Wednesday
FORM: dict[str, Any] = {
    "complaint-channel": "hotline",
    "complaint-category": "damage",
    "complaint-severity": "high",
    "complaint-received_at": "2026-04-01T09:30",
    "complaint-text": "three boxes wet",
    "complaint-contact_name": "Li Lei",
    "complaint-token": "0f0e0d0c-0b0a-4909-8807-060504030201",
}


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(AT, tick=False):
        yield


def at(cast: Cast, tail: str = "") -> str:
    return f"/customers/{cast.acme.pk}/{tail}"


def test_taken_down_answered_and_solved(cast: Cast):
    claims = Department.objects.create(unit=cast.east, kind="claims", name="Claims")
    sam = client_of(cast.sam)
    for _twice in range(2):  # the same form again is the same complaint
        sam.post(at(cast, "complaints/new/"), {**FORM, "complaint-department": claims.pk})
    complaint = Complaint.objects.get()
    assert (complaint.complaint_no, complaint.unit) == ("TS260401-0F0E0D", cast.east)
    page = text_of(sam.get(at(cast, "complaints/")))
    for words in ("Damage", "High", "three boxes wet", "Li Lei", "Claims", "due today"):
        assert words in page
    one = at(cast, f"complaints/{complaint.pk}/")
    assert sam.post(f"{one}answer/", {"complaint-answer": ""}).status_code == 422
    sam.post(f"{one}answer/", {"complaint-answer": "we are looking"})
    said = {"complaint-solution": "paid in full", "complaint-verdict": "content"}
    assert sam.post(f"{one}solve/", said).status_code == 302
    refused = sam.post(f"{one}solve/", said)
    assert (refused.status_code, "solved already" in text_of(refused)) == (422, True)
    page = text_of(sam.get(at(cast, "complaints/")))
    for words in ("we are looking", "paid in full", "Content", "in time"):
        assert words in page
    told = text_of(sam.get(at(cast, "timeline/")))
    for words in ("Complaint TS260401-0F0E0D: Damage", "TS260401-0F0E0D is solved"):
        assert words in told


def test_what_is_still_to_come_is_no_complaint_yet(cast: Cast):
    late = {**FORM, "complaint-received_at": "2026-04-01T10:01"}
    answer = client_of(cast.alice).post(at(cast, "complaints/new/"), late)
    assert (answer.status_code, "still to come" in text_of(answer)) == (422, True)


def known(cast: Cast) -> Complaint:
    words = Words("C-1", AT, "hotline", "delay", "late", contact_name="Li Lei", contact_phone="138")
    return take_complaint(cast.acme, words, actor=None)[0]


def go(person: User, path: str) -> Client:
    return client_of(person).post(path, {"complaint-answer": "x", "complaint-solution": "x"})


def test_another_file_or_another_branch_does_not_reach_it(cast: Cast):
    complaint = known(cast)
    for act in ("answer", "solve"):
        elsewhere = f"/customers/{cast.bolt.pk}/complaints/{complaint.pk}/{act}/"
        assert go(cast.olga, elsewhere).status_code == 404
        assert go(cast.wendy, at(cast, f"complaints/{complaint.pk}/{act}/")).status_code == 404
        assert go(cast.ann, at(cast, f"complaints/{complaint.pk}/{act}/")).status_code == 403
    complaint.refresh_from_db()
    assert complaint.answered_at is None


def test_who_reads_no_personal_details_does_not_learn_who_complained(cast: Cast):
    known(cast)
    assert "Li Lei" in text_of(client_of(cast.fiona).get(at(cast, "complaints/")))
    assert "Li Lei" not in text_of(client_of(cast.ann).get(at(cast, "complaints/")))
