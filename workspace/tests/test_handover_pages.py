"""Handovers as people meet them: from the list, from a book, the checklist, who is kept out."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from customers.models import Contact, Customer, Handover, Share
from engagement.models import Note, Task
from organization.models import User
from tests.cast import Cast, make_customer
from tests.pages import client_of, text_of
from workspace.handover.services import carry_out_due

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
TERMS = {"reason": "Alice goes north", "keeps_helpers": "on"}


@pytest.fixture
def known(cast: Cast) -> Cast:
    """Acme has a contact, an old note of Alice's and a task of hers."""
    Contact.objects.create(customer=cast.acme, name="Mr. Wu")
    written = timezone.now() - 400 * DAY
    Note.objects.create(
        note_no="N1", customer=cast.acme, author="alice", written_at=written, text="Old"
    )
    Task.objects.create(
        customer=cast.acme, assignee=cast.alice, due_on=timezone.localdate(), title="Call"
    )
    return cast


def terms(receiver: User, **changed: str) -> dict[str, str]:
    today = timezone.localdate().isoformat()
    return {"receiver": str(receiver.pk), "effective_on": today, **TERMS, **changed}


def chosen(client: Client, *customers: Customer, **data: str):
    ids = [str(customer.pk) for customer in customers]
    return client.post("/customers/bulk/", {"act": "handover", "ids": ids, **data})


def test_the_form_says_what_goes_along(known: Cast):
    page = chosen(client_of(known.olga), known.acme).content.decode()
    for label in ("Contacts", "Open tasks", "Notes and visits"):
        assert f"<dt>{label}</dt>" in page
    assert "1 customer goes" in page
    assert "Survey answers" not in page  # there are none


def test_chosen_customers_go_with_their_tasks_and_notes_stay_as_written(known: Cast):
    before = Note.objects.values().get()
    answer = chosen(client_of(known.olga), known.acme, ready="1", **terms(known.bob))
    assert answer.status_code == 302
    assert Customer.objects.get(code="ACME").account_manager == known.bob
    assert Task.objects.get().assignee == known.bob
    assert Note.objects.values().get() == before


def test_a_whole_book_asks_for_the_name_and_then_goes(known: Cast):
    client = client_of(known.olga)
    url = "/ownership/handovers/new/?manager=alice"
    assert client.post(url, terms(known.bob, typed="Somebody")).status_code == 422
    assert client.post(url, terms(known.bob, typed="Alice")).status_code == 302
    assert Customer.objects.get(code="ACME").account_manager == known.bob


def test_what_is_planned_is_done_by_the_clock_on_its_day(known: Cast):
    later = timezone.localdate() + 2 * DAY
    wanted = terms(known.bob, effective_on=later.isoformat())
    chosen(client_of(known.olga), known.acme, ready="1", **wanted)
    now = timezone.now()
    assert carry_out_due(now + 1 * DAY) == 0
    assert Customer.objects.get(code="ACME").account_manager == known.alice
    assert carry_out_due(now + 2 * DAY) == 1
    assert carry_out_due(now + 2 * DAY) == 0
    assert Customer.objects.get(code="ACME").account_manager == known.bob
    assert Task.objects.get().assignee == known.bob


def test_the_receiver_ticks_off_the_checklist(known: Cast):
    chosen(client_of(known.olga), known.acme, ready="1", **terms(known.bob))
    handover = Handover.objects.get()
    url = f"/ownership/handovers/{handover.pk}/"
    client = client_of(known.bob)
    assert "Accept all" in client.get(url).content.decode()
    assert "Accept all" not in client_of(known.olga).get(url).content.decode()
    answer = client.post(f"{url}accept/", {"customer": known.acme.pk, "remark": "Met Mr. Wu"})
    assert answer.status_code == 302
    page = client.get(url).content.decode()
    assert "Met Mr. Wu" in page
    assert "Accept all" not in page


def test_nobody_else_finds_the_handover(known: Cast):
    chosen(client_of(known.olga), known.acme, ready="1", **terms(known.bob))
    url = f"/ownership/handovers/{Handover.objects.get().pk}/"
    for person in (known.wendy, known.walter):
        assert client_of(person).get(url).status_code == 404
        assert client_of(person).post(f"{url}accept/").status_code == 404


def test_the_former_manager_reads_until_the_day_everywhere_and_changes_nothing(known: Cast):
    today = timezone.localdate().isoformat()
    chosen(client_of(known.olga), known.acme, ready="1", **terms(known.bob, read_until=today))
    client = client_of(known.alice)
    file = f"/customers/{known.acme.pk}/"
    readable = (file, f"{file}notes/", f"{file}contacts/")
    assert [client.get(url).status_code for url in readable] == [200, 200, 200]
    assert known.acme.name in client.get("/customers/").content.decode()
    page = text_of(client.get(file))
    assert "may only read" in page
    assert "Log visit" not in page
    assert client.post(f"{file}notes/", {"text": "mine"}).status_code == 404
    assert client.post(f"{file}edit/", {"name": "Mine"}).status_code == 404
    assert Note.objects.count() == 1

    Share.objects.update(until=timezone.localdate() - DAY)  # the day after, in an open browser
    assert [client.get(url).status_code for url in readable] == [404, 404, 404]
    assert known.acme.name not in client.get("/customers/").content.decode()
    assert known.acme.name not in client.get("/search/?q=Customer").content.decode()
    export = b"".join(client.get("/customers/export/").streaming_content).decode()
    assert known.acme.code not in export


def test_books_of_people_who_left_are_shown_to_their_head(known: Cast):
    User.objects.filter(pk=known.alice.pk).update(is_active=False)
    title = "Books of people who left"
    assert title in client_of(known.olga).get("/ownership/").content.decode()
    for person in (known.walter, known.bob):
        assert title not in client_of(person).get("/ownership/").content.decode()


def test_a_planned_handover_is_called_off(known: Cast):
    later = (timezone.localdate() + DAY).isoformat()
    client = client_of(known.olga)
    chosen(client, known.acme, ready="1", **terms(known.bob, effective_on=later))
    handover = Handover.objects.get()
    client.post(f"/ownership/handovers/{handover.pk}/withdraw/")
    assert carry_out_due(timezone.now() + 3 * DAY) == 0
    assert Customer.objects.get(code="ACME").account_manager == known.alice


def test_the_list_of_handovers_asks_as_much_for_many_as_for_few(
    known: Cast, django_assert_max_num_queries
):
    for number in range(5):
        customer = make_customer(f"N{number}", known.east_outlet, known.alice)
        chosen(client_of(known.olga), customer, ready="1", **terms(known.bob))
    client = client_of(known.olga)
    with django_assert_max_num_queries(25):
        client.get("/ownership/")
