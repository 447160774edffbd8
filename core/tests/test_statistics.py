"""Statistics: tables that grew get theirs at once, others are left alone."""

import pytest
from django.db import ProgrammingError, connection, transaction

from conftest import as_role
from core.statistics import gather_statistics
from organization.models import OrgUnit
from tests.cast import Cast


def known(table: str) -> int:
    """How many rows the planner believes there are; -1: it has no idea."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
        return int(cursor.fetchone()[0])


def make_units(count: int, prefix: str) -> None:
    """So many units, and the counters of the server know of them."""
    OrgUnit.objects.bulk_create(
        OrgUnit(code=f"{prefix}{n}", name="Unit", level="group") for n in range(count)
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")


@pytest.mark.django_db(transaction=True)
def test_a_table_that_grew_is_known_at_once_and_not_gathered_twice():
    make_units(3000, "A")
    gather_statistics()
    assert known("organization_orgunit") == 3000
    make_units(300, "B")
    gather_statistics()
    assert known("organization_orgunit") == 3000  # a tenth more is not much
    make_units(1500, "C")
    gather_statistics()
    assert known("organization_orgunit") == 4800


@pytest.mark.django_db(transaction=True)
def test_a_parent_of_partitions_is_known_too():
    """Autovacuum never looks at parents, and joins are planned by what they know."""
    with as_role("postgres"), connection.cursor() as cursor:
        cursor.execute("ANALYZE shipments_waybill")  # nothing is known of what other tests had
    with connection.cursor() as cursor:
        cursor.execute("SELECT shipments_make_partition(24300)")
        cursor.execute(
            "INSERT INTO shipments_waybill (waybill_no, month, customer_id, shipper_id, payer,"
            " billed_code, service, accepted_at, origin, destination, revenue, currency, status,"
            " exception, source) SELECT 'S' || n, 24300, 1, 1, 'shipper', '', 'standard',"
            " '2025-01-05 10:00+08', '', '', 1, 'CNY', 'accepted', '', ''"
            " FROM generate_series(1, 2500) n"
        )
        cursor.execute("SELECT pg_stat_force_next_flush()")
    gather_statistics()
    assert known("shipments_waybill_202501") == known("shipments_waybill") == 2500


@pytest.mark.django_db
def test_all_tables_are_gathered_with_what_the_transaction_wrote(cast: Cast):
    make_units(50, "D")
    assert gather_statistics(grown_only=False) > 20
    assert known("organization_orgunit") == OrgUnit.objects.count()


@pytest.mark.django_db
def test_jobs_may_and_web_processes_may_not():
    with as_role("crm_job"):
        assert gather_statistics() >= 0
    with (
        as_role("crm_app"),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
    ):
        gather_statistics()
