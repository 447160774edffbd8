"""Uploads are read before the request's transaction begins."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.http.request import UnreadablePostError
from django.urls import Resolver404, resolve

FORM_BYTES = 100_000  # what a form with a file may have besides
_MEGABYTE = 1024 * 1024


class UploadMiddleware:
    """Stands before the transaction: a slow upload must not hold one open for minutes.

    Files go to the disk in pieces as they come. What is too large is not read at all: it is refused
    here, as any page would read it to look for the form's token, or by a view that asks
    `is_too_large` first and says so by its attribute `answers_too_large`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Read the form of somebody who is signed in, then answer."""
        is_form = request.content_type == "multipart/form-data"
        if is_form and is_too_large(request):
            return self.get_response(request) if _says_so(request) else HttpResponse(status=413)
        if is_form and request.user.is_authenticated:
            try:
                request.POST.get("")
            except UnreadablePostError:
                return HttpResponseBadRequest()  # the browser went away in the middle
        return self.get_response(request)


@contextmanager
def on_disk(file: Any) -> Iterator[Path]:
    """An uploaded file as one that tables are read from; gone afterwards."""
    with tempfile.NamedTemporaryFile() as copy:
        for piece in file.chunks():
            copy.write(piece)
        copy.flush()
        yield Path(copy.name)


def is_too_large(request: HttpRequest) -> bool:
    """Whether the request says that it is longer than the largest file."""
    try:
        length = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        return True
    return length > settings.UPLOAD_MAX_MB * _MEGABYTE + FORM_BYTES


def _says_so(request: HttpRequest) -> bool:
    """Whether the view answers by itself what is too large."""
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return False
    return bool(getattr(view, "answers_too_large", False))
