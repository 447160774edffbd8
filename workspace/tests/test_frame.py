"""The frame around every page."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from core import nights
from tests.cast import Cast
from workspace.tests.make import publish

pytestmark = pytest.mark.django_db
DAY = dt.date(2099, 3, 31)
NEXT_MORNING = dt.datetime(2099, 4, 1, 7, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.fixture(autouse=True)
def living_book(monkeypatch: pytest.MonkeyPatch) -> None:
    """A company at work."""
    monkeypatch.setattr(nights, "is_living_book", lambda _day: True)


def _page(person, path: str) -> str:
    client = Client()
    client.force_login(person)
    return client.get(path).content.decode()


@pytest.mark.parametrize("person", ["greta", "bruno", "adam"])
def test_heads_and_administrators_see_that_a_night_is_missing(cast: Cast, person: str):
    path = "/admin/" if person == "adam" else "/customers/"
    with time_machine.travel(NEXT_MORNING, tick=False):
        publish([], DAY - dt.timedelta(days=1))
        page = _page(getattr(cast, person), path)
        assert "results are missing" in page
        assert "31 Mar 2099" in page
        publish([], DAY)
        assert "results are missing" not in _page(getattr(cast, person), path)


def test_others_are_not_troubled(cast: Cast):
    with time_machine.travel(NEXT_MORNING, tick=False):
        publish([], DAY - dt.timedelta(days=1))
        assert "results are missing" not in _page(cast.alice, "/customers/")


@pytest.mark.parametrize(
    ("person", "links"),
    [("alice", ["/customers/"]), ("greta", ["/customers/"]), ("adam", ["/admin/"])],
)
def test_the_side_bar_leads_where_the_role_may_go(cast: Cast, person: str, links: list[str]):
    page = _page(getattr(cast, person), "/preferences/")
    side = page[page.index('<nav class="nav"') : page.index("</nav>")]
    assert [link for link in ("/customers/", "/admin/") if f'href="{link}"' in side] == links


def test_errors_have_a_page_too(cast: Cast):
    client = Client()
    client.force_login(cast.ann)
    assert "Not found" in client.get("/nowhere/").content.decode()
    refused = client.get(f"/customers/{cast.acme.pk}/edit/")
    assert refused.status_code == 403
    assert "Your role may not do this" in refused.content.decode()
    strict = Client(enforce_csrf_checks=True)
    stale = strict.post("/sign-in/", {"username": "alice", "password": "x"})
    assert stale.status_code == 403
    assert "The page was too old" in stale.content.decode()
