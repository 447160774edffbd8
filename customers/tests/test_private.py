"""Restricted details: nobody reads them in passing, and whoever does is on record."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from conftest import as_role
from core.context import acting
from core.errors import RefusedError
from core.models import History
from customers.models import OPEN_MINUTES, Contact, Opening, PrivateDetails
from customers.services.private import open_details, opened_details, write_details
from tests.cast import Cast
from tests.pages import client_of, text_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
TOLD = {name: f"told-{name}" for name in PrivateDetails.FACTS}


@pytest.fixture
def contact(cast: Cast) -> Contact:
    """Somebody at Acme, with something in every restricted field."""
    contact = Contact.objects.create(customer=cast.acme, name="Li")
    PrivateDetails.objects.create(contact=contact, customer=cast.acme, **TOLD)
    Contact.objects.filter(pk=contact.pk).update(private_facts=len(TOLD))
    return contact


def at(contact: Contact, page: str = "") -> str:
    return f"/customers/{contact.customer_id}/contacts/{contact.pk}/{page}"


def test_they_open_with_a_reason_and_the_opening_is_seen_by_the_head(cast: Cast, contact: Contact):
    alice = client_of(cast.alice)
    assert "told-" not in alice.get(at(contact)).content.decode()
    assert alice.post(at(contact, "open/"), {"reason": ""}, headers=HTMX).status_code == 422
    shown = alice.post(at(contact, "open/"), {"reason": "dinner on Friday"}, headers=HTMX)
    assert all(word in shown.content.decode() for word in TOLD.values())
    opening = Opening.objects.get()
    assert (opening.user, opening.reason) == (cast.alice, "dinner on Friday")
    assert "Alice dinner on Friday" in text_of(client_of(cast.olga).get(at(contact)))
    assert "no-store" in shown["Cache-Control"]


def test_a_head_reads_the_openings_of_the_unit_and_nobody_elses(cast: Cast, contact: Contact):
    open_details(contact, reason="dinner on Friday", at=timezone.now(), actor=cast.alice)
    page = text_of(client_of(cast.bruno).get("/customers/openings/"))
    assert "Li Customer ACME Alice dinner on Friday" in page
    assert "Nobody has looked" in text_of(client_of(cast.walter).get("/customers/openings/"))


def test_without_htmx_one_is_led_there_and_without_an_opening_back(cast: Cast, contact: Contact):
    alice = client_of(cast.alice)
    assert alice.get(at(contact, "private/"))["Location"] == at(contact, "open/")
    answer = alice.post(at(contact, "open/"), {"reason": "dinner on Friday"})
    assert answer["Location"] == at(contact, "private/")
    assert "told-family" in alice.get(at(contact, "private/")).content.decode()


def test_they_close_again_by_themselves(cast: Cast, contact: Contact):
    now = timezone.now()
    begun = now - dt.timedelta(minutes=OPEN_MINUTES, seconds=1)
    open_details(contact, reason="long ago", at=begun, actor=cast.alice)
    assert opened_details(contact, at=now, actor=cast.alice) is None
    with pytest.raises(RefusedError, match="closed again"):
        write_details(contact, TOLD, at=now, actor=cast.alice)


def test_opened_by_one_they_stay_closed_to_all_others(cast: Cast, contact: Contact):
    open_details(contact, reason="dinner", at=timezone.now(), actor=cast.alice)
    assert client_of(cast.olga).get(at(contact, "private/")).status_code == 302


@pytest.mark.parametrize("who", ["fiona", "sam", "ann", "adam"])
def test_finance_agents_analysts_and_administrators_do_not_open_them(
    cast: Cast, contact: Contact, who: str
):
    person = getattr(cast, who)
    client = client_of(person)
    assert client.get(at(contact, "open/")).status_code == 403
    assert client.post(at(contact, "open/"), {"reason": "curious"}).status_code == 403
    with pytest.raises(RefusedError):
        open_details(contact, reason="curious", at=timezone.now(), actor=person)
    assert not Opening.objects.exists()


def test_the_database_shows_them_to_nobody_who_has_not_opened_them(cast: Cast, contact: Contact):
    def read(user_id: int) -> int:
        with acting(user_id=user_id, actor="x"), as_role("crm_app"):
            return PrivateDetails.objects.count()

    assert read(cast.alice.pk) == 0
    assert read(cast.greta.pk) == 0
    open_details(contact, reason="dinner", at=timezone.now(), actor=cast.alice)
    assert read(cast.alice.pk) == 1
    assert read(cast.olga.pk) == 0
    Contact.objects.filter(pk=contact.pk).update(customer=cast.wolf)
    assert read(cast.alice.pk) == 0  # the customer is out of sight, whatever was opened


def test_openings_are_only_added_and_only_ones_own(cast: Cast, contact: Contact):
    opening = open_details(contact, reason="dinner", at=timezone.now(), actor=cast.alice)
    mine = Opening.objects.filter(pk=opening.pk)
    foreign = {"contact": contact, "customer": cast.acme, "user": cast.bob, "reason": "x"}
    for change in (
        lambda: mine.update(reason="nothing"),
        lambda: mine._raw_delete("default"),
        lambda: Opening.objects.create(**foreign, opened_at=timezone.now()),
    ):
        with (
            acting(user_id=cast.alice.pk, actor="alice"),
            as_role("crm_app"),
            pytest.raises(DatabaseError, match=r"permission denied|row-level security"),
            transaction.atomic(),
        ):
            change()


def test_the_history_says_that_they_changed_and_not_how(cast: Cast, contact: Contact):
    alice = client_of(cast.alice)
    alice.post(at(contact, "open/"), {"reason": "dinner on Friday"})
    said = TOLD | {"hobbies": "told-fishing", "reach": ""}
    assert alice.post(at(contact, "private/"), said).status_code == 302
    assert PrivateDetails.objects.get().hobbies == "told-fishing"
    contact.refresh_from_db()
    assert contact.private_facts == 5
    records = History.objects.filter(table_name="customers_privatedetails")
    assert {"hobbies", "reach"} == set(records.order_by("-pk").first().changes)
    assert "told-" not in str(list(records.values_list("changes", flat=True)))
    assert "•••" in text_of(alice.get(f"/customers/{cast.acme.pk}/history/"))
