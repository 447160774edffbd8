"""Loaded by the fork server of the kill tests: each fork runs the command like a new process."""

import datetime as dt
from io import StringIO
from multiprocessing.synchronize import Event

import django
from django.core.management import call_command

from core.rules import BUSINESS_ZONE

django.setup()
_EIGHT = dt.time(8, tzinfo=BUSINESS_ZONE)


def nightly(day: str, begins: Event) -> None:
    """`manage.py nightly --as-of DAY`, saying so when it begins."""
    begins.set()
    call_command("nightly", "--as-of", day, stdout=StringIO())  # what it prints nobody reads


def clock(day: str, begins: Event) -> None:
    """What beat, a tick or a starting worker does on the morning after, with whatever is due."""
    from crm.nightly import ensure_runs  # noqa: PLC0415  # needs Django set up

    begins.set()
    ensure_runs(dt.datetime.combine(dt.date.fromisoformat(day) + dt.timedelta(1), _EIGHT))
