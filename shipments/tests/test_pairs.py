"""Who sends to whom: pairs and partners equal a naive count, whatever happened to the waybills."""

import datetime as dt
from collections import Counter
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from conftest import as_role
from core.rules import add_months
from shipments.jobs import check_rollups
from shipments.models import Waybill
from shipments.reports import Partner, partners
from shipments.tests.make import load, local, waybill
from shipments.tests.test_rollups import ANCHORS, DAYS, LEAP, WAYBILLS, delete, empty, history, row
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NAMES = ("acme", "bolt", "wolf")
SENT = st.tuples(WAYBILLS, st.sampled_from([None, *NAMES]), st.sampled_from(["shipper", "third"]))
Sum = tuple[int, Decimal]


def naive(day: dt.date) -> dict[tuple[int, int], Sum]:
    """Shipments and revenue of each pair in the 12 months, waybill by waybill."""
    number: Counter[tuple[int, int]] = Counter()
    revenue: Counter[tuple[int, int]] = Counter()
    for sent in Waybill.objects.exclude(status="cancelled").filter(currency="CNY"):
        if sent.consignee_id in (None, sent.shipper_id):
            continue
        if add_months(day, -12) < local(sent.accepted_at) <= day:
            number[sent.shipper_id, sent.consignee_id] += 1
            revenue[sent.shipper_id, sent.consignee_id] += sent.revenue
    return {pair: (number[pair], revenue[pair]) for pair in number}


def pairs(day: dt.date) -> dict[tuple[int, int], Sum]:
    """The same as the night reads it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shipper_id, consignee_id, sum(shipments), sum(revenue)"
            " FROM shipments_pairs(%s, 'CNY') GROUP BY shipper_id, consignee_id",
            [day],
        )
        return {(a, b): (number, money) for a, b, number, money in cursor.fetchall()}


@history
@given(loads=st.lists(st.lists(SENT, min_size=1, max_size=8), min_size=1, max_size=5),
       deleted=st.lists(st.integers(1, 12), max_size=2), day=DAYS)  # fmt: skip
def test_pairs_equal_a_naive_count(cast: Cast, loads: list, deleted: list[int], day: dt.date):
    empty()
    for sent in loads:
        rows = [
            row(cast, drawn) | {"consignee_id": to and getattr(cast, to).pk, "payer": payer,
                                "billed_id": cast.wolf.pk if payer == "third" else None}
            for drawn, to, payer in sent
        ]  # fmt: skip
        load(*rows)
        check_rollups()
    delete(deleted)
    check_rollups()
    for asked in (day, *ANCHORS, LEAP):
        expected = naive(asked)
        assert pairs(asked) == expected
        for name in NAMES:
            one = getattr(cast, name).pk
            both = Counter({b: n for (a, b), (n, _) in expected.items() if a == one})
            both += Counter({a: n for (a, b), (n, _) in expected.items() if b == one})
            assert {p.customer: p.shipments for p in partners(one, asked)} == both


def test_a_corrected_consignee_changes_the_pair_though_no_sum_changed(cast: Cast):
    sent = waybill("W1", cast.acme, "2025-08-03 10:00", consignee_id=cast.bolt.pk)
    load(sent)
    check_rollups()
    load(sent | {"consignee_id": cast.wolf.pk})
    check_rollups()
    assert pairs(dt.date(2025, 8, 31)) == {(cast.acme.pk, cast.wolf.pk): (1, Decimal(10))}


def test_pairs_that_nobody_recounted_are_found_by_the_rebuild(cast: Cast):
    load(waybill("W1", cast.acme, "2025-08-03 10:00", consignee_id=cast.bolt.pk))
    check_rollups()
    with as_role("crm_owner"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM shipments_pairmonth")
    check_rollups()
    assert pairs(dt.date(2025, 8, 31)) == {}
    check_rollups(everyone=True)
    assert pairs(dt.date(2025, 8, 31)) == {(cast.acme.pk, cast.bolt.pk): (1, Decimal(10))}


def test_a_customer_has_partners_whoever_pays(cast: Cast):
    """Acme pays what goes to Bolt and what comes from Wolf, and for a waybill of these two."""
    load(waybill("W1", cast.acme, "2025-08-03 10:00", consignee_id=cast.bolt.pk,
                 payer="shipper", billed_id=None),
         waybill("W2", cast.wolf, "2025-08-04 10:00", consignee_id=cast.acme.pk,
                 payer="consignee", billed_id=None, revenue=Decimal(30)),
         waybill("W3", cast.bolt, "2025-08-05 10:00", consignee_id=cast.wolf.pk,
                 payer="third", billed_id=cast.acme.pk, revenue=Decimal(50)))  # fmt: skip
    check_rollups()
    with as_role("crm_app"):
        assert partners(cast.acme.pk, dt.date(2025, 8, 31)) == [
            Partner(cast.wolf.pk, 1, Decimal(30)),
            Partner(cast.bolt.pk, 1, Decimal(10)),
        ]
