"""Uploads are read before the request's transaction begins."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.http.request import UnreadablePostError

FORM_BYTES = 100_000  # what a form with a file may have besides
_MEGABYTE = 1024 * 1024


class UploadMiddleware:
    """Stands before the transaction: a slow upload must not hold one open for minutes.

    Files go to the disk in pieces as they come. What is too large is not read at all.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Read the form of somebody who is signed in, then answer."""
        is_form = request.content_type == "multipart/form-data"
        if is_form and request.user.is_authenticated and not is_too_large(request):
            try:
                request.POST.get("")
            except UnreadablePostError:
                return HttpResponseBadRequest()  # the browser went away in the middle
        return self.get_response(request)


def is_too_large(request: HttpRequest) -> bool:
    """Whether the request says that it is longer than the largest file."""
    try:
        length = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        return True
    return length > settings.UPLOAD_MAX_MB * _MEGABYTE + FORM_BYTES
