"""One transaction a request, with the acting user told to the database; no NUL in what is sent."""

import uuid
from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict

from core.context import set_context
from core.uploads import is_too_large

_READS = ("GET", "HEAD", "OPTIONS")
_OUTSIDE_TRANSACTION = ("/healthz", "/readyz", "/metrics", "/static/")  # work without a database
# Counted tries must be kept before a password is looked at, whatever becomes of the request, and
# a provider's answer must not be waited for in a transaction: these use transactions of their own.
# So does the API, which knows who asks by a key and reads the body before it begins one.
_API = "/api/v1/"
_OWN_TRANSACTIONS = ("/sign-in/", "/confirm/", _API)


class RequestContextMiddleware:
    """Wraps the view and its template in one transaction; any error or 5xx rolls it back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request inside its transaction."""
        if _is_outside(request):
            return self.get_response(request)
        request_id = uuid.uuid4().hex
        user = request.user
        writing = request.method not in _READS
        user.is_writing = writing  # type: ignore[union-attr]  # organization.models.User, or nobody
        with transaction.atomic():
            set_context(
                user_id=user.pk,
                actor=user.get_username(),
                request_id=request_id,
                writing=writing,
            )
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        response.headers["X-Request-ID"] = request_id
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """A view that raised must leave nothing behind, also when the answer is 403 or 404."""
        if not _is_outside(request) and transaction.get_connection().in_atomic_block:
            transaction.set_rollback(True)


class TextMiddleware:
    """No text of the database holds a NUL: who sends one is refused, so that no page looks for it.

    Stands behind what keeps strangers and forged forms out, by which forms are read. The API reads
    its bodies itself and says what is wrong with them; positions in lists are encoded, and looked
    at where they are read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing is known yet of who asks."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """Look at the address, and at the form unless nobody reads one so large."""
        if request.path.startswith(_API):
            return
        typed = [request.GET] if is_too_large(request) else [request.GET, request.POST]
        if "\0" in request.path or any(_holds_nul(data) for data in typed):
            raise BadRequest("a text holds NUL")


def _holds_nul(data: QueryDict) -> bool:
    return any("\0" in text for name, texts in data.lists() for text in (name, *texts))


def _is_outside(request: HttpRequest) -> bool:
    return request.path.startswith((*_OUTSIDE_TRANSACTION, *_OWN_TRANSACTIONS))
