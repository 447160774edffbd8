"""What goes wrong, as RFC 9457 problem details with a code one can program against."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg2.errors import LockNotAvailable, QueryCanceled
from rest_framework import exceptions
from rest_framework.response import Response

from core.errors import RefusedError

logger = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
BUSY_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its HTTP status and what it is called."""

    status: int
    title: str | Promise


KINDS: dict[str, Kind] = {
    "malformed_json": Kind(400, gettext_lazy("The body is no JSON")),
    "bad_encoding": Kind(400, gettext_lazy("The body is no UTF-8")),
    "bad_number": Kind(
        400, gettext_lazy("A number is none that JSON has, or is out of all bounds")
    ),
    "bad_text": Kind(400, gettext_lazy("A text holds half a character, or NUL")),
    "duplicate_key": Kind(400, gettext_lazy("An object names the same thing twice")),
    "too_deep": Kind(400, gettext_lazy("The body is nested too deeply")),
    "bad_idempotency_key": Kind(400, gettext_lazy("The Idempotency-Key cannot be used")),
    "bad_cursor": Kind(400, gettext_lazy("The cursor is none of ours")),
    "not_authenticated": Kind(401, gettext_lazy("A key is needed")),
    "invalid_key": Kind(401, gettext_lazy("The key opens nothing")),
    "insufficient_scope": Kind(403, gettext_lazy("The key may not do this")),
    "not_found": Kind(404, gettext_lazy("There is no such thing")),
    "method_not_allowed": Kind(405, gettext_lazy("The address does not know this method")),
    "not_acceptable": Kind(406, gettext_lazy("Answers are JSON")),
    "in_progress": Kind(409, gettext_lazy("The same request is being worked on")),
    "refused": Kind(409, gettext_lazy("A rule says no")),
    "cursor_too_old": Kind(
        410, gettext_lazy("What followed the cursor is not kept: read all anew")
    ),
    "body_too_large": Kind(413, gettext_lazy("The body is too large")),
    "unsupported_media_type": Kind(415, gettext_lazy("The body is of a kind that is not taken")),
    "invalid": Kind(422, gettext_lazy("Some values cannot be taken")),
    "idempotency_key_reused": Kind(
        422, gettext_lazy("The Idempotency-Key belongs to another request")
    ),
    "too_many_requests": Kind(429, gettext_lazy("Too many calls")),
    "server_error": Kind(500, gettext_lazy("We made a mistake")),
    "busy": Kind(503, gettext_lazy("It took too long just now")),
}
_OF_FRAMEWORK: dict[type[Exception], str] = {
    exceptions.NotAuthenticated: "not_authenticated",
    exceptions.AuthenticationFailed: "invalid_key",
    exceptions.PermissionDenied: "insufficient_scope",
    PermissionDenied: "insufficient_scope",
    exceptions.NotFound: "not_found",
    Http404: "not_found",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.NotAcceptable: "not_acceptable",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
    exceptions.ParseError: "malformed_json",
    exceptions.ValidationError: "invalid",
    exceptions.Throttled: "too_many_requests",
    RefusedError: "refused",
}


class ProblemError(Exception):
    """A problem of one of the kinds; `detail` is translated, `wait` is in seconds."""

    def __init__(self, code: str, detail: str = "", *, wait: int = 0) -> None:
        super().__init__(detail or code)
        self.code, self.detail, self.wait = code, detail, wait


def answer_problem(error: Exception, context: Mapping[str, Any]) -> Response:
    """The answer to whatever a view raised (the framework's EXCEPTION_HANDLER)."""
    code = _code_of(error)
    if code == "server_error":
        logger.error("the API failed", exc_info=error)
    data = problem(code, detail=_detail_of(error), errors=_errors_of(error, context))
    return Response(
        data,
        status=KINDS[code].status,
        headers=dict(_headers(error, code)),
        content_type=MEDIA_TYPE,
    )


def problem(code: str, *, detail: str = "", errors: list[dict[str, Any]] | None = None) -> Any:
    """The members of a problem document; the request's id is added by the view."""
    kind = KINDS[code]
    data: dict[str, Any] = {
        "type": f"/api/docs/#{code}",
        "title": str(kind.title),
        "status": kind.status,
        "code": code,
    }
    if detail:
        data["detail"] = detail
    if errors:
        data["errors"] = errors
    return data


def _code_of(error: Exception) -> str:
    if isinstance(error, ProblemError):
        return error.code
    for kind, code in _OF_FRAMEWORK.items():
        if isinstance(error, kind):
            return code
    too_long = (LockNotAvailable, QueryCanceled)
    if isinstance(error, OperationalError) and isinstance(error.__cause__, too_long):
        return "busy"
    return "server_error"


def _detail_of(error: Exception) -> str:
    if isinstance(error, ProblemError):
        return error.detail
    if isinstance(error, RefusedError):
        return str(error)
    if isinstance(error, exceptions.NotFound | Http404):
        return _("It does not exist, or it is not yours to see.")
    if isinstance(error, exceptions.APIException) and isinstance(error.detail, str):
        return str(error.detail)
    return ""


def _errors_of(error: Exception, context: Mapping[str, Any]) -> list[dict[str, Any]]:
    if not isinstance(error, exceptions.ValidationError):
        return []
    request = context.get("request")
    in_query = request is not None and request.method in {"GET", "HEAD"}
    return [
        {"parameter": path.strip("/"), **rest} if in_query else {"pointer": path, **rest}
        for path, rest in _flat(error.detail, "")
    ]


def _flat(detail: Any, path: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Every message with the JSON pointer of what it is about."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            own = "" if name == "non_field_errors" else "/" + _escaped(str(name))
            yield from _flat(inner, path + own)
    elif isinstance(detail, list | tuple):
        for place, inner in enumerate(detail):
            nested = isinstance(inner, Mapping | list)
            yield from _flat(inner, f"{path}/{place}" if nested else path)
    else:
        yield path, {"code": str(getattr(detail, "code", "invalid")), "detail": str(detail)}


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _headers(error: Exception, code: str) -> Iterator[tuple[str, str]]:
    if header := getattr(error, "auth_header", None):
        told = ', error="invalid_token"' if code == "invalid_key" else ""
        yield "WWW-Authenticate", f"{header}{told}"
    if code == "insufficient_scope":
        yield "WWW-Authenticate", 'Bearer realm="yihu", error="insufficient_scope"'
    wait = getattr(error, "wait", None) or (BUSY_SECONDS if code == "busy" else 0)
    if wait:
        yield "Retry-After", str(int(wait))
