"""Import of rows that each make or change one object of a customer, found by its number."""

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from django.db.models import Model
from django.utils.translation import gettext as _

from core.tables.importer import ImportHandler, Outcome
from core.tables.schema import Row
from customers.codes import customers_by_code

NO_SUCH = 0  # the id of what a row refers to in vain: it differs from every stored one


class Change(NamedTuple):
    """A good row, the object as it is to be, and the stored one it changes (None: it is new)."""

    row: Row
    target: Any
    stored: Any | None


class KeyedImport(ImportHandler):
    """Set-wise: a few queries a batch, one upsert, whatever the number of rows.

    A column that is missing leaves its field alone, an empty cell sets what empty means.
    Subclasses set `schema` (its first column the key), `model` and `attributes`: the model's
    attributes the import writes, besides the key and `customer_id`.
    """

    model: ClassVar[type[Any]]
    attributes: ClassVar[tuple[str, ...]]

    def apply(self, rows: Sequence[Row]) -> Outcome:
        """Write the good rows of one batch; no number comes twice in it."""
        outcome = Outcome()
        key = self.schema.key[0]
        self.customers = customers_by_code((r.values["customer_code"] for r in rows), self.actor)
        stored = self.model.objects.in_bulk([r.values[key] for r in rows], field_name=key)
        self.look_up(rows, list(stored.values()))
        foreign = self._foreign(stored)
        changes = []
        for row in rows:
            before = stored.get(row.values[key])
            if before is not None and before.pk in foreign:
                outcome.reject(row, key, _("the number “{number}” is taken").format(number=before))
            elif change := self._change(row, before, outcome):
                changes.append(change)
        self.write(changes)
        outcome.created += sum(change.stored is None for change in changes)
        outcome.updated += sum(change.stored is not None for change in changes)
        return outcome

    def look_up(self, rows: Sequence[Row], stored: Sequence[Any]) -> None:
        """Fetch what the batch refers to."""

    def references(self, row: Row) -> dict[str, Any]:
        """Attributes that are found by another number, for the columns that are in the file."""
        return {}

    def refine(self, target: Any, stored: Any | None) -> None:
        """Set what follows from other attributes."""

    def check(self, change: Change, outcome: Outcome) -> None:
        """Reject what the row may not say; is asked for new and changed objects only."""

    def write(self, changes: Sequence[Change]) -> None:
        """Insert new objects and update changed ones in one statement."""
        self.model.objects.bulk_create(
            [change.target for change in changes],
            update_conflicts=True,
            unique_fields=[self.schema.key[0]],
            update_fields=["customer_id", *self.attributes],
        )

    def _change(self, row: Row, stored: Any | None, outcome: Outcome) -> Change | None:
        errors = len(outcome.errors)
        customer_id = self.customers.get(row.values["customer_code"])
        if customer_id is None:
            message = _("there is no customer “{code}”: import customers first")
            outcome.reject(row, "customer_code", message.format(code=row.values["customer_code"]))
            return None
        target = self._target(row, customer_id, stored)
        if stored is not None and self._same(stored, target):
            outcome.unchanged += 1
            return None
        change = Change(row, target, stored)
        self.check(change, outcome)
        return change if len(outcome.errors) == errors else None

    def _target(self, row: Row, customer_id: int, stored: Any | None) -> Model:
        given = self.schema.defaults() | row.values if stored is None else row.values
        named = {name: given[name] for name in self.attributes if name in given}
        values = {name: getattr(stored, name) for name in self.attributes} if stored else {}
        values |= named | self.references(row)
        key = self.schema.key[0]
        target: Model = self.model(**{key: row.values[key]}, customer_id=customer_id, **values)
        self.refine(target, stored)
        return target

    def _same(self, stored: Any, target: Any) -> bool:
        names = ("customer_id", *self.attributes)
        return all(getattr(stored, name) == getattr(target, name) for name in names)

    def _foreign(self, stored: dict[str, Any]) -> set[int]:
        """Of the stored objects those the actor may not see."""
        ids = {each.pk for each in stored.values()}
        if self.actor is None or not ids:
            return set()
        seen = self.model.objects.visible_to(self.actor).filter(pk__in=ids)
        return ids - set(seen.values_list("pk", flat=True))
