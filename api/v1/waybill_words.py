"""Waybills, events and receipts in the OpenAPI document: made of the columns of their imports."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from contracts.imports import ReceiptImport
from contracts.models import Receipt
from core.tables import time_cells
from core.tables.schema import Column, Schema
from shipments.imports import EVENTS, SCHEMA
from shipments.models import Stage, Waybill, WaybillEvent

NUMBER = OpenApiParameter(
    "number", str, OpenApiParameter.PATH, description=_("Number of the waybill.")
)
_FORMATS = {time_cells.parse_datetime: "date-time", time_cells.parse_date: "date"}
_CHOICES: Mapping[str, list[str]] = {
    "payer": Waybill.Payer.values,
    "status": Waybill.Status.values,
    "exception": Waybill.ExceptionKind.values,
    "kind": WaybillEvent.Kind.values,
    "stage": Stage.values,
    "method": Receipt.Method.values,
}


def _property(column: Column) -> dict[str, Any]:
    """What may be sent for a column; null stands for an empty cell where nothing is required."""
    said: dict[str, Any] = {"type": "string", "description": column.label}
    if column.type.numeric:
        said = {"description": column.label, "oneOf": [{"type": "number"}, {"type": "string"}]}
    elif column.type.parse in _FORMATS:
        said["format"] = _FORMATS[column.type.parse]
    elif column.name in _CHOICES:
        said["enum"] = _CHOICES[column.name] + ([] if column.required else ["", None])
    return said if column.required else said | {"nullable": True}


def _body(schema: Schema, *without: str) -> dict[str, Any]:
    columns = [column for column in schema.columns if column.name not in without]
    return {
        "type": "object",
        "required": [column.name for column in columns if column.required],
        "properties": {column.name: _property(column) for column in columns},
        "additionalProperties": False,
    }


def _answer(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _one_of(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


_OBJECT, _TEXT = {"type": "object"}, {"type": "string"}
_RESULTS = ("created", "updated", "unchanged", "stale")
WAYBILL_BODY, PUT_BODY = _body(SCHEMA), _body(SCHEMA, "waybill_no")
PUT_BODY["properties"]["waybill_no"] = _TEXT
EVENT_BODY, RECEIPT_BODY = _body(EVENTS), _body(ReceiptImport.schema)
WRITTEN = _answer(result=_one_of(*_RESULTS), waybill=_OBJECT)
TOLD = _answer(result=_one_of(*_RESULTS), event_id=_TEXT, waybill=_OBJECT)
POSTED = _answer(result=_one_of("created", "unchanged"), receipt=_OBJECT)
BATCH = {
    "application/json": {"type": "array", "maxItems": 5_000, "minItems": 1, "items": WAYBILL_BODY},
    "application/x-ndjson": {"type": "string"},
}
TAKEN = _answer(
    counts=_OBJECT,
    results={
        "type": "array",
        "items": _answer(
            line={"type": "integer"}, waybill_no=_TEXT, result=_one_of(*_RESULTS, "rejected")
        ),
    },
)

_SENT = {
    "waybill_no": "YT7300001",
    "shipper_code": "YC0001",
    "accepted_at": "2026-03-31T08:30:00+08:00",
    "promised_at": "2026-04-02T18:00:00+08:00",
    "revenue": "128.50",
    "pieces": 3,
    "source": "tms",
    "source_seq": 17,
}
_EVENT = {
    "kind": "delivered",
    "happened_at": "2026-04-02T10:12:00+08:00",
    "unit": "HZ-01",
    "event_id": "PDA-88121",
}
_RECEIPT = {
    "receipt_no": "SK20260331-7",
    "customer_code": "YC0001",
    "received_on": "2026-03-31",
    "amount": "5000.00",
    "method": "transfer",
}
_STORED = {**_SENT, "paid_by": "YC0001", "status": "accepted", "events": []}
_POSTED = {**_RECEIPT, "allocated": "5000.00", "allocations": []}
_GOOD = {"line": 1, "waybill_no": "YT7300001", "result": "created"}
_BAD = {
    "line": 2,
    "waybill_no": "YT7300002",
    "result": "rejected",
    "errors": [{"pointer": "/shipper_code", "code": "unknown_customer", "detail": "…"}],
}


def _examples(sent: Any, answered: Any, *statuses: str) -> list[OpenApiExample]:
    said = [OpenApiExample("answer", value=answered, response_only=True, status_codes=statuses)]
    return [OpenApiExample("body", value=sent, request_only=True), *said] if sent else said


READ_EXAMPLES = _examples(None, _STORED, "200")
WRITE_EXAMPLES = _examples(_SENT, {"result": "created", "waybill": _STORED}, "200", "201")
EVENT_EXAMPLES = _examples(
    _EVENT, {"result": "created", "event_id": "PDA-88121", "waybill": _STORED}, "200", "201"
)
RECEIPT_EXAMPLES = _examples(_RECEIPT, {"result": "created", "receipt": _POSTED}, "200", "201")
BATCH_EXAMPLES = [
    *_examples([_SENT], {"counts": {"created": 1, "rejected": 1}, "results": [_GOOD, _BAD]}, "200"),
    OpenApiExample(
        "lines",
        value='{"waybill_no": "YT7300001", …}\n{"waybill_no": "YT7300002", …}\n',
        request_only=True,
        media_type="application/x-ndjson",
    ),
]
