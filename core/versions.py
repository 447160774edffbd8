"""Partitions of nightly results: opened empty, filled through the parent, sealed with indexes, dropped.

The functions behind these calls run as crm_owner; crm_job has no DDL of its own.
"""

from django.db import connection

from core.models import VersionedTable


def _call(function: str, version: int) -> None:
    tables = list(
        VersionedTable.objects.order_by("name").values_list("name", flat=True)
    )
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT {function}(%s, %s)", [table, version])


def open_partitions(version: int) -> None:
    """An empty, unindexed partition of every versioned table; what an earlier try left is thrown away."""
    _call("core_open_partition", version)


def seal_partitions(version: int) -> None:
    """Give the version's partitions their indexes and statistics."""
    _call("core_seal_partition", version)


def drop_partitions(version: int) -> None:
    """Remove the version's results for good."""
    _call("core_drop_partition", version)
