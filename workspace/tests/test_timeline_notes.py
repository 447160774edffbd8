"""Notes written into the timeline of a customer: at once, once, as they were typed."""

import datetime as dt
import json
import re
import uuid

import pytest
import time_machine
from django.test import Client

from core.rules import BUSINESS_ZONE
from customers.models import Customer
from engagement.models import Note
from tests.cast import Cast
from tests.pages import client_of

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 3, 31, 12, tzinfo=BUSINESS_ZONE)


def _write(client: Client, customer: Customer, **changed: str):
    data = {"kind": "call", "text": "will pay on Friday", "token": str(uuid.uuid4())} | changed
    headers = {"HX-Request": "true"}
    return client.post(f"/customers/{customer.pk}/notes/", data, headers=headers), data


@time_machine.travel(NOON, tick=False)
def test_a_note_appears_at_once_and_the_form_is_empty_again(cast: Cast):
    answer, _data = _write(client_of(cast.alice), cast.acme)
    page = answer.content.decode()
    note = Note.objects.get()
    assert answer.status_code == 200
    assert page.lstrip().startswith('<form id="composer"')
    assert {"notes-changed", "tasks-changed"} <= set(json.loads(answer["HX-Trigger"]))
    assert '<textarea class="in" id="note-text"' in page
    assert re.search(r'id="note-text"[^>]*></textarea>', page)
    assert (note.customer, note.author, note.kind) == (cast.acme, "Alice", "call")
    assert note.written_at == NOON
    assert (
        "will pay on Friday"
        in client_of(cast.olga).get(f"/customers/{cast.acme.pk}/timeline/").content.decode()
    )


def test_the_kind_can_come_from_the_link_that_led_here(cast: Cast):
    page = client_of(cast.alice).get(f"/customers/{cast.acme.pk}/?kind=visit").content.decode()
    assert re.findall(r'name="kind" value="(\w+)" checked', page) == ["visit"]
    page = client_of(cast.alice).get(f"/customers/{cast.acme.pk}/?kind=nonsense").content.decode()
    assert re.findall(r'name="kind" value="(\w+)" checked', page) == ["note"]


def test_a_form_sent_twice_is_one_note(cast: Cast):
    client = client_of(cast.alice)
    _answer, data = _write(client, cast.acme)
    again, _data = _write(client, cast.acme, **data)
    assert again.status_code == 200
    assert Note.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"text": "   "}, "Write what was said or seen."),
        ({"text": "x" * 10_001}, "10000"),
        ({"kind": "shouting"}, "shouting"),
        ({"token": "1"}, "UUID"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    cast: Cast, wrong: dict[str, str], word: str
):
    answer, data = _write(client_of(cast.alice), cast.acme, **wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.lstrip().startswith('<form id="composer"')
    assert word in page
    assert data["text"].strip()[:40] in page
    assert not Note.objects.exists()


def test_without_javascript_a_note_is_written_too(cast: Cast):
    client, path = client_of(cast.alice), f"/customers/{cast.acme.pk}/notes/"
    data = {"kind": "visit", "text": "saw the new hall", "token": str(uuid.uuid4())}
    answer = client.post(path, data)
    assert (answer.status_code, answer.url) == (302, f"/customers/{cast.acme.pk}/")
    refused = client.post(path, data | {"text": ""})
    assert refused.status_code == 422
    assert "<html" in refused.content.decode()
    assert "saw the new hall" in refused.content.decode()


def test_notes_are_written_by_who_works_with_the_customer_only(cast: Cast):
    hidden, _data = _write(client_of(cast.wendy), cast.acme)
    absent = client_of(cast.wendy).post("/customers/1000000000/notes/", {"text": "x"})
    assert (hidden.status_code, absent.status_code) == (404, 404)
    refused, _data = _write(client_of(cast.ann), cast.acme)
    assert refused.status_code == 403
    assert "composer" not in client_of(cast.ann).get(f"/customers/{cast.acme.pk}/").content.decode()
    assert not Note.objects.exists()


def test_what_people_typed_stays_text(cast: Cast):
    evil = '"><img src=x onerror=alert(1)>'
    _write(client_of(cast.alice), cast.acme, text=evil)
    page = client_of(cast.alice).get(f"/customers/{cast.acme.pk}/timeline/").content.decode()
    assert "<img" not in page
    assert "&lt;img" in page


def test_a_note_for_a_merged_file_is_not_taken_and_leads_to_the_one_that_goes_on(cast: Cast):
    Customer.objects.filter(pk=cast.bolt.pk).update(merged_into=cast.acme)
    answer, _data = _write(client_of(cast.olga), cast.bolt)
    assert (answer.status_code, answer.url) == (302, f"/customers/{cast.acme.pk}/")
    assert not Note.objects.exists()
