"""Import of rows that each make or change one object of a customer, found by its number."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from core.tables.importer import Outcome
from core.tables.schema import Row
from core.tables.upsert import UpsertImport
from customers.codes import customers_by_code

NO_SUCH = 0  # the id of what a row refers to in vain: it differs from every stored one


class KeyedImport(UpsertImport):
    """Subclasses set `schema` (its first column the number, another `customer_code`) and `model`.

    The other columns are called like the model's attributes; where they are not, `fill` says more.
    """

    model: ClassVar[type[Any]]

    def prepare(self, rows: Sequence[Row]) -> None:
        """Find the customers of the batch and what is stored under its numbers."""
        [number] = self.unique
        codes = (row.values["customer_code"] for row in rows)
        self.customers = customers_by_code(codes, self.actor)
        self.stored: dict[str, Any] = self.model.objects.in_bulk(
            [row.values[number] for row in rows], field_name=number
        )
        self.foreign = self._foreign()

    def stored_row(self, key: str) -> Any:
        """The object of that number."""
        return self.stored.get(key)

    def fill(self, row: Row, stored: Any, outcome: Outcome) -> dict[str, Any]:
        """The values, with the customer's id; a number of somebody else's customer is taken."""
        values = dict(row.values) if stored else self.schema.defaults() | row.values
        code, [number] = values.pop("customer_code"), self.unique
        if stored is not None and stored.pk in self.foreign:
            message = _("the number “{number}” is taken")
            outcome.reject(row, number, message.format(number=values[number]))
        values["customer_id"] = self.customers.get(code)
        if values["customer_id"] is None:
            message = _("there is no customer “{code}”: import customers first")
            outcome.reject(row, "customer_code", message.format(code=code))
        return values

    def _foreign(self) -> set[int]:
        """Ids of what is stored and the actor may not see."""
        ids = {each.pk for each in self.stored.values()}
        if self.actor is None or not ids:
            return set()
        seen = self.model.objects.visible_to(self.actor).filter(pk__in=ids)
        return ids - set(seen.values_list("pk", flat=True))
