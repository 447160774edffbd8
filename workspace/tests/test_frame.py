"""The frame around every page."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client, override_settings
from django.utils import timezone

from core import nights
from engagement.models import Alert
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


@pytest.mark.parametrize(("number", "told"), [(0, []), (1, ["1"]), (99, ["99"]), (100, ["99+"])])
def test_the_side_bar_tells_how_much_waits(cast: Cast, number: int, told: list[str]):
    today = timezone.localdate()
    Alert.objects.bulk_create(
        Alert(
            key=f"k{n}", kind="payment_due", customer=cast.acme, subject=f"L{n}",
            severity="high", opened_on=today, due_on=today,
        )
        for n in range(number)
    )  # fmt: skip
    side = _page(cast.alice, "/preferences/").split('<div class="panel">')[0]
    assert re.findall(r'class="n n-bad"[^>]*>([^<]*)<', side) == told
    assert 'class="n n-bad"' not in _page(cast.wendy, "/preferences/")
    client = Client()
    client.force_login(cast.alice)
    again = client.get("/waiting/", headers={"HX-Request": "true"}).content.decode()
    assert re.findall(r'class="n n-bad"[^>]*>([^<]*)<', again) == told


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/nowhere/", 404, "Not found"),
        ("/customers/export/", 403, "an administrator to change your role"),
    ],
)
def test_errors_answer_htmx_with_their_words_alone(cast: Cast, path: str, status: int, said: str):
    client = Client()
    client.force_login(cast.sam)
    answer = client.get(path, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert answer.status_code == status
    assert page.lstrip().startswith('<div class="empty" role="alert">')
    assert said in page
    assert "<html" in client.get(path).content.decode()


def test_pages_vary_by_what_they_are_made_from(cast: Cast):
    client = Client()
    client.force_login(cast.alice)
    varied = client.get("/customers/").headers["Vary"]
    assert {"HX-Request", "Cookie", "Accept-Language"} <= set(varied.split(", "))


def test_single_letters_can_be_turned_off(cast: Cast):
    assert 'data-letters="off"' not in _page(cast.alice, "/customers/")
    client = Client()
    client.force_login(cast.alice)
    data = {"language": "en", "theme": "auto", "density": "comfortable"}
    assert client.post("/preferences/", data).status_code == 302
    page = client.get("/customers/").content.decode()
    assert 'data-letters="off"' in page
    assert "turned off in your preferences" in page


def test_the_language_chosen_on_any_page_stays(cast: Cast):
    client = Client()
    client.force_login(cast.alice)
    client.post("/language/", {"language": "zh-hans"})
    assert '<html lang="zh-hans"' in client.get("/preferences/").content.decode()


def test_a_change_made_without_javascript_can_be_undone_on_the_next_page(cast: Cast):
    client = Client()
    client.force_login(cast.alice)
    client.post(
        "/customers/bulk/", {"act": "tag", "ids": [cast.acme.pk], "ready": "1", "tag": "fair"}
    )
    page = client.get("/preferences/").content.decode()
    toast = page[page.index('id="toasts"') :]
    undo = re.search(r'action="([^"]*)"', toast).group(1).replace("&amp;", "&")
    client.post(undo)
    cast.acme.refresh_from_db()
    assert cast.acme.tags == []


@pytest.mark.parametrize("person", ["alice", "adam"])
def test_the_components_page_is_for_administrators_and_the_demonstration(cast: Cast, person: str):
    client = Client()
    client.force_login(getattr(cast, person))
    answer = client.get("/components/")
    assert answer.status_code == (200 if person == "adam" else 403)
    with override_settings(DEBUG=True):
        assert client.get("/components/").status_code == 200
    if person == "adam":
        page = answer.content.decode()
        assert "One zero too many?" in page
        assert "3 reminders are done." in page


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
