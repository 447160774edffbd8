"""Two files side by side: where they differ, which value the page proposes, what would move."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection
from django.utils.translation import gettext as _

from core.models import History
from customers.models import Customer
from organization.models import User
from organization.permissions import may_read
from workspace.merging.relations import MOVES
from workspace.profile import Fact, fact

_EMPTY: tuple[Any, ...] = (None, "", [])
_OWN = {"code", "merged_into"}
_PLACE = {"org_unit", "account_manager"}  # who looks after the file goes on doing so


@dataclass(frozen=True, slots=True)
class Row:
    """One field of both files; `takes_other` is what the page proposes."""

    name: str
    label: str
    kept: Fact | None
    other: Fact | None
    takes_other: bool

    @property
    def differs(self) -> bool:
        """Whether there is something to choose."""
        return self.other is not None and (self.kept is None or self.kept.value != self.other.value)


def fields() -> list[str]:
    """Names of what can be taken over: all that people write."""
    return [
        field.name
        for field in Customer._meta.concrete_fields
        if field.editable and not field.primary_key and field.name not in _OWN
    ]


def compare(user: User, kept: Customer, other: Customer) -> list[Row]:
    """The fields that at least one file has, those that differ first. The proposal is the fuller
    value, of two the one written last.
    """
    latest = _latest(kept, other)
    readable = [name for name in fields() if may_read(user, Customer.field_classes[name])]
    rows = [row for name in readable if (row := _row(name, user, kept, other, latest))]
    return sorted(rows, key=lambda row: not row.differs)


def _row(
    name: str, user: User, kept: Customer, other: Customer, latest: dict[tuple[int, str], datetime]
) -> Row | None:
    field = Customer._meta.get_field(name)
    column = str(getattr(field, "column", name))
    ours, theirs = getattr(kept, column), getattr(other, column)
    if ours in _EMPTY and theirs in _EMPTY:
        return None
    newer = latest.get((other.pk, column)), latest.get((kept.pk, column))
    is_newer = bool(newer[0] and newer[1] and newer[0] > newer[1] and name not in _PLACE)
    return Row(
        name,
        str(getattr(field, "verbose_name", name)),
        fact(user, kept, name),
        fact(user, other, name),
        takes_other=theirs not in _EMPTY and (ours in _EMPTY or (ours != theirs and is_newer)),
    )


def _latest(kept: Customer, other: Customer) -> dict[tuple[int, str], datetime]:
    """When each field of each file was written last, as far as the history knows."""
    records = History.objects.filter(
        table_name=Customer._meta.db_table, row_id__in=[str(kept.pk), str(other.pk)]
    )
    found: dict[tuple[int, str], datetime] = {}
    for row_id, at, changes in records.order_by("at").values_list("row_id", "at", "changes"):
        found |= {(int(row_id), column): at for column in changes}
    return found


def what_moves(customer: Customer) -> list[tuple[str, int]]:
    """What hangs on the file, by kind, with its number; one query."""
    places = [(relation.table, relation.column) for relation in MOVES]
    places.append(("shipments_waybill", "customer_id"))
    parts = [
        f"SELECT '{table}', count(*) FROM {table} WHERE {column} = %s"  # noqa: S608  # names come from the models
        for table, column in places
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), [customer.pk] * len(parts))
        numbers = [(table, number) for table, number in cursor.fetchall() if number]
    return list(_named(numbers))


def _named(numbers: list[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    names = {model._meta.db_table: model._meta.verbose_name_plural for model in apps.get_models()}
    names[Customer._meta.db_table] = _("companies of the group")
    for table, number in numbers:
        yield str(names[table]), number


def moved(rows: dict[str, int]) -> list[tuple[str, int]]:
    """The same of a merge that is done, from its numbers by place; small first, by name."""
    tables = [(place.partition(".")[0], number) for place, number in rows.items() if number]
    return list(_named(tables))
