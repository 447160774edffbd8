"""Saved views, chosen columns, filters in force: how one person looks at the customer list."""

import datetime as dt
import re
import threading

import pytest
from django.db import connection
from django.test import Client

from customers.models import Customer
from organization.models import User
from tests.cast import Cast, make_customer
from workspace.models import ListColumns, SavedView
from workspace.tests.make import Night, publish

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NEW = "/customers/views/new/"


def _client(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def _save(client: Client, name: str, query: str = "", **data: str) -> SavedView:
    answer = client.post(f"{NEW}?{query}", {"name": name, **data})
    assert answer.status_code == 302
    return SavedView.objects.latest("pk")


def test_a_view_is_saved_shown_as_a_tab_and_found_again(cast: Cast):
    client = _client(cast.olga)
    view = _save(client, "Bolts", "status=active&q=BOLT&nonsense=1&after=x")
    assert view.query == "q=BOLT&status=active"
    page = client.get(f"/customers/?view={view.pk}&{view.query}").content.decode()
    tabs = page[page.index('id="views"') : page.index("</nav>", page.index('id="views"'))]
    assert re.findall(r'aria-current="page">([^<]*)', tabs) == ["Bolts "]
    assert "Save view" not in tabs
    assert "Customer BOLT" in page
    assert "Customer ACME" not in page


def test_a_changed_view_can_be_kept_saved_as_another_or_reverted(cast: Cast):
    client = _client(cast.olga)
    view = _save(client, "Bolts", "q=BOLT")
    page = client.get(f"/customers/?view={view.pk}&q=BO").content.decode()
    assert f'action="/customers/views/{view.pk}/?q=BO"' in page
    assert f'href="{NEW}?q=BO"' in page
    assert f'href="/customers/?view={view.pk}&amp;q=BOLT"' in page
    answer = client.post(f"/customers/views/{view.pk}/?q=BO", {"keep": "1"}, headers=HTMX)
    assert answer.headers["HX-Redirect"] == f"/customers/?view={view.pk}&q=BO"
    view.refresh_from_db()
    assert view.query == "q=BO"


def test_the_usual_order_is_no_change_another_one_is(cast: Cast):
    client = _client(cast.olga)
    assert "Save view" not in client.get("/customers/?sort=code").content.decode()
    assert "Save view" in client.get("/customers/?sort=-code").content.decode()


def test_a_view_that_kept_the_usual_order_is_not_changed_for_ever(cast: Cast):
    client = _client(cast.olga)
    view = _save(client, "Bolts", "q=BOLT&sort=code")
    address = f"/customers/?view={view.pk}&{view.query}"
    assert "Save view" not in client.get(address).content.decode()


def test_a_view_is_renamed_pinned_and_deleted(cast: Cast):
    client = _client(cast.olga)
    view = _save(client, "Bolts", "q=BOLT")
    client.post(f"/customers/views/{view.pk}/", {"name": "Screws", "pinned": "on"})
    side = client.get("/preferences/").content.decode()
    assert "Screws" in side
    counted = client.get("/customers/views/pinned/", headers=HTMX).content.decode()
    assert re.findall(r'class="n">(\d+)<', counted) == ["1"]
    client.post(f"/customers/views/{view.pk}/", {"delete": "1"})
    assert not SavedView.objects.exists()
    assert "Screws" not in client.get("/preferences/").content.decode()


def test_enter_in_the_name_of_a_view_saves_and_does_not_delete(cast: Cast):
    """Browsers press the first submit button of a form."""
    client = _client(cast.olga)
    view = _save(client, "Bolts", "q=BOLT")
    page = client.get(f"/customers/views/{view.pk}/", headers=HTMX).content.decode()
    first, second = re.findall(r'<button type="submit"[^>]*>', page)
    assert 'name="delete"' not in first
    assert 'name="delete"' in second


def test_views_belong_to_one_person(cast: Cast):
    view = _save(_client(cast.olga), "Bolts", "q=BOLT", pinned="on")
    other = _client(cast.bruno)
    for method in (other.get, other.post):
        assert method(f"/customers/views/{view.pk}/").status_code == 404
    page = other.get(f"/customers/?view={view.pk}").content.decode()
    assert "Bolts" not in page


def test_a_name_is_given_once_and_twenty_views_are_enough(cast: Cast):
    client = _client(cast.olga)
    _save(client, "Bolts")
    answer = client.post(NEW, {"name": "Bolts"}, headers=HTMX)
    assert answer.status_code == 422
    assert "You have a view of this name." in answer.content.decode()
    SavedView.objects.bulk_create(SavedView(user=cast.olga, name=f"v{n}") for n in range(19))
    assert "You have 20 views" in client.post(NEW, {"name": "One more"}).content.decode()
    _save(_client(cast.bruno), "Bolts")  # others are free to call theirs the same


def _heads(page: str) -> list[str]:
    row = page[page.index("<thead>") : page.index("</thead>")]
    return [re.sub(r"<[^>]*>", "", head).strip() for head in re.findall(r"<th scope.*?</th>", row)]


def test_one_chooses_columns_and_row_height(cast: Cast):
    client = _client(cast.olga)
    assert "Tier" in _heads(client.get("/customers/").content.decode())
    answer = client.post(
        "/customers/columns/?q=A",
        {"columns": ["industry", "code"], "density": "compact"},
        headers=HTMX,
    )
    assert answer.headers["HX-Redirect"] == "/customers/?q=A"
    page = client.get("/customers/").content.decode()
    assert _heads(page) == ["Customer", "Code", "Industry"]
    assert 'data-density="compact"' in page
    assert _heads(_client(cast.bruno).get("/customers/").content.decode()) != _heads(page)
    assert User.objects.get(pk=cast.olga.pk).density == "compact"


def test_the_margin_is_offered_to_those_who_may_see_it_only(cast: Cast):
    publish([Night(cast.acme, "100.00")])
    for person, offered in ((cast.olga, True), (cast.sam, False)):
        client = _client(person)
        assert ("margin" in client.get("/customers/columns/").content.decode()) is offered
        ListColumns.objects.create(user=person, columns=["margin", "code"])
        assert ("Margin 12 m" in _heads(client.get("/customers/").content.decode())) is offered
    answer = _client(cast.sam).post(
        "/customers/columns/", {"columns": ["margin"], "density": "compact"}
    )
    assert answer.status_code == 422


def test_every_column_shows_something_for_every_customer(cast: Cast):
    publish([Night(cast.acme, "100.00", "80", {"CNY": "5"}, dt.date(2026, 3, 1))])
    client = _client(cast.olga)
    page = client.get("/customers/columns/").content.decode()
    names = re.findall(r'name="columns" value="(\w+)"', page)
    assert len(names) == 25
    ListColumns.objects.create(user=cast.olga, columns=names)
    page = client.get("/customers/").content.decode()
    assert len(_heads(page)) == 26
    assert re.findall(r'<td class="c-\w+[^"]*"></td>', page.split("<tfoot")[0]) == []


def test_chips_name_the_filters_and_lead_to_the_list_without_them(cast: Cast):
    page = _client(cast.olga).get("/customers/?tier=large&unit=EAST-1&q=A").content.decode()
    chips = page[page.index('id="fchips"') : page.index('class="menu fmenu"')]
    assert re.findall(r"<b>([^<]*)</b>", chips) == ["Large", "Unit EAST-1 (EAST-1)"]
    assert 'href="?unit=EAST-1&amp;q=A"' in chips


@pytest.fixture
def owing(cast: Cast) -> Cast:
    make_customer("LATE", cast.east_outlet, cast.alice)
    late = Customer.objects.get(code="LATE")
    publish(
        [
            Night(cast.acme, "1", overdue={"CNY": "5"}),
            Night(late, "2", overdue={"USD": "7"}),
            Night(cast.bolt, "30.50"),
        ],
        dt.date(2026, 3, 31),
    )
    return cast


def test_the_overdue_are_found_in_any_currency(owing: Cast):
    page = _client(owing.olga).get("/customers/?overdue=0&sort=code").content.decode()
    assert re.findall(r'<td class="c-code">([^<]*)<', page) == ["ACME", "LATE"]


def test_the_list_adds_up_what_the_filters_leave(owing: Cast):
    client = _client(owing.olga)
    foot = client.get("/customers/").content.decode().split("<tfoot")[1]
    assert re.findall(r"title=\"([^\"]*)\"", foot)[0] == "¥33.50"
    foot = client.get("/customers/?q=ACME").content.decode().split("<tfoot")[1]
    assert re.findall(r"title=\"([^\"]*)\"", foot)[0] == "¥1.00"


def test_a_tag_is_found_whole(cast: Cast):
    Customer.objects.filter(pk=cast.acme.pk).update(tags=["cold chain"])
    client = _client(cast.olga)
    assert "Customer ACME" in client.get("/customers/?tag=cold%20chain").content.decode()
    assert "Customer ACME" not in client.get("/customers/?tag=cold").content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_saves_of_one_name_at_once_keep_one_view(cast: Cast):
    client, answers, barrier = _client(cast.olga), [], threading.Barrier(2)
    session = client.cookies

    def save() -> None:
        window = Client()
        window.cookies.update(session)
        barrier.wait()
        try:
            answers.append(window.post(NEW, {"name": "Twice"}).status_code)
        finally:
            connection.close()

    for _round in range(6):
        SavedView.objects.all().delete()
        threads = [threading.Thread(target=save) for _window in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert SavedView.objects.filter(user=cast.olga, name="Twice").count() == 1
    assert sorted(answers) == [302] * 6 + [422] * 6
