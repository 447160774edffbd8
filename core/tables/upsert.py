"""Import handlers that make or change the rows of one model by their natural key, set-wise.

A batch costs a few reads and one INSERT ... ON CONFLICT, however many rows it has. Cells mean the
same in every kind (docs/decisions/0007): an absent column leaves a value alone, an empty cell
clears it, and a key that comes twice with different values is refused.
"""

import copy
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from django.db.models import Model
from django.utils.translation import gettext as _

from core.tables.importer import ImportHandler, Outcome
from core.tables.links import settle
from core.tables.schema import Row

Problem = tuple[str, str]  # column, message


@dataclass(slots=True)
class Draft:
    """One row on its way: what is stored under its key, and the values it asks for by attname.

    `target` is the row as it is to be, apart from the stored one; None where nothing changes.
    """

    row: Row
    key: Any
    stored: Any
    values: dict[str, Any]
    target: Any = None

    def changes(self) -> bool:
        """Whether the row is new or the stored one has other values."""
        if self.stored is None:
            return True
        return any(getattr(self.stored, name) != value for name, value in self.values.items())


class UpsertImport(ImportHandler):
    """Subclasses set `schema`, `model`, `unique`, and write `prepare`, `stored_row` and `fill`.

    They may also `build` new rows otherwise, `check` what changes, and do more where they `save`.
    """

    model: ClassVar[type[Model]]
    unique: ClassVar[tuple[str, ...]]  # the model's fields of the natural key
    sums: ClassVar[tuple[str, ...]] = ()  # fields that triggers alone write: never sent along

    def begin(self) -> None:
        """Nothing of this file has been taken yet."""
        self.lines: dict[Hashable, int] = {}  # where each key that was taken stands

    def apply(self, rows: Sequence[Row]) -> Outcome:
        """Write the good rows of one batch."""
        outcome = Outcome()
        self.write(self.drafts(rows, outcome), outcome)
        return outcome

    def prepare(self, rows: Sequence[Row]) -> None:
        """Look up what the batch refers to and what is stored under its keys."""
        raise NotImplementedError

    def key_of(self, row: Row) -> Any:
        """The key under which the database knows the row."""
        return self.schema.key_of(row)

    def stored_row(self, key: Any) -> Any:
        """What `prepare` found under the key, or None."""
        raise NotImplementedError

    def fill(self, row: Row, stored: Any, outcome: Outcome) -> dict[str, Any]:
        """The row's values by attname; what is wrong with it goes to `outcome`."""
        raise NotImplementedError

    def build(self, values: dict[str, Any]) -> Model:
        """A new row, not yet saved; columns the file does not have take the model's defaults."""
        return self.model(**values)

    def check(self, draft: Draft, outcome: Outcome) -> None:
        """Reject what a row may not be made or changed to; is not asked where nothing changes."""

    def drafts(self, rows: Sequence[Row], outcome: Outcome) -> list[Draft]:
        """The rows without errors of their own."""
        self.prepare(rows)
        good = []
        for row in rows:
            before = len(outcome.errors)
            key = self.key_of(row)
            stored = self.stored_row(key)
            draft = Draft(row, key, stored, self.fill(row, stored, outcome))
            if len(outcome.errors) == before and draft.changes():
                self._aim(draft)
                self.check(draft, outcome)
            if len(outcome.errors) == before:
                good.append(draft)
        return good

    def write(self, drafts: Iterable[Draft], outcome: Outcome) -> dict[Any, Any]:
        """Insert what is new, update what differs; returns the ids of all by key."""
        ids: dict[Any, Any] = {}
        changes: list[Draft] = []
        for draft in drafts:
            if not draft.changes():
                ids[draft.key] = draft.stored.pk
                outcome.unchanged += 1
            elif (line := self.lines.get(draft.key)) is not None:
                outcome.reject(draft.row, self.schema.key[0], _contradiction(line))
                continue
            else:
                self._aim(draft)
                changes.append(draft)
                outcome.created += draft.stored is None
                outcome.updated += draft.stored is not None
            self.lines.setdefault(draft.key, draft.row.line)
        self.save(changes)
        return ids | {draft.key: draft.target.pk for draft in changes}

    def save(self, changes: Sequence[Draft]) -> None:
        """Write the targets in one statement; no key is there twice."""
        attnames = {name for draft in changes for name in draft.values}
        fields = [
            field.name
            for field in self.model._meta.concrete_fields
            if field.attname in attnames and field.name not in self.unique
        ]
        self.model._default_manager.bulk_create(
            [draft.target for draft in changes],
            update_conflicts=bool(fields),
            unique_fields=self.unique if fields else None,
            update_fields=fields or None,
        )

    def _aim(self, draft: Draft) -> None:
        """Give the draft its target, with all values it has by now."""
        if draft.target is None and draft.stored is None:
            draft.target = self.build(draft.values)
        elif draft.target is None:
            draft.target = copy.copy(draft.stored)
            for field in self.model._meta.concrete_fields:
                if field.name in self.sums:
                    setattr(draft.target, field.name, field.get_default())
        for name, value in draft.values.items():
            setattr(draft.target, name, value)


class Link(NamedTuple):
    """A row of the database: its id, and the key of the row it points at (None: at nothing)."""

    pk: int
    target: Any


class LinkedImport(UpsertImport):
    """Rows that may point at rows of their own kind, wherever those stand in the file.

    What points at a row further down waits for the end of the file. Subclasses also set `link`
    and write `target_of`, `known` and `no_target`.
    """

    link: ClassVar[str]  # name of the column; the model's field has the same name

    def begin(self) -> None:
        """No row waits yet."""
        super().begin()
        self.waiting: list[tuple[Any, Row]] = []  # with their keys

    def target_of(self, draft: Draft) -> Any:
        """The key the row points at after the import, None for nothing."""
        raise NotImplementedError

    def known(self, keys: set[Any]) -> Mapping[Any, Link]:
        """Those of the keys that the database has, and all that stand above them."""
        raise NotImplementedError

    def no_target(self, draft: Draft) -> str:
        """Say that what the row points at does not exist."""
        raise NotImplementedError

    def misfits(
        self, drafts: Mapping[Any, Draft], targets: Mapping[Any, Any]
    ) -> Mapping[Any, Problem]:
        """What else is wrong with rows once all of them stand where they want; nothing here."""
        return {}

    def apply(self, rows: Sequence[Row]) -> Outcome:
        """Write what can be written now; the rest waits."""
        outcome = Outcome()
        self._take(rows, outcome)
        return outcome

    def finish(self) -> Outcome:
        """Write the rows that waited, in rounds as long as one helps another; refuse the others."""
        outcome = Outcome()
        while self.waiting:
            before, self.waiting = self.waiting, []
            problems = self._take([row for _key, row in before], outcome)
            if len(self.waiting) == len(before):
                for _key, row in before:
                    if row.line in problems:
                        outcome.reject(row, *problems[row.line])
                self.waiting = [pair for pair in before if pair[1].line not in problems]
        return outcome

    def _take(self, rows: Sequence[Row], outcome: Outcome) -> dict[int, Problem]:
        """Write the rows that stand well; the others join `waiting`. Returns why, by line."""
        busy = {key for key, _row in self.waiting}
        drafts: dict[Any, Draft] = {}
        for draft in self.drafts(rows, outcome):
            if draft.key in drafts or draft.key in busy:  # rows of one key keep their order
                self.waiting.append((draft.key, draft.row))
            else:
                drafts[draft.key] = draft
        problems = self._place(drafts, outcome)
        self.waiting.extend((key, drafts[key].row) for key in problems)
        self.waiting.sort(key=lambda pair: pair[1].line)
        return {drafts[key].row.line: problem for key, problem in problems.items()}

    def _place(self, drafts: dict[Any, Draft], outcome: Outcome) -> dict[Any, Problem]:
        """Write the drafts layer by layer; returns what is wrong with the others."""
        targets = {key: self.target_of(draft) for key, draft in drafts.items()}
        known = self.known({*targets, *targets.values()} - {None})
        good, layers, problems = self._settle(drafts, targets, known)
        ids = {key: link.pk for key, link in known.items()}
        for layer in layers:
            for key in layer:
                target = targets[key]
                good[key].values[f"{self.link}_id"] = None if target is None else ids[target]
            ids.update(self.write((good[key] for key in layer), outcome))
        return problems

    def _settle(
        self, drafts: dict[Any, Draft], targets: dict[Any, Any], known: Mapping[Any, Link]
    ) -> tuple[dict[Any, Draft], list[list[Any]], dict[Any, Problem]]:
        """The drafts that can be written, their keys in layers, and what is wrong with others."""
        links = {key: link.target for key, link in known.items()}
        good, problems = dict(drafts), dict[Any, Problem]()
        while True:
            settled = settle({key: targets[key] for key in good}, links)
            for key in settled.missing:
                problems[key] = (self.link, self.no_target(good.pop(key)))
            for key in settled.circular:
                problems[key] = (self.link, _ring(good.pop(key)))
            odd = self.misfits(good, {key: targets[key] for key in good})
            if not odd:
                return good, settled.layers, problems
            problems.update(odd)
            good = {key: draft for key, draft in good.items() if key not in odd}


def _contradiction(line: int) -> str:
    return _("line {line} has the same key and other values: keep one of them").format(line=line)


def _ring(draft: Draft) -> str:
    name = draft.key[-1] if isinstance(draft.key, tuple) else draft.key
    return _("“{name}” would stand above itself").format(name=name)
