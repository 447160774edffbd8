"""The planner knows nightly results as a whole: joins of one version are estimated right."""

import pytest
from django.db import connection

from core.models import Version
from core.versions import open_partitions, seal_partitions
from segmentation.models import Figures
from tests.cast import Cast, make_customer

pytestmark = pytest.mark.django_db


def night(day: str, customers: list[int]) -> None:
    version = Version.objects.create(business_date=day)
    open_partitions(version.pk)
    Figures.objects.bulk_create(
        Figures(
            version=version, customer_id=customer, shipments_12m=1, revenue_12m=1,
            revenue_prev_12m=0, promised=0, on_time=0, exceptions=0,
        )
        for customer in customers
    )  # fmt: skip
    seal_partitions(version.pk)


def known() -> int:
    """How many rows the planner takes the whole table to have."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'segmentation_figures'")
        return int(cursor.fetchone()[0])


def test_the_parent_is_known_from_the_first_night_and_when_it_has_doubled(cast: Cast):
    customers = [make_customer(f"C{n}", cast.east_outlet).pk for n in range(20)]
    night("2026-03-01", customers)
    assert known() == 20
    night("2026-03-02", customers)
    assert known() == 20  # not yet twice as many
    night("2026-03-03", customers)
    assert known() == 60
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stats WHERE tablename = 'segmentation_figures' AND inherited"
        )
        assert cursor.fetchone()[0] > 10
