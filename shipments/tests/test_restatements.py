"""What changes in published months leaves a trace that adds up."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import as_role
from core.context import acting
from core.models import Version
from customers.models import Customer
from shipments.models import Restatement
from shipments.querysets import SUMS
from shipments.services import Event, load_events
from shipments.tests.make import at, load, recounted, rollups, waybill
from shipments.tests.test_rollups import LOADS, delete, empty, row
from tests.cast import Cast

pytestmark = pytest.mark.django_db
FEBRUARY, MARCH = 2026 * 12 + 1, 2026 * 12 + 2


def publish(day: dt.date) -> None:
    """A night that knew all of this day."""
    Version.objects.update(is_current=False)
    Version.objects.update_or_create(
        business_date=day, status="published", defaults={"is_current": True}
    )


def traced() -> dict[Any, tuple[Any, ...]]:
    """What the trace comes to by (customer, month, currency), without what comes to nothing."""
    rows = Restatement.objects.values_list("customer_id", "month", "currency").order_by()
    found = {each[:3]: each[3:] for each in rows.annotate(*[Sum(name) for name in SUMS])}
    return {key: sums for key, sums in found.items() if any(sums)}


def causes(customer: Customer) -> list[tuple]:
    """The customer's trace in the order it was written."""
    rows = Restatement.objects.filter(customer=customer).order_by("id")
    return list(rows.values_list("month", "cause", "waybills", "shipments", "revenue"))


def test_a_late_a_corrected_and_a_cancelled_waybill_are_told_apart(cast: Cast):
    load(*[waybill(f"W{n}", cast.acme, f"2026-02-0{n} 10:00") for n in range(1, 5)])
    publish(dt.date(2026, 2, 28))
    assert not Restatement.objects.exists()
    with acting(actor="dispatch"):
        load(
            waybill("W1", cast.acme, "2026-02-01 10:00", revenue=Decimal(15), source="tms"),
            waybill("W2", cast.acme, "2026-02-02 10:00", status="cancelled", source="tms"),
            waybill("W3", cast.bolt, "2026-02-03 10:00", source="tms"),
            waybill("W4", cast.acme, "2026-03-01 10:00", source="tms"),
            waybill("W8", cast.acme, "2026-02-08 10:00", source="tms"),
            waybill("W9", cast.acme, "2026-03-09 10:00", source="tms"),
        )
    assert sorted(causes(cast.acme)) == [
        (FEBRUARY, "cancelled", 1, -1, -10),
        (FEBRUARY, "correction", 1, 0, 5),
        (FEBRUARY, "late", 1, 1, 10),
        (FEBRUARY, "moved", 1, -1, -10),
        (FEBRUARY, "payer", 1, -1, -10),
    ]
    assert causes(cast.bolt) == [(FEBRUARY, "payer", 1, 1, 10)]
    assert len(set(Restatement.objects.values_list("load", "actor", "source"))) == 1
    assert Restatement.objects.values_list("actor", "source").first() == ("dispatch", "tms")


def test_what_arrives_in_time_and_what_comes_again_leaves_no_trace(cast: Cast):
    publish(dt.date(2026, 3, 30))  # March is not over
    rows = [waybill(f"W{n}", cast.acme, f"2026-03-0{n} 10:00") for n in range(1, 4)]
    load(*rows)
    publish(dt.date(2026, 3, 31))
    load(*rows)
    load(rows[0] | {"source": "tms"})  # nothing that counts
    assert not Restatement.objects.exists()


def test_a_delivery_told_after_the_month_is_progress(cast: Cast):
    load(waybill("W1", cast.acme, "2026-02-27 10:00", promised_at="2026-03-02"))
    publish(dt.date(2026, 2, 28))
    load_events([Event("W1", "delivered", at("2026-03-01 10:00"))])
    trace = Restatement.objects.get()
    assert (trace.cause, trace.shipments, trace.promised, trace.on_time) == ("progress", 0, 1, 1)


def test_only_those_who_see_the_customer_see_the_trace_and_nobody_writes_it(cast: Cast):
    publish(dt.date(2026, 3, 31))
    load(waybill("W1", cast.acme, "2026-02-27 10:00"))
    for person, seen in ((cast.alice, 1), (cast.wendy, 0)):
        with acting(user_id=person.pk, actor=person.username), as_role("crm_app"):
            assert Restatement.objects.count() == seen
            assert Restatement.objects.visible_to(person).count() == seen


EVENTS = st.lists(
    st.tuples(
        st.integers(1, 12),
        st.sampled_from(["delivered", "returned", "note", "exception"]),
        st.integers(0, 60),
        st.sampled_from(["", "E1"]),
    ),
    max_size=4,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stated=LOADS, later=st.lists(st.tuples(LOADS, EVENTS), max_size=2), night=st.integers(0, 40))
def test_trace_and_first_state_are_the_present_whatever_happened(
    cast: Cast, stated: list, later: list, night: int
):
    empty()
    with as_role("crm_owner"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM shipments_restatement")
    Version.objects.update(is_current=False)
    for rows in stated:
        load(*[row(cast, drawn) for drawn in rows])
    day = dt.date(2024, 2, 10) + dt.timedelta(days=night)
    publish(day)
    closed = (day + dt.timedelta(days=1)).year * 12 + (day + dt.timedelta(days=1)).month - 1
    first = rollups()
    for loads, events in later:
        for rows in loads:
            load(*[row(cast, drawn) for drawn in rows])
        load_events([_event(*drawn) for drawn in events])
    delete([1])
    present = rollups()
    assert present == recounted()
    trace = traced()
    assert all(month < closed for _customer, month, _currency in trace)
    for key in {*first, *present, *trace}:
        if key[1] < closed:
            zero = (0,) * len(SUMS)
            before, change = first.get(key, zero), trace.get(key, zero)
            after = tuple(x + y for x, y in zip(before, change, strict=True))
            assert after == present.get(key, zero)


def _event(number: int, kind: str, days: int, event_id: str) -> Event:
    moment = at("2024-01-31 12:00") + dt.timedelta(days=days)
    exception = "damage" if kind == "exception" else ""
    return Event(f"W{number}", kind, moment, exception=exception, event_id=event_id)
