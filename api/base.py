"""What every call has in common: key, scope, limit, one transaction, ETag, Idempotency-Key."""

import hashlib
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, cast

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.call_log import note_call
from api.models import ApiKey, KeptAnswer, Scope
from api.parsers import MEGABYTE
from api.problems import ProblemError
from api.renderers import render
from api.services.answers import body_of, claim, digest_of, find_answer, keep_answer
from core.context import acting
from organization.models import User

_READS = ("GET", "HEAD")
_LONGEST_KEY = 200
Handler = Callable[..., Response]


@method_decorator(login_not_required, name="dispatch")
class ApiView(APIView):
    """A call of the API. Subclasses name the scope of each of their methods in `scopes`.

    The body is read before the transaction begins, so that a slow sender holds none open. Whatever
    is raised rolls it back: an answer of 4xx or 5xx has changed nothing.
    """

    scopes: ClassVar[Mapping[str, Scope]] = {}
    most_bytes: ClassVar[int] = MEGABYTE
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer; every answer has the request's id, a problem names it in its body too."""
        started = time.monotonic()
        self.args, self.kwargs, self.request_id = args, kwargs, uuid.uuid4().hex
        self.headers = self.default_response_headers
        asked = self.request = self.initialize_request(request, *args, **kwargs)
        response: Any
        try:
            self.initial(asked, *args, **kwargs)
            response = self._act(asked)
        except Exception as error:  # each has its answer (api/problems.py)
            response = self.handle_exception(error)
            response.data["request_id"] = self.request_id
        response = self.finalize_response(asked, response, *args, **kwargs)
        if isinstance(response, Response):
            response = response.render()
        answer = self._finished(request, response)
        self._note(request, answer, time.monotonic() - started)
        return answer

    def _act(self, request: Request) -> HttpResponse:
        """Run the method in a transaction in which the system acts."""
        handler: Handler | None = self.handler_of(request)
        if handler is None:
            return self.http_method_not_allowed(request)
        user = self.user
        user.is_writing = request.method not in _READS
        if user.is_writing:
            request.data  # noqa: B018  # reads the body
        with acting(
            user_id=user.pk,
            actor=user.username,
            request_id=self.request_id,
            writing=user.is_writing,
        ):
            if request.method == "POST" and "Idempotency-Key" in request.headers:
                return _once(request, user, lambda: handler(request, *self.args, **self.kwargs))
            return handler(request, *self.args, **self.kwargs)

    def handler_of(self, request: Request) -> Any:
        """The method of the view that answers; None when the address does not know it."""
        name = str(request.method).lower()
        return getattr(self, name, None) if name in self.http_method_names else None

    @property
    def user(self) -> User:
        """The system that calls: its unit says what it sees, its name stands in the history."""
        return cast("User", self.request.user)

    def _finished(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.method in _READS and response.status_code == 200:
            response = _unless_known(request, response)
        response.headers["X-Request-ID"] = self.request_id
        response.headers["Cache-Control"] = "private, no-cache"
        return response

    def _note(self, request: HttpRequest, response: Any, seconds: float) -> None:
        """For the administrators' console: by whose key, where, how it was answered."""
        key = getattr(self.request, "_auth", None)  # `auth` would ask for a key where none was
        match = request.resolver_match
        problem = getattr(response, "data", None) if response.status_code >= 400 else None
        note_call(
            key=key.pk if isinstance(key, ApiKey) else None,
            place=(str(request.method), match.route if match else ""),
            status=response.status_code,
            code=str(problem.get("code", "")) if isinstance(problem, Mapping) else "",
            milliseconds=round(seconds * 1000),
            request=self.request_id,
        )


def _once(request: Request, user: User, handler: Callable[[], Response]) -> HttpResponse:
    """The answer kept for this Idempotency-Key, or a new one that is kept with its effect."""
    name = request.headers["Idempotency-Key"]
    if not 0 < len(name) <= _LONGEST_KEY or not (name.isascii() and name.isprintable()):
        detail = _("Use 1 to {most} printable ASCII characters.").format(most=_LONGEST_KEY)
        raise ProblemError("bad_idempotency_key", detail)
    said = getattr(request._request, "body_digest", "")
    digest = digest_of(request.get_full_path().encode(), said.encode())
    if not claim(user, name):
        detail = _("Another call with this Idempotency-Key has not been answered yet.")
        raise ProblemError("in_progress", detail, wait=1)
    kept = find_answer(user, name)
    if kept is not None:
        return _again(kept, digest)
    response = handler()
    body = b"" if response.data is None else render(response.data)
    keep_answer(user, name, digest=digest, status=response.status_code, body=body)
    return response


def _again(kept: KeptAnswer, digest: str) -> HttpResponse:
    if kept.digest != digest:
        detail = _("It came with another address or body before: use a new key for a new request.")
        raise ProblemError("idempotency_key_reused", detail)
    response = HttpResponse(body_of(kept), "application/json", kept.status)
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """304 when the caller has just this; the ETag is made of what is said."""
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response.headers["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response
