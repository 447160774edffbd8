"""Uploads are read before the request's transaction, and what is too large not at all."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.test import Client, RequestFactory

from core.uploads import UploadMiddleware, is_too_large


class Somebody:
    is_authenticated = True


class Nobody:
    is_authenticated = False


def sent(size: int = 10, user: object = None) -> HttpRequest:
    file = SimpleUploadedFile("table.csv", b"x" * size)
    request = RequestFactory().post("/imports/", {"file": file})
    request.user = user or Somebody()
    return request


def was_read(request: HttpRequest) -> bool:
    """Whether the form stands in memory when the view's transaction would begin."""
    seen = []

    def view(given: HttpRequest) -> HttpResponse:
        seen.append(hasattr(given, "_files"))
        return HttpResponse()

    UploadMiddleware(view)(request)
    return seen == [True]


def test_a_form_with_a_file_is_read_first():
    assert was_read(sent())


def test_of_somebody_who_is_not_signed_in_nothing_is_read():
    assert not was_read(sent(user=Nobody()))


@pytest.mark.parametrize(("size", "read"), [(1024 * 1024, True), (1_200_000, False)])
def test_what_is_larger_than_the_limit_is_not_read(settings, size: int, read: bool):
    settings.UPLOAD_MAX_MB = 1
    request = sent(size)
    assert is_too_large(request) != read
    assert was_read(request) == read


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/sign-in/", "/nowhere/"])
def test_what_is_too_large_is_refused_on_every_page(settings, client: Client, path: str):
    settings.UPLOAD_MAX_MB = 1
    file = SimpleUploadedFile("table.csv", b"x" * 1_200_000)
    assert client.post(path, {"file": file}).status_code == 413


def test_a_length_that_is_no_number_counts_as_too_large():
    assert is_too_large(RequestFactory().get("/", headers={"Content-Length": "many"}))


def test_other_requests_pass_untouched():
    request = RequestFactory().post("/", {"a": "b"}, content_type="application/json")
    request.user = Somebody()
    assert not was_read(request)


def test_a_browser_that_goes_away_in_the_middle_is_no_error_of_ours(monkeypatch):
    class Broken:
        def get(self, _name: str) -> None:
            raise UnreadablePostError("gone")

    request = sent()
    monkeypatch.setattr(type(request), "POST", Broken())
    answer = UploadMiddleware(lambda _request: HttpResponse())(request)
    assert answer.status_code == 400
