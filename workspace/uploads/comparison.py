"""What an import changes in rows that have no history: the first of a file, before and after."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from core.tables.read import open_table
from core.tables.schema import Row, RowParser
from organization.models import User
from workspace.uploads.differences import Difference, Reader
from workspace.uploads.kinds import Kind

SAMPLED = 500
Stored = Mapping[str, Mapping[str, Any]]  # values by column, by key


def sampled_keys(kind: Kind, path: Path, columns: Sequence[str | None]) -> list[str]:
    """The keys of the first good rows, each once, in the order of the file."""
    with open_table(path) as table:
        parse = RowParser(kind.schema, kind.schema.names_of(table.header, columns))
        rows = (parse(raw) for raw in table.rows)
        good = (row for row in rows if isinstance(row, Row))
        return list(dict.fromkeys(kind.schema.key_of(row) for row in islice(good, SAMPLED)))


def stored(kind: Kind, keys: Sequence[str]) -> Stored:
    """What is stored under the keys now."""
    [name] = kind.key
    rows = kind.model._default_manager.filter(**{f"{name}__in": keys}).order_by()
    columns = [field.attname for field in kind.model._meta.concrete_fields]
    return {row[name]: row for row in rows.values(*columns)}


def compared(
    kind: Kind, user: User, keys: Sequence[str], before: Stored, after: Stored
) -> Iterator[Difference]:
    """What became of these rows, in their order; rejected ones are in neither."""
    reader = Reader(kind, user)
    for key in keys:
        if key not in after:
            continue
        customer = after[key].get(kind.customer)
        old = before.get(key)
        if old is None:
            yield Difference(key, customer, is_new=True)
            continue
        changes = {
            column: (old[column], value)
            for column, value in after[key].items()
            if old[column] != value
        }
        if cells := reader.cells(changes, reader.names([changes])):
            yield Difference(key, customer, is_new=False, cells=cells)
