"""The page of one waybill, and what the section says of months that were stated anew."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from core.context import acting
from core.models import Version
from shipments.services import Event, load_events
from shipments.tests.make import at, load, waybill
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def address(cast: Cast, number: str = "W/1 x", customer: str = "acme") -> str:
    return reverse("waybill", args=[getattr(cast, customer).pk, number])


@pytest.fixture
def client(cast: Cast) -> Client:
    """Alice, whose customer has one waybill with two events."""
    load(waybill("W/1 x", cast.acme, "2026-02-01 10:00", promised_at="2026-02-02"))
    load_events(
        [
            Event("W/1 x", "reached", at("2026-02-01 20:00"), stage="line_haul", place="Hangzhou"),
            Event("W/1 x", "exception", at("2026-02-02 09:00"), exception="delay", note="<Rain>"),
            Event("W/1 x", "delivered", at("2026-02-03 11:00"), unit_id=cast.east_outlet.pk),
        ]
    )
    client = Client()
    client.force_login(cast.alice)
    return client


def test_the_page_tells_the_way_latest_first(cast: Cast, client: Client):
    page = client.get(address(cast)).content.decode()
    places = [page.index(text) for text in ("Unit EAST-1", "&lt;Rain&gt;", "Hangzhou")]
    assert places == sorted(places)
    assert "later than promised" in page
    drawer = client.get(address(cast), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in drawer
    assert "Line haul" in drawer
    section = client.get(reverse("customer_section", args=[cast.acme.pk, "waybills"]))
    assert address(cast) in section.content.decode()


def test_a_waybill_of_another_is_as_one_that_does_not_exist(cast: Cast, client: Client):
    load(waybill("W2", cast.wolf, "2026-02-01 10:00"), waybill("W3", cast.bolt, "2026-02-01 10:00"))
    tried = [("W2", "wolf"), ("W2", "acme"), ("W3", "acme"), ("W9", "acme")]
    answers = [client.get(address(cast, *each)) for each in tried]
    assert {answer.status_code for answer in answers} == {404}


def test_the_section_says_which_published_months_changed_and_why(cast: Cast, client: Client):
    Version.objects.create(business_date=dt.date(2026, 2, 28), status="published", is_current=True)
    section = reverse("customer_section", args=[cast.acme.pk, "waybills"])
    assert "Published months that changed" not in client.get(section).content.decode()
    with acting(actor="api:dispatch"):
        for number in ("W5", "W6"):
            load(waybill(number, cast.acme, "2026-02-05 10:00", revenue=Decimal("7.25")))
    page = client.get(section).content.decode()
    assert "Published months that changed" in page
    assert "February 2026" in page
    assert "Late waybills" in page
    assert "14.50" in page  # both together
    assert "System dispatch" in page
