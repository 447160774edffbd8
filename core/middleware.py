"""One transaction a request, with the acting user told to the database."""

import uuid
from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from core.context import set_context

_READS = ("GET", "HEAD", "OPTIONS")
_OUTSIDE_TRANSACTION = ("/healthz", "/readyz", "/metrics", "/static/")  # work without a database
# Counted tries must be kept before a password is looked at, whatever becomes of the request, and
# a provider's answer must not be waited for in a transaction: these use transactions of their own.
# So does the API, which knows who asks by a key and reads the body before it begins one.
_OWN_TRANSACTIONS = ("/sign-in/", "/confirm/", "/api/v1/")


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


def _is_outside(request: HttpRequest) -> bool:
    return request.path.startswith((*_OUTSIDE_TRANSACTION, *_OWN_TRANSACTIONS))
