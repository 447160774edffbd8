"""What views answer: with htmx toasts and events, without it a way back and a message."""

import json

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from core import htmx


def _request(*, fragment: bool) -> HttpRequest:
    headers = {"HX-Request": "true"} if fragment else {}
    request = RequestFactory().get("/", headers=headers)
    request.htmx = HtmxDetails(request)
    request._messages = CookieStorage(request)
    return request


def test_a_change_is_told_in_a_toast_with_its_events_on_the_body():
    answer = htmx.done(_request(fragment=True), "Done <b>", "a-changed", back="/x/", undo="/undo/")
    page = answer.content.decode()
    assert page.count('<hx-partial hx-target="#toasts" hx-swap="beforeend">') == 1
    assert "Done &lt;b&gt;" in page
    assert 'hx-post="/undo/"' in page
    assert json.loads(answer.headers["HX-Trigger"]) == {"a-changed": {"target": "body"}}


def test_a_saved_drawer_closes_and_may_bring_more_along():
    answer = htmx.drawer_saved(_request(fragment=True), "Saved", "a", back="/", body="<i>more</i>")
    assert list(json.loads(answer.headers["HX-Trigger"])) == ["a", "drawer-close"]
    assert answer.content.decode().startswith("<i>more</i>")
    assert "Undo" not in answer.content.decode()


@pytest.mark.parametrize("make", [htmx.done, htmx.drawer_saved])
def test_without_htmx_one_goes_back_and_is_told_there(make):
    request = _request(fragment=False)
    answer = make(request, "Saved", "a-changed", back="/x/", undo="/undo/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/x/")
    [message] = get_messages(request)
    assert (message.message, message.extra_tags) == ("Saved", "/undo/")


def test_a_refusal_stays_and_is_no_success():
    answer = htmx.refused(_request(fragment=True), "No", back="/x/")
    assert answer.status_code == 422
    assert "toast-bad" in answer.content.decode()
    request = _request(fragment=False)
    assert htmx.refused(request, "No", back="/x/").headers["Location"] == "/x/"
    assert [message.level_tag for message in get_messages(request)] == ["error"]


def test_a_change_of_the_whole_page_loads_it_anew():
    for fragment, header in ((True, "HX-Redirect"), (False, "Location")):
        request = _request(fragment=fragment)
        assert htmx.reload_at(request, "/x/", "Saved").headers[header] == "/x/"
        assert [str(message) for message in get_messages(request)] == ["Saved"]
