"""The one way events of waybills are written; what they say of the waybill is written with them."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection, transaction

from core import sql
from shipments.models import WaybillEvent
from shipments.rules.stages import UNDER_WAY

SQL = Path(__file__).parent.parent / "sql"
_ENDS = {WaybillEvent.Kind.DELIVERED.value, WaybillEvent.Kind.RETURNED.value}


@dataclass(frozen=True, slots=True)
class Event:
    """A message from the way; without a number of its own it is known by what it says and when."""

    waybill_no: str
    kind: str
    happened_at: dt.datetime
    stage: str = ""
    exception: str = ""
    unit_id: int | None = None
    place: str = ""
    note: str = ""
    source: str = ""
    event_id: str = ""
    seq: int | None = None

    def numbered(self) -> str:
        """Its number in the source, or what stands for one."""
        moment = self.happened_at.astimezone(dt.UTC).isoformat()
        return self.event_id or ":".join(filter(None, (self.kind, self.stage, moment)))


class _Written(NamedTuple):
    """What became of one message; `before` is what the event said, `pk` null if nothing was new."""

    line: int
    waybill_no: str
    before: str
    pk: int | None
    outcome: str


@transaction.atomic
def load_events(events: Sequence[Event]) -> list[str]:
    """Write what differs; what became of each: created, updated, unchanged, stale or unknown.

    A delivery, a return, an exception and the stages under way change the waybill, if nothing
    later has been told. Unknown are numbers that do not exist or that the role may not see.
    Meant for some hundreds at a time.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtext('shipments references'))")
    numbers = sorted({event.waybill_no for event in events})
    found: list[Any] = sql.rows(SQL / "lock_numbers.sql", numbers=numbers)
    months = sorted({month for _number, month in found})
    rows = [
        {"line": line, **asdict(event), "event_id": event.numbered()}
        for line, event in enumerate(events)
    ]
    written = [
        _Written(*row)
        for row in sql.rows(
            SQL / "write_events.sql", events=json.dumps(rows, default=str), months=months
        )
    ]
    _restate(written, months)
    outcomes = {row.line: row.outcome for row in written}
    return [outcomes.get(line, "unknown") for line in range(len(events))]


def _restate(written: list[_Written], months: list[int]) -> None:
    """The waybills as the events say that were written now."""
    changed = [row for row in written if row.pk is not None]
    if not changed:
        return
    sql.run(
        SQL / "apply_told.sql",
        numbers=sorted({row.waybill_no for row in changed}),
        months=months,
        written=[row.pk for row in changed],
        undone=[row.waybill_no for row in changed if row.before in _ENDS],
        cleared=[row.waybill_no for row in changed if row.before == "exception"],
        under_way=sorted(UNDER_WAY),
    )
