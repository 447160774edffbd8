"""What is done to several customers of the list at once."""

import re

import pytest
from django.test import Client

from customers import services
from customers.models import Customer
from tests.cast import Cast, make_customer
from workspace.views import bulk

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
URL = "/customers/bulk/"


def _client(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def _manager_of(customer: Customer) -> str | None:
    return Customer.objects.get(pk=customer.pk).account_manager.username


def test_the_act_asks_first_then_is_done_and_can_be_undone(cast: Cast):
    client = _client(cast.olga)
    chosen = {"act": "assign", "ids": [cast.acme.pk, cast.wolf.pk]}
    asked = client.post(URL, chosen, headers=HTMX).content.decode()
    assert asked.lstrip().startswith("<form")
    assert "For 1 customer." in asked  # Wolf is out of Olga's sight
    assert "Bob · Unit EAST-1" in asked
    assert "Wendy" not in asked

    answer = client.post(URL, {**chosen, "ready": "1", "manager": cast.bob.pk}, headers=HTMX)
    page = answer.content.decode()
    assert "1 customer is now with Bob." in page
    assert '"customers-changed"' in answer.headers["HX-Trigger"]
    assert '"drawer-close"' in answer.headers["HX-Trigger"]
    assert _manager_of(cast.acme) == "bob"
    assert _manager_of(cast.wolf) == "wendy"

    undo = re.search(r'hx-post="([^"]*)"', page).group(1).replace("&amp;", "&")
    assert "Undone." in client.post(undo, headers=HTMX).content.decode()
    assert _manager_of(cast.acme) == "alice"


def test_it_works_without_javascript(cast: Cast):
    client = _client(cast.olga)
    page = client.post(URL, {"act": "tag", "ids": [cast.acme.pk]}).content.decode()
    assert "<html" in page
    answer = client.post(
        URL,
        {"act": "tag", "ids": [cast.acme.pk], "ready": "1", "tag": "fair", "filter": "q=A"},
        follow=True,
    )
    assert answer.redirect_chain == [("/customers/?q=A", 302)]
    assert "1 customer changed." in answer.content.decode()
    assert Customer.objects.get(pk=cast.acme.pk).tags == ["fair"]


@pytest.mark.parametrize(("filters", "tagged"), [("", {"ACME", "BOLT"}), ("q=bolt", {"BOLT"})])
def test_all_means_what_the_filter_leaves_of_what_one_sees(cast: Cast, filters: str, tagged: set):
    data = {"act": "tag", "all": "1", "filter": filters, "ready": "1", "tag": "fair"}
    assert _client(cast.bruno).post(URL, data, headers=HTMX).status_code == 200
    found = Customer.objects.filter(tags__contains=["fair"]).values_list("code", flat=True)
    assert set(found) == tagged


def test_a_tag_comes_off_and_undo_puts_it_back(cast: Cast):
    Customer.objects.filter(pk=cast.acme.pk).update(tags=["fair"])
    client = _client(cast.alice)
    data = {"act": "untag", "ids": [cast.acme.pk], "ready": "1", "tag": "fair"}
    page = client.post(URL, data, headers=HTMX).content.decode()
    assert Customer.objects.get(pk=cast.acme.pk).tags == []
    client.post(re.search(r'hx-post="([^"]*)"', page).group(1).replace("&amp;", "&"), headers=HTMX)
    assert Customer.objects.get(pk=cast.acme.pk).tags == ["fair"]


def test_nobody_undoes_what_another_did_and_nothing_forged(cast: Cast):
    data = {"act": "tag", "ids": [cast.acme.pk], "ready": "1", "tag": "fair"}
    page = _client(cast.alice).post(URL, data, headers=HTMX).content.decode()
    undo = re.search(r'hx-post="([^"]*)"', page).group(1).replace("&amp;", "&")
    for person, url in ((cast.olga, undo), (cast.alice, f"{undo}x"), (cast.alice, URL + "undo/")):
        answer = _client(person).post(url, headers=HTMX)
        assert "too late" in answer.content.decode()
    assert Customer.objects.get(pk=cast.acme.pk).tags == ["fair"]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ({"manager": "x"}, "Select a valid choice"),
        ({"manager": ""}, "required"),
        ({"manager": "wendy"}, "Select a valid choice"),
    ],
)
def test_a_wrong_manager_is_answered_with_the_form(cast: Cast, data: dict, what: str):
    if data["manager"] == "wendy":
        data = {"manager": cast.wendy.pk}
    sent = {"act": "assign", "ids": [cast.acme.pk], "ready": "1", **data}
    answer = _client(cast.olga).post(URL, sent, headers=HTMX)
    assert answer.status_code == 422
    assert what in answer.content.decode()
    assert _manager_of(cast.acme) == "alice"


@pytest.mark.parametrize("tag", ["a;b", "a, b", "a、b", "，"])
def test_a_tag_is_one_tag(cast: Cast, tag: str):
    sent = {"act": "tag", "ids": [cast.acme.pk], "ready": "1", "tag": tag}
    answer = _client(cast.olga).post(URL, sent, headers=HTMX)
    assert answer.status_code == 422
    assert "One tag at a time" in answer.content.decode()


def test_a_rule_that_says_no_is_told_in_the_form(cast: Cast):
    full = [f"t{number}" for number in range(services.MOST_TAGS)]
    Customer.objects.filter(pk=cast.acme.pk).update(tags=full)
    sent = {"act": "tag", "ids": [cast.acme.pk], "ready": "1", "tag": "one more"}
    answer = _client(cast.olga).post(URL, sent, headers=HTMX)
    assert answer.status_code == 422
    assert "at most 20 tags" in answer.content.decode()


def test_an_undo_that_a_rule_forbids_by_now_is_refused_in_words(cast: Cast):
    Customer.objects.filter(pk=cast.acme.pk).update(tags=["fair"])
    client = _client(cast.olga)
    sent = {"act": "untag", "ids": [cast.acme.pk], "ready": "1", "tag": "fair"}
    page = client.post(URL, sent, headers=HTMX).content.decode()
    full = [f"t{number}" for number in range(services.MOST_TAGS)]
    Customer.objects.filter(pk=cast.acme.pk).update(tags=full)
    undo = re.search(r'hx-post="([^"]*)"', page).group(1).replace("&amp;", "&")
    answer = client.post(undo, headers=HTMX)
    assert answer.status_code == 422
    assert "at most 20 tags" in answer.content.decode()


def test_as_many_as_may_be_changed_at_once_can_also_be_selected(cast: Cast):
    """Each is a field of the form; and a number of 5,000 digits is nobody's."""
    ids = [*range(10**9, 10**9 + services.MOST_AT_ONCE - 2), "9" * 5000, cast.acme.pk]
    answer = _client(cast.olga).post(URL, {"act": "tag", "ids": ids}, headers=HTMX)
    assert answer.status_code == 200
    assert "For 1 customer." in answer.content.decode()


def test_nothing_selected_and_too_many_are_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    client = _client(cast.olga)
    answer = client.post(URL, {"act": "tag", "ids": [cast.wolf.pk, "x"]}, headers=HTMX)
    assert answer.status_code == 422
    assert "select again" in answer.content.decode()
    monkeypatch.setattr(services, "MOST_AT_ONCE", 1)
    answer = client.post(URL, {"act": "tag", "all": "1"}, headers=HTMX)
    assert answer.status_code == 422
    assert "At most 1 customers at once" in answer.content.decode()
    monkeypatch.setattr(services, "MOST_MOVED", 1)
    monkeypatch.setattr(services, "MOST_AT_ONCE", 2)
    for act, status in (("assign", 422), ("tag", 200)):
        assert client.post(URL, {"act": act, "all": "1"}, headers=HTMX).status_code == status


def test_many_changes_have_no_undo(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bulk, "_UNDO_UP_TO", 1)
    data = {"act": "tag", "all": "1", "ready": "1", "tag": "fair"}
    assert "Undo" not in _client(cast.olga).post(URL, data, headers=HTMX).content.decode()


def test_the_selected_are_exported_and_no_other(cast: Cast):
    make_customer("C-3", cast.east_outlet, cast.alice)
    answer = _client(cast.alice).post(
        URL, {"act": "export", "ids": [cast.acme.pk, cast.bolt.pk, cast.wolf.pk]}
    )
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert [line.split(",")[0] for line in text.splitlines()[1:]] == ["ACME"]


@pytest.mark.parametrize(
    ("person", "buttons"),
    [
        ("alice", ["tag", "untag", "export"]),
        ("olga", ["assign", "handover", "pool", "tag", "untag", "export"]),
        ("fiona", ["export"]),
        ("ann", ["export"]),
        ("sam", []),
    ],
)
def test_everyone_is_offered_what_they_may_do(cast: Cast, person: str, buttons: list[str]):
    page = _client(getattr(cast, person)).get("/customers/").content.decode()
    assert re.findall(r'name="act" value="(\w+)"', page) == buttons
    assert ('name="ids"' in page) is bool(buttons)
