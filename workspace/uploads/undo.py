"""Take a whole import back: its changes are put back, what it made is removed.

What somebody has changed or used since stays as it is and is named. Read off the history that the
import has written; money, waybills and answers have effects of their own and are not undone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Field, Model

from core.models import History, Version
from customers.models import Customer
from customers.querysets import stands_below
from customers.services import hold_places
from organization.models import User
from workspace.models import Upload
from workspace.uploads.differences import Reader
from workspace.uploads.kinds import Kind, kind_for

UNDOABLE = frozenset({"customers", "contacts", "accounts", "contracts", "notes"})
MOST_ROWS = 20_000
MOST_CUSTOMERS = 300  # made by the import: the database looks for waybills of each
_AT_ONCE = 500


@dataclass(slots=True)
class Undone:
    """How many rows were put back and removed, and the keys of those that stay."""

    put_back: int = 0
    removed: int = 0
    kept: list[str] = field(default_factory=list)


def can_undo(upload: Upload) -> bool:
    """Whether it can be taken back: before a night has computed with it, and not for all kinds."""
    if upload.state != Upload.State.DONE or upload.kind not in UNDOABLE:
        return False
    written = (upload.created or 0) + (upload.updated or 0)
    if not 0 < written <= MOST_ROWS:
        return False
    if upload.kind == "customers" and (upload.created or 0) > MOST_CUSTOMERS:
        return False
    return is_in_time(upload)


def is_in_time(upload: Upload) -> bool:
    """Whether no night has computed with it yet."""
    return not Version.objects.filter(cutoff__gt=upload.finished_at).exists()


def undo(upload: Upload) -> Undone:
    """Take back what the import has written, in the running transaction."""
    kind = kind_for(upload.user, upload.kind)
    if kind is None:
        raise ValueError(upload.kind)
    done = Undone()
    if kind.model is Customer:
        hold_places()
    records = History.objects.filter(
        at__gte=upload.uploaded_at,
        table_name=kind.model._meta.db_table,
        request_id__startswith=imported(upload),
    ).order_by("-id")  # what was made last may point at what was made first
    changes = iter(records.iterator(chunk_size=_AT_ONCE))
    while batch := list(islice(changes, _AT_ONCE)):
        _Batch(kind, upload, batch, done).undo()
    return done


def request_id(upload: Upload) -> str:
    """What the history calls the undoing."""
    return f"undo:{upload.pk}:{upload.attempt}"


def imported(upload: Upload) -> str:
    """What the history calls this import, whatever the attempt."""
    return f"import:{upload.pk}:"


class _Batch:
    """Some recorded rows of one kind."""

    def __init__(
        self, kind: Kind, upload: Upload, records: Sequence[History], done: Undone
    ) -> None:
        self.model, self.records, self.done = kind.model, records, done
        ids = [int(record.row_id) for record in records]
        rows = kind.model._default_manager.filter(pk__in=ids).select_for_update(of=("self",))
        self.rows: dict[int, Model] = {row.pk: row for row in rows}
        self.heads = Reader(kind, upload.user).heads(ids)
        self.fields = {str(f.column): f for f in kind.model._meta.concrete_fields}
        self.mine = self._mine(upload.user)
        self.touched = self._touched(upload)

    def _mine(self, user: User) -> set[int]:
        """The rows that the person may (still) see; administrators act for the whole company."""
        if user.is_administrator:
            return set(self.rows)
        found: Any = self.model._default_manager.filter(pk__in=self.rows)
        return set(found.visible_to(user).order_by().values_list("pk", flat=True))

    def _touched(self, upload: Upload) -> set[str]:
        """The rows that somebody has changed since."""
        later = History.objects.filter(
            table_name=self.model._meta.db_table,
            row_id__in={record.row_id for record in self.records},
            at__gt=min(record.at for record in self.records),
        ).exclude(request_id__startswith=imported(upload))
        return set(later.exclude(request_id=request_id(upload)).values_list("row_id", flat=True))

    def undo(self) -> None:
        """Row by row, the last first."""
        for record in self.records:
            row = self.rows.get(int(record.row_id))
            if row is None:
                continue  # somebody has removed it since
            if row.pk not in self.mine or not self._is_as_imported(row, record):
                self._keep(record)
            elif record.operation == History.Operation.INSERT:
                self._keep(record) if record.row_id in self.touched else self._remove(row, record)
            else:
                self._put_back(row, record)

    def _values(self, record: History, place: int) -> Iterator[tuple[Field[Any, Any], Any]]:
        """Fields and their values before (0) or after (1) the import."""
        for column, values in record.changes.items():
            known = self.fields.get(column)
            if known is not None:
                yield known, known.to_python(values[place])

    def _is_as_imported(self, row: Model, record: History) -> bool:
        return all(getattr(row, known.attname) == value for known, value in self._values(record, 1))

    def _remove(self, row: Model, record: History) -> None:
        """Unless something hangs on it by now: the database knows."""
        try:
            with transaction.atomic():
                self.model._default_manager.filter(pk=row.pk)._raw_delete("default")
                transaction.get_connection().check_constraints()
        except IntegrityError:
            self._keep(record)
        else:
            self.done.removed += 1

    def _put_back(self, row: Model, record: History) -> None:
        values = {known.attname: value for known, value in self._values(record, 0)}
        above = values.get("parent_id")
        if isinstance(row, Customer) and above and stands_below(above, row.pk):
            self._keep(record)  # it would stand above itself
            return
        self.model._default_manager.filter(pk=row.pk).update(**values)
        for name, value in values.items():
            setattr(row, name, value)
        self.done.put_back += 1

    def _keep(self, record: History) -> None:
        pk = int(record.row_id)
        self.done.kept.append(self.heads.get(pk, (record.row_id, None))[0])
