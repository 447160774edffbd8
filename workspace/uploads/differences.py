"""What an import changes, cell by cell: read off the history its own transaction has just written.

So the page shows what will really be stored, whatever a cell meant. Waybills have no history:
of them the first rows of the file are compared before and after.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.contrib.postgres.functions import TransactionNow
from django.db.models import Field, ForeignKey, Model
from django.utils import timezone
from django.utils.translation import gettext as _

from core.fields import MASK
from core.models import History
from core.tables import fields
from core.tables.result import replacing
from core.tables.schema import Column
from core.tables.write import iter_csv
from customers.models import Customer
from organization.models import OrgUnit, User
from organization.permissions import may_read
from workspace.uploads.kinds import Kind

SHOWN = 20
_AT_ONCE = 500
_UNSAID = {
    *("id", "customer_id", "password", "date_joined"),  # keys, and what no file can bring
    *("former_names", "status_on", "status_reason"),  # what the database writes beside it
}
_CALLED_BY: Mapping[type[Model], str] = {Customer: "code", OrgUnit: "code", User: "username"}
COLUMNS = tuple(
    Column(name, name, fields.long_text()) for name in ("key", "change", "column", "old", "new")
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One value that changes."""

    column: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that is new (without cells), or that changes."""

    key: str
    customer: int | None
    is_new: bool
    cells: Sequence[Cell] = ()


def differences(kind: Kind, user: User, request_id: str) -> Iterator[Difference]:
    """What the running transaction has written to the kind's own table, in that order."""
    written = History.objects.filter(
        at__gte=TransactionNow(), request_id=request_id, table_name=kind.model._meta.db_table
    )
    records = written.order_by("id").iterator(chunk_size=_AT_ONCE)
    reader = Reader(kind, user)
    while batch := list(islice(records, _AT_ONCE)):
        yield from reader.read(batch)


def write(path: Path, found: Iterable[Difference]) -> dict[str, Any]:
    """Write all differences to the file; returns the first of each sort for the page."""
    shown: dict[str, list[dict[str, Any]]] = {"created": [], "updated": []}

    def rows() -> Iterator[tuple[str, ...]]:
        for each in found:
            sort = shown["created" if each.is_new else "updated"]
            if len(sort) < SHOWN:
                sort.append(asdict(each))
            yield from _lines(each)

    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        file.writelines(iter_csv(COLUMNS, rows(), bom=True))
    return shown


def _lines(difference: Difference) -> Iterator[tuple[str, ...]]:
    if difference.is_new:
        yield (difference.key, _("created"), "", "", "")
    for cell in difference.cells:
        yield (difference.key, _("changed"), cell.column, cell.old, cell.new)


class Reader:
    """Turns recorded rows of one kind into differences as one person may read them."""

    def __init__(self, kind: Kind, user: User) -> None:
        self.kind, self.user = kind, user
        self.fields: dict[str, Field[Any, Any]] = {
            str(field.column): field
            for field in kind.model._meta.concrete_fields
            if field.editable and field.column not in _UNSAID
        }

    def read(self, records: Sequence[History]) -> Iterator[Difference]:
        """The differences of some records; one query for their keys, one a model they refer to."""
        heads = self.heads({int(record.row_id) for record in records})
        names = self.names(record.changes for record in records)
        for record in records:
            key, customer = heads.get(int(record.row_id), (record.row_id, None))
            is_new = record.operation == History.Operation.INSERT
            cells = [] if is_new else self.cells(record.changes, names)
            if is_new or cells:
                yield Difference(key, customer, is_new, cells)

    def heads(self, ids: Iterable[int]) -> dict[int, tuple[str, int | None]]:
        """What rows are called by, and whose they are."""
        paths = (*self.kind.key, *((self.kind.customer,) if self.kind.customer else ()))
        rows = self.kind.model._default_manager.filter(pk__in=set(ids)).order_by()
        found = {}
        for pk, *values in rows.values_list("pk", *paths):
            key = " · ".join(str(value) for value in values[: len(self.kind.key)])
            found[pk] = (key, values[-1] if self.kind.customer else None)
        return found

    def names(
        self, changes: Iterable[Mapping[str, Sequence[Any]]]
    ) -> dict[type[Model], dict[int, str]]:
        """What the rows are called that changed references point to."""
        wanted: dict[type[Model], set[int]] = defaultdict(set)
        for changed in changes:
            for column, values in changed.items():
                field = self.fields.get(column)
                if isinstance(field, ForeignKey):
                    wanted[_target(field)] |= {value for value in values if value is not None}
        return {model: _called(model, ids, self.user) for model, ids in wanted.items()}

    def cells(
        self,
        changes: Mapping[str, Sequence[Any]],
        names: Mapping[type[Model], Mapping[int, str]],
    ) -> list[Cell]:
        """The changed values in the order of the model's fields."""
        return [
            Cell(str(field.verbose_name), *self._pair(field, changes[column], names))
            for column, field in self.fields.items()
            if column in changes
        ]

    def _pair(
        self,
        field: Field[Any, Any],
        values: Sequence[Any],
        names: Mapping[type[Model], Mapping[int, str]],
    ) -> tuple[str, str]:
        classes = getattr(self.kind.model, "field_classes", None)
        if classes is not None and not may_read(self.user, classes[field.name]):
            return MASK, MASK
        known = names.get(_target(field), {}) if isinstance(field, ForeignKey) else {}
        old, new = (_text(field, _named(value, known)) for value in values)
        return old, new


def _named(value: Any, known: Mapping[int, str]) -> Any:
    """A reference by its name; what is no reference as it is (a list is none)."""
    return known.get(value, value) if isinstance(value, int) else value


def _target(field: ForeignKey[Any, Any]) -> type[Model]:
    target: type[Model] = field.remote_field.model
    return target


def _called(model: type[Model], ids: set[int], user: User) -> dict[int, str]:
    """What the person may see, by name; the rest by number, as in the history of a customer."""
    names = {pk: f"#{pk}" for pk in ids}
    rows: Any = model._default_manager.filter(pk__in=ids).order_by()
    if hasattr(model, "field_classes"):
        rows = rows.visible_to(user)
    if model in _CALLED_BY:
        return names | dict(rows.values_list("pk", _CALLED_BY[model]))
    return names | {row.pk: str(row) for row in rows}


def _text(field: Field[Any, Any], value: Any) -> str:
    """A value as a file would say it."""
    if value is None or value == []:
        return ""
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _moment(field, value) or str(value)


def _moment(field: Field[Any, Any], value: Any) -> str:
    """A moment on the company's clock; "" for other values."""
    if field.get_internal_type() != "DateTimeField":
        return ""
    moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")
