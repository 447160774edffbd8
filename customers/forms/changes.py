"""Who changed what, for somebody whose form has grown old."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.models import History
from customers.forms.stale import Conflict, SeenForm

LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class Told:
    """A conflict with who wrote the other value, and when."""

    conflict: Conflict
    label: str
    theirs: str
    who: str
    at: datetime | None


def who_changed(form: SeenForm) -> list[Told]:
    """The form's conflicts, each with the latest change of that field; no query without any."""
    if not form.conflicts:
        return []
    records = History.objects.filter(
        table_name=form.instance._meta.db_table, row_id=str(form.instance.pk), operation="U"
    )
    latest = list(records.order_by("-at", "-id")[:LOOKED_AT])
    return list(_told(form, latest))


def _told(form: SeenForm, latest: list[History]) -> Iterator[Told]:
    for conflict in form.conflicts:
        column = form.instance._meta.get_field(conflict.name).column
        record = next((each for each in latest if column in each.changes), None)
        field = form[conflict.name]
        yield Told(
            conflict=conflict,
            label=str(field.label),
            theirs=_written(field.field, conflict.theirs),
            who=record.actor if record else "",
            at=record.at if record else None,
        )


def _written(field: Any, value: Any) -> str:
    """The value as the form would show it."""
    shown = field.prepare_value(value)
    choices = dict(getattr(field, "choices", ()))
    return str(choices.get(shown, shown if shown not in (None, "") else "—"))
