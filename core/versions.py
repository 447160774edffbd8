"""Partitions of nightly results: opened, filled through the parent, sealed with indexes, dropped.

The functions behind these calls run as crm_owner; crm_job has no DDL of its own.
"""

from datetime import date

from django.db import connection
from django.utils.translation import gettext as _

from core.models import Version, VersionedTable
from core.tables.errors import TableError

_SHOWN_DATES = 60


def _call(function: str, version: int) -> None:
    tables = list(VersionedTable.objects.order_by("name").values_list("name", flat=True))
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT {function}(%s, %s)", [table, version])


def open_partitions(version: int) -> None:
    """An empty, unindexed partition of every versioned table; an earlier try's is thrown away."""
    _call("core_open_partition", version)


def analyze_partition(table: str, version: int) -> None:
    """Statistics of one table's partition as it stands, for the steps that read it next."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT core_analyze_partition(%s, %s)", [table, version])


def seal_partitions(version: int) -> None:
    """Give the version's partitions their indexes and statistics."""
    _call("core_seal_partition", version)


def drop_partitions(version: int) -> None:
    """Remove the version's results for good."""
    _call("core_drop_partition", version)


def published_version(as_of: date | None) -> Version:
    """The version published for the date (None: the current one); TableError says which exist."""
    versions = Version.objects
    version = versions.current() if as_of is None else versions.published_on(as_of)
    if version is not None:
        return version
    dates = versions.published_dates()
    if not dates:
        raise TableError(_("no night has been computed yet: run nightly first"))
    shown = ", ".join(day.isoformat() for day in dates[:_SHOWN_DATES])
    raise TableError(
        _("nothing is published for {day}; there are results for: {dates}").format(
            day=as_of, dates=shown
        )
    )
