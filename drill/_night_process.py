"""Loaded by the fork server of the kill tests: each fork runs the command like a new process."""

from io import StringIO
from multiprocessing.synchronize import Event

import django
from django.core.management import call_command

django.setup()


def nightly(day: str, begins: Event) -> None:
    """`manage.py nightly --as-of DAY`, saying so when it begins."""
    begins.set()
    call_command("nightly", "--as-of", day, stdout=StringIO())  # what it prints nobody reads
