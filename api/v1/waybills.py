"""Waybills and what happens to them: one by one, and up to five thousand a call."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import ApiView
from api.models import Scope
from api.parsers import MEGABYTE, BadLine, JsonParser, NdjsonParser
from api.reports.waybills import waybill_as_told
from api.v1 import waybill_words as words
from core.tables.errors import RowError
from organization.models import User
from shipments.imports import Taken, read_event, take_waybills
from shipments.services import load_events

MOST_WAYBILLS = 5_000


class WaybillsView(ApiView):
    """The collection."""

    scopes: ClassVar = {"POST": Scope.WAYBILLS_WRITE}

    @extend_schema(
        operation_id="write_waybill",
        summary=gettext_lazy("Write a waybill by its number"),
        request={"application/json": words.WAYBILL_BODY},
        responses={200: words.WRITTEN, 201: words.WRITTEN},
        examples=words.WRITE_EXAMPLES,
    )
    def post(self, request: Request) -> Response:
        """Write one waybill by its number; what it does not name stays as it is stored."""
        return _written(request.data, self.user)


class WaybillView(ApiView):
    """One waybill."""

    scopes: ClassVar = {"GET": Scope.WAYBILLS_READ, "PUT": Scope.WAYBILLS_WRITE}

    @extend_schema(
        operation_id="read_waybill",
        summary=gettext_lazy("Read a waybill and what happened to it"),
        parameters=[words.NUMBER],
        responses={200: {"type": "object"}},
        examples=words.READ_EXAMPLES,
    )
    def get(self, request: Request, number: str) -> Response:
        """The waybill with its latest events."""
        return Response(_stored(number, self.user))

    @extend_schema(
        operation_id="put_waybill",
        summary=gettext_lazy("Write the waybill of this number"),
        parameters=[words.NUMBER],
        request={"application/json": words.PUT_BODY},
        responses={200: words.WRITTEN, 201: words.WRITTEN},
        examples=words.WRITE_EXAMPLES,
    )
    def put(self, request: Request, number: str) -> Response:
        """The same as a POST; the number may be left out of the body, and is no other there."""
        named = request.data
        if isinstance(named, dict):
            if named.get("waybill_no", number) != number:
                message = _("The address names another waybill.")
                raise ValidationError({"waybill_no": [ErrorDetail(message, "other_number")]})
            named = {**named, "waybill_no": number}
        return _written(named, self.user)


class WaybillBatchView(ApiView):
    """Many waybills."""

    scopes: ClassVar = {"POST": Scope.WAYBILLS_WRITE}
    most_bytes: ClassVar[int] = 16 * MEGABYTE
    parser_classes = (JsonParser, NdjsonParser)

    @extend_schema(
        operation_id="write_waybills",
        summary=gettext_lazy("Write up to 5,000 waybills, with a result for each"),
        request=words.BATCH,
        responses={200: words.TAKEN},
        examples=words.BATCH_EXAMPLES,
    )
    def post(self, request: Request) -> Response:
        """Write the good ones; a result for each, in the order of the body, lines from 1."""
        objects = request.data
        if not isinstance(objects, list) or not 0 < len(objects) <= MOST_WAYBILLS:
            message = _("A list of at least one and at most {most} waybills is needed.")
            raise ValidationError([message.format(most=MOST_WAYBILLS)])
        taken = take_waybills([_value(each) for each in objects], actor=self.user)
        for each, value in zip(taken, objects, strict=True):
            if isinstance(value, BadLine):
                each.errors = [RowError(each.line, "", value.detail, value.code)]
        return Response({"counts": _counts(taken), "results": [_result(each) for each in taken]})


class WaybillEventsView(ApiView):
    """What happens to one waybill."""

    scopes: ClassVar = {"POST": Scope.WAYBILLS_WRITE}

    @extend_schema(
        operation_id="tell_event",
        summary=gettext_lazy("Tell what happened to a waybill"),
        parameters=[words.NUMBER],
        request={"application/json": words.EVENT_BODY},
        responses={200: words.TOLD, 201: words.TOLD},
        examples=words.EVENT_EXAMPLES,
    )
    def post(self, request: Request, number: str) -> Response:
        """Write one event, and what it says of the waybill; the same event again is unchanged."""
        _stored(number, self.user)
        event = read_event(request.data, number)
        if isinstance(event, list):
            raise invalid(event)
        [result] = load_events([event])
        if result == "unknown":
            raise Http404
        status = 201 if result == "created" else 200
        answer = {"result": result, "event_id": event.numbered()}
        return Response({**answer, "waybill": _stored(number, self.user)}, status)


def _written(value: Any, user: User) -> Response:
    [taken] = take_waybills([value], actor=user)
    if taken.errors:
        raise invalid(taken.errors)
    answer = {"result": taken.result, "waybill": _stored(taken.waybill_no, user)}
    return Response(answer, 201 if taken.result == "created" else 200)


def _stored(number: str, user: User) -> dict[str, Any]:
    found = waybill_as_told(number, user)
    if found is None:
        raise Http404
    return found


def _value(found: Any) -> Any:
    return None if isinstance(found, BadLine) else found


def invalid(errors: Sequence[RowError]) -> ValidationError:
    """The problem that names each field and what is wrong with it."""
    details: dict[str, list[ErrorDetail]] = {}
    for error in errors:
        name = error.column or "non_field_errors"
        details.setdefault(name, []).append(ErrorDetail(error.message, error.code))
    return ValidationError(details)


def _counts(taken: Sequence[Taken]) -> dict[str, int]:
    results = ("created", "updated", "unchanged", "stale", "rejected")
    found = [each.result for each in taken]
    return {result: found.count(result) for result in results}


def _result(taken: Taken) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "line": taken.line,
        "waybill_no": taken.waybill_no,
        "result": taken.result,
    }
    if taken.errors:
        answer["errors"] = [
            {
                "pointer": f"/{error.column}" if error.column else "",
                "code": error.code,
                "detail": error.message,
            }
            for error in taken.errors
        ]
    return answer
