"""One transaction a request, with the acting user told to the database."""

import uuid
from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from core.context import set_context

_OUTSIDE_TRANSACTION = {"/healthz", "/readyz", "/metrics"}  # they answer without a database too


class RequestContextMiddleware:
    """Wraps the view and its template in one transaction; any error or 5xx rolls it back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request inside its transaction."""
        if request.path in _OUTSIDE_TRANSACTION or request.path.startswith("/static/"):
            return self.get_response(request)
        request_id = uuid.uuid4().hex
        user = request.user
        with transaction.atomic():
            set_context(user_id=user.pk, actor=user.get_username(), request_id=request_id)
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        response.headers["X-Request-ID"] = request_id
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """A view that raised must leave nothing behind, also when the answer is 403 or 404."""
        if transaction.get_connection().in_atomic_block:
            transaction.set_rollback(True)
