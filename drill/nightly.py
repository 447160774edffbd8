"""R2, long: two starters killed hundreds of times over forty dates, a reader looking on."""

import datetime as dt
import time
from collections.abc import Iterator, Sequence
from itertools import count

from django.db import connection

from drill import _night_process as night_process
from drill import _nights as nights

KILLS, DATES = 300, 40
FIRST = dt.date(2025, 6, 30)


def main() -> Iterator[dict[str, object]]:
    """Yield each promise of R2 with what was counted, and the control."""
    begun = time.monotonic()
    nights.company()
    _copy_database("undisturbed")
    killed = nights.killed(
        (FIRST + dt.timedelta(number) for number in count()),
        [night_process.clock, night_process.clock],
        kills=KILLS,
        dates=DATES,
    )
    seconds = round(time.monotonic() - begun)
    _turn_to("undisturbed")
    whole = nights.undisturbed(killed.days)
    yield _none("published twice", killed.published_twice, kills=killed.kills, seconds=seconds)
    yield _none("missing dates", [day for day in killed.days if not killed.figures[day]])
    other = [day for day in killed.days if killed.figures[day] != whole.figures[day]]
    yield _none("dates with other results than undisturbed", other, dates=len(killed.days))
    yield {"check": "customers, alerts, history, credit", "passed": killed.left == whole.left}
    yield _none("partial reads", list(killed.seen - whole.seen), different_reads=len(killed.seen))
    before, between, after = nights.seen_in_the_middle(
        killed.days[-1] + dt.timedelta(1), in_one_transaction=False
    )
    caught = between not in {before, after}
    yield {"check": "control: published in two parts, a reader notices", "passed": caught}


def _none(check: str, found: Sequence[object], **counted: int) -> dict[str, object]:
    """A promise that nothing of this kind is found."""
    return {"check": check, "found": len(found), **counted, "passed": not found}


def _copy_database(name: str) -> None:
    """The database as it stands now once more, under another name."""
    original, role = connection.settings_dict["NAME"], connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict |= {"NAME": "postgres", "USER": "postgres"}
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE {name} TEMPLATE "{original}"')
    connection.close()
    connection.settings_dict |= {"NAME": original, "USER": role}


def _turn_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
