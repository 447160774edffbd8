"""What a merge writes over, so that it can be put back where nobody has changed it since."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db.models import Field, Model

from customers.models import Customer, Merge

Values = dict[str, Any]  # by column
# What the database writes by itself when a customer's name or status changes.
_FOLLOWING = {"name": ("former_names",), "status": ("status_on", "status_reason")}


def write(merge: Merge, row: Model, values: Values) -> None:
    """Change columns of a row; before and after are noted in the merge, which the caller saves."""
    following = [] if not isinstance(row, Customer) else _following(values)
    names = {column: _field(row, column).attname for column in (*values, *following)}
    before = {column: getattr(row, name) for column, name in names.items()}
    _set(row, values)
    row.refresh_from_db(fields=following)
    noted = merge.changes.setdefault(row._meta.db_table, {}).setdefault(str(row.pk), {})
    for column, name in names.items():
        noted[column] = [_plain(before[column]), _plain(getattr(row, name))]


def _following(values: Values) -> list[str]:
    found = (column for name in values for column in _FOLLOWING.get(name, ()))
    return [column for column in found if column not in values]


def put_back(merge: Merge, rows: Iterable[Model] = (), *, whole: bool = False) -> None:
    """These rows, or all noted ones, as they were: the columns that are as the merge left them.

    With `whole` also what somebody changed since.
    """
    only = {(row._meta.db_table, row.pk) for row in rows}
    models = {model._meta.db_table: model for model in apps.get_models()}
    for table, noted in merge.changes.items():
        found = models[table]._default_manager.in_bulk([int(pk) for pk in noted])
        for row in found.values():
            if not only or (table, row.pk) in only:
                _put_back(row, noted[str(row.pk)], whole=whole)


def _put_back(row: Model, noted: dict[str, list[Any]], *, whole: bool) -> None:
    values = {}
    for column, (before, after) in noted.items():
        field = _field(row, column)
        if whole or _plain(getattr(row, field.attname)) == after:
            values[column] = field.to_python(before)
    if values:
        _set(row, values)


def _set(row: Model, values: Values) -> None:
    by_name = {_field(row, column).attname: value for column, value in values.items()}
    type(row)._default_manager.filter(pk=row.pk).update(**by_name)
    for name, value in by_name.items():
        setattr(row, name, value)


def _field(row: Model, column: str) -> Field[Any, Any]:
    return next(field for field in row._meta.concrete_fields if field.column == column)


def _plain(value: Any) -> Any:
    """As JSON keeps it; numbers with decimals, days and ids as texts."""
    return value if value is None or isinstance(value, bool | int | str | list) else str(value)
