"""Waybills and events as systems send them: objects, through the checks of the import."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.tables import fields
from core.tables.errors import RowError
from core.tables.objects import ObjectParser
from core.tables.schema import Column, Row, Schema
from organization.models import OrgUnit, User
from shipments.imports.waybills import SCHEMA, UNITS, WaybillImport
from shipments.models import Stage, Waybill, WaybillEvent
from shipments.services import Event, Load
from shipments.services.loads import ABSENT

_DEFAULTS = SCHEMA.defaults()
# What a row does not name, as columns of a load; `billed_id` goes with `billed_code`.
_LEFT_OUT = {name: name for name in _DEFAULTS} | UNITS | {"consignee_code": "consignee_id"}

EVENTS = Schema(
    "waybill_events",
    (
        Column(
            "kind", gettext_lazy("Kind of event"), fields.choice(WaybillEvent.Kind), required=True
        ),
        Column("happened_at", gettext_lazy("Happened at"), fields.datetime(), required=True),
        Column("stage", gettext_lazy("Stage"), fields.choice(Stage)),
        Column("exception", gettext_lazy("Exception"), fields.choice(Waybill.ExceptionKind)),
        Column("unit", gettext_lazy("Unit"), fields.code()),
        Column("place", gettext_lazy("Place"), fields.text(200)),
        Column("note", gettext_lazy("Remark"), fields.text(500)),
        Column("source", gettext_lazy("Source system"), fields.code()),
        Column("event_id", gettext_lazy("Number of the event"), fields.code()),
        Column("seq", gettext_lazy("Source sequence"), fields.integer(0, 10**18 - 1)),
    ),
    key=("source", "event_id"),
)


@dataclass(slots=True)
class Taken:
    """What became of one object: created, updated, unchanged, stale, or rejected with errors."""

    line: int
    waybill_no: str
    result: str = "rejected"
    errors: list[RowError] = field(default_factory=list)


class _WaybillMessages(WaybillImport):
    """Rows that each leave other columns as they are stored."""

    by_line: ClassVar[bool] = True

    def _open(self, given: dict[str, Any]) -> Load:
        return super()._open({**dict.fromkeys(SCHEMA.by_name), ABSENT: None})

    def _loaded(self, row: Row) -> list[Any]:
        absent = [_LEFT_OUT[name] for name in _DEFAULTS if name not in row.values]
        values = {**_DEFAULTS, **row.values, ABSENT: "{" + ",".join(absent) + "}"}
        return super()._loaded(Row(row.line, values))


def take_waybills(objects: Sequence[Any], *, actor: User) -> list[Taken]:
    """Write the good ones, in the caller's transaction; what became of each, in their order.

    What an object does not name stays as it is stored. Of two with the same number the later one
    counts; it must name the same fields. What `actor` does not see is answered like what is not.
    """
    parse = ObjectParser(SCHEMA)
    taken = [Taken(line, _number(value)) for line, value in enumerate(objects, start=1)]
    good: list[Row] = []
    for each, value in zip(taken, objects, strict=True):
        row = parse(each.line, value)
        if isinstance(row, Row):
            good.append(row)
        else:
            each.errors = row
    rows = list(_like_the_first(good, taken))
    if rows:
        _load(rows, taken, actor)
    return taken


def _number(value: Any) -> str:
    number = value.get("waybill_no") if isinstance(value, dict) else None
    return number.strip()[:100] if isinstance(number, str) else ""


def _like_the_first(rows: list[Row], taken: list[Taken]) -> list[Row]:
    """The rows without those that name other fields than one of the same number before them."""
    named: dict[str, set[str]] = {}
    kept = []
    for row in rows:
        if named.setdefault(row.values["waybill_no"], set(row.values)) == set(row.values):
            kept.append(row)
            continue
        message = _("this number came before with other fields: send it in a call of its own")
        taken[row.line - 1].errors = [RowError(row.line, "waybill_no", message, "doubled")]
    return kept


def _load(rows: list[Row], taken: list[Taken], actor: User) -> None:
    handler = _WaybillMessages(actor=actor)
    handler.begin()
    errors = [*handler.apply(rows).errors, *handler.finish().errors]
    for row in rows:
        each = taken[row.line - 1]
        each.waybill_no = row.values["waybill_no"]
        each.result = handler.result.by_line.get(row.line, "unchanged")
    for error in errors:
        each = taken[error.line - 1]
        each.result = "rejected"
        each.errors.append(error)


def read_event(value: Any, number: str) -> Event | list[RowError]:
    """The event of waybill `number`, or what is wrong with it."""
    row = ObjectParser(EVENTS)(1, value)
    if not isinstance(row, Row):
        return row
    values = dict(row.values)
    code = values.pop("unit", "")
    unit = OrgUnit.objects.by_code(code)
    errors = list(_wrong_event(values))
    if code and unit is None:
        message = _("there is no unit “{code}”").format(code=code)
        errors.append(RowError(1, "unit", message, "unknown_unit"))
    return errors or Event(number, unit_id=unit.pk if unit else None, **values)


def _wrong_event(values: dict[str, Any]) -> list[RowError]:
    """A stage is reached, an exception has a kind: neither goes without."""
    kind, needed = WaybillEvent.Kind(values["kind"]), []
    if kind == WaybillEvent.Kind.REACHED and not values.get("stage"):
        needed.append(RowError(1, "stage", _("say which stage was reached"), "required"))
    if (kind == WaybillEvent.Kind.EXCEPTION) != bool(values.get("exception")):
        message = _("say what went wrong in an event of the kind “exception”, and only there")
        needed.append(RowError(1, "exception", message, "invalid"))
    return needed
