"""Drive a file into the database: rows -> schema -> batches -> the handler of its kind.

A handler lives in the `imports.py` of its app:

    class CustomerImport(ImportHandler):
        schema = Schema("customers", (Column("code", _("Customer code"), fields.code(),
                                             required=True), ...), key=("code",))

        def begin(self) -> None:
            self.units = dict(OrgUnit.objects.visible_to(self.actor).values_list("code", "pk"))

        def apply(self, rows: Sequence[Row]) -> Outcome:
            outcome = Outcome()
            for row in rows:
                if row.values["org_unit"] not in self.units:
                    outcome.reject(row, "org_unit", _("there is no unit “{code}”")...)
            ... bulk_create / bulk_update the rest, count them ...
            return outcome

Everything from `begin` to `finish` is one transaction.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Literal

from django.db import transaction
from django.utils.translation import gettext as _

from core.tables.errors import RowError
from core.tables.read import open_table
from core.tables.result import ImportResult, rejects_path, write_rejects
from core.tables.rows import Corrections, corrected
from core.tables.schema import Row, RowParser, Schema

OnError = Literal["abort", "skip"]
SHOWN_ERRORS = 20


@dataclass(slots=True)
class Outcome:
    """What a handler did with rows: each good row counts once; bad ones have errors."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)

    def reject(self, row: Row, column: str, message: str, code: str = "invalid") -> None:
        """Say what is wrong with a row (`column` "" if it is the row as a whole)."""
        self.errors.append(RowError(row.line, column, message, code))


class ImportHandler:
    """Writes the rows of one KIND. Subclasses set `schema` and write `apply`."""

    schema: ClassVar[Schema]
    batch_size: ClassVar[int] = 2000
    # A key that comes again in the file begins a new batch, so rows are applied in order and a
    # batch holds each key once. False: batches of full size, the handler sorts out doubles.
    unique_batches: ClassVar[bool] = True

    def __init__(
        self,
        *,
        actor: Any = None,
        columns: Sequence[str | None] | None = None,
        corrections: Corrections | None = None,
    ) -> None:
        """`actor` is the user on whose behalf rows are written; None at the command line.

        `columns` says what each column of the file is (None: left out); without it the header does.
        `corrections` are cells that stand for those of the file.
        """
        self.actor = actor
        self.columns = columns
        self.corrections = corrections or {}

    def begin(self) -> None:
        """Prepare: look-ups, staging tables. Runs inside the transaction."""

    def apply(self, rows: Sequence[Row]) -> Outcome:
        """Write the good rows among these; never a row it also reports as wrong."""
        raise NotImplementedError

    def finish(self) -> Outcome:
        """Do what needs all rows: merge the staging table, link parents. Errors name lines.

        A row counted by `apply` may still be rejected here if `finish` undoes what was written
        and takes it out of the counts (negative counts are added like others).
        """
        return Outcome()


@dataclass(slots=True)
class ImportReport:
    """What came of one run: the summary, the first errors, how many there were, the rejects."""

    result: ImportResult
    errors: list[RowError]
    error_count: int
    rejects: Path | None = None


class Observer:
    """Follows a run; what it raises ends the run, and nothing is written."""

    wants_rejects = False  # the file of bad rows also when nothing is written

    def read(self, rows: int) -> None:
        """So many rows have been read; is called once a batch, inside the transaction."""

    def sealing(self, report: ImportReport) -> None:
        """All is done; is called inside the transaction, before it is committed or rolled back."""


class _AbandonedError(Exception):
    """Raised inside the transaction to roll it back; never leaves this module."""


def run_import(
    handler: ImportHandler,
    path: Path,
    *,
    dry_run: bool = False,
    on_error: OnError = "abort",
    observer: Observer | None = None,
    context: Callable[[], AbstractContextManager[None]] = transaction.atomic,
) -> ImportReport:
    """Take the file into the database, all of it or (skip) its good rows, in one transaction.

    A dry run does everything and rolls back; it writes no rejects file unless the observer wants
    it. Raises TableError when the file cannot be read, at whatever line: nothing is written then.
    `context` opens the transaction and says who acts, such as `partial(acting, actor="import")`.
    """
    started = time.monotonic()
    observer = observer or Observer()
    run = _Run(handler, observer)
    try:
        with context():
            run.take(path)
            observer.sealing(ImportReport(run.result, run.errors, run.error_count))
            if dry_run or (run.messages and on_error == "abort"):
                raise _AbandonedError
    except _AbandonedError:
        if not dry_run:
            run.forget_counts()
    rejects = None
    if run.messages and (observer.wants_rejects or (on_error == "skip" and not dry_run)):
        rejects = rejects_path(path)
        run.write_rejects(path, rejects)
    run.result.seconds = round(time.monotonic() - started, 3)
    return ImportReport(run.result, run.errors, run.error_count, rejects)


class _Run:
    """One walk through a file: counts, and the errors by line."""

    def __init__(self, handler: ImportHandler, observer: Observer) -> None:
        self.handler = handler
        self.observer = observer
        self.result = ImportResult(handler.schema.kind)
        self.spelled: dict[str, str] = {}  # how the header of this file calls each column
        self.errors: list[RowError] = []
        self.error_count = 0
        self.messages: dict[int, str] = {}  # all errors of a line, as the rejects file says them

    def take(self, path: Path) -> None:
        """Read, check and apply every row."""
        with open_table(path) as table:
            names = self.handler.schema.names_of(table.header, self.handler.columns)
            self.spelled = {n: h.strip() for n, h in zip(names, table.header, strict=True) if n}
            parse = RowParser(self.handler.schema, names)
            self.handler.begin()
            rows = corrected(table.rows, self.handler.corrections)
            for batch in self._batches(parse(raw) for raw in rows):
                self._count(self.handler.apply(batch))
                self.observer.read(self.result.rows)
        self._count(self.handler.finish())
        self.errors.sort(key=lambda error: error.line)
        self.result.rejected = len(self.messages)

    def _batches(self, rows: Iterator[Row | list[RowError]]) -> Iterator[list[Row]]:
        """Yield the good rows in batches; a key that comes again begins the next one."""
        key_of = self.handler.schema.key_of if self.handler.unique_batches else None
        batch: list[Row] = []
        keys: set[object] = set()
        for row in rows:
            self.result.rows += 1
            if isinstance(row, list):
                self._note(row)
                continue
            if len(batch) >= self.handler.batch_size or (key_of and key_of(row) in keys):
                yield batch
                batch, keys = [], set()
            batch.append(row)
            if key_of:
                keys.add(key_of(row))
        if batch:
            yield batch

    def _count(self, outcome: Outcome) -> None:
        self.result.created += outcome.created
        self.result.updated += outcome.updated
        self.result.unchanged += outcome.unchanged
        self._note(outcome.errors)

    def _note(self, errors: Sequence[RowError]) -> None:
        self.error_count += len(errors)
        errors = [replace(e, column=self.spelled.get(e.column, e.column)) for e in errors]
        self.errors.extend(errors[: max(0, SHOWN_ERRORS - len(self.errors))])
        for error in errors:
            before = self.messages.get(error.line)
            said = error.without_line
            self.messages[error.line] = _("; ").join((before, said)) if before else said

    def forget_counts(self) -> None:
        """Nothing was written after all."""
        self.result.created = self.result.updated = self.result.unchanged = 0

    def write_rejects(self, path: Path, target: Path) -> None:
        """Walk through the file once more and write the rows that had errors."""
        with open_table(path) as table:
            bad = (
                (r.line, r.cells, self.messages[r.line])
                for r in corrected(table.rows, self.handler.corrections)
                if r.line in self.messages
            )
            write_rejects(target, table.header, bad)
