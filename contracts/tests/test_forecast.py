"""When open money is to come: the rule, and the SQL against it."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from contracts.models import PlanLine, Promise
from contracts.reports.forecast import forecast, lines_of_week
from contracts.rules.forecast import LATER, STALE, expected_on, week_of
from contracts.services import write_off_line
from contracts.tests import worlds
from contracts.tests.make import day, make_line, pay
from core.rules import rate, window
from tests.cast import Cast

DAY = dt.date(2025, 8, 31)


def after(days: int) -> dt.date:
    return DAY + dt.timedelta(days)


@pytest.mark.parametrize(
    ("due", "more", "expected"),
    [
        (after(10), {"habit": Decimal("4.5")}, after(15)),  # half a day up
        (after(10), {"habit": Decimal("-4.4")}, after(6)),
        (after(10), {"habit": None}, after(10)),
        (after(-3), {"habit": Decimal(20)}, after(17)),
        (after(-30), {"habit": Decimal(20)}, after(1)),  # later than usual
        (after(2), {"habit": Decimal(-20)}, after(1)),  # should have come
        (after(-STALE), {"habit": Decimal(0)}, after(1)),
        (after(-STALE - 1), {"habit": Decimal(200)}, None),
        (after(5), {"habit": None, "disputed": True}, None),
        (after(-200), {"habit": None, "disputed": True, "promised_on": after(9)}, after(9)),
        (after(5), {"habit": None, "promised_on": DAY}, after(1)),
    ],
)
def test_a_promise_counts_first_then_the_habit(due: dt.date, more: dict, expected: dt.date | None):
    assert expected_on(due, DAY, **more) == expected


def test_weeks_are_seven_days_from_the_day_on():
    days = (-9, 0, 1, 7, 8, 91, 92, 500)
    assert [week_of(after(n), DAY) for n in days] == [0, 0, 1, 1, 2, 13, LATER, LATER]


@pytest.mark.django_db
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lines=worlds.LINES, receipts=worlds.RECEIPTS, on=worlds.days(200))
def test_sql_expects_what_the_rule_does(cast: Cast, lines, receipts, on: dt.date):
    customers = [cast.acme, cast.bolt]
    with transaction.atomic():
        worlds.post(customers, lines, receipts)
        found: dict = defaultdict(Decimal)
        for row in forecast([each.pk for each in customers], on, "customer", known=on):
            found[row.key, row.currency, row.due_week, row.week] += row.amount
        assert found == by_the_rule(customers, on)
        transaction.set_rollback(True)


def by_the_rule(customers, on: dt.date) -> dict:
    expected: dict = defaultdict(Decimal)
    for currency in ("CNY", "USD"):
        ledgers = {each.pk: worlds.ledger_lines(each, currency) for each in customers}
        mean = _habit([line for lines in ledgers.values() for line in lines], on)
        for pk, lines in ledgers.items():
            own = _habit(lines, on)
            for line in lines:
                if left := line.remainder(on):
                    usual = mean if own is None else own
                    comes = expected_on(line.due_on, on, habit=usual)
                    week = None if comes is None else week_of(comes, on)
                    expected[pk, currency, week_of(line.due_on, on), week] += left
    return expected


def _habit(lines, on: dt.date) -> Decimal | None:
    weight = weighted = Decimal(0)
    for line in lines:
        paid_on = line.paid_on(on)
        if paid_on is not None and paid_on in window(on):
            weight += line.amount
            weighted += line.amount * (paid_on - (line.original_due_on or line.due_on)).days
    return rate(weighted, weight)


@pytest.mark.django_db
def test_promises_disputes_and_what_was_given_up(cast: Cast):
    late = make_line(cast.acme, "late", "2025-08-01", "10")
    old = make_line(cast.acme, "old", "2025-03-01", "20")
    argued = make_line(cast.acme, "argued", "2025-09-05", "30", disputed=True)
    make_line(cast.bolt, "planned", "2025-10-01", "40", issued_on=day("2025-09-20"))
    lost = make_line(cast.bolt, "lost", "2025-09-05", "50")
    write_off_line(lost, reason="x", waived=False, expected=Decimal(50), day=DAY)
    pay(cast.wolf, "unallocated", "2025-08-01", "99")
    promise = {"customer": cast.acme, "currency": "CNY", "made_on": after(-1), "noted_by": cast.bob}
    Promise.objects.create(
        line=argued, amount=30, due_on=after(20), counts_until=after(22), **promise
    )
    Promise.objects.create(
        covers_overdue=True, amount=30, due_on=after(3), counts_until=after(5), **promise
    )
    rows = forecast(None, DAY, "line")
    assert {(PlanLine.objects.get(pk=row.key).line_no, row.week, row.why) for row in rows} == {
        ("late", 1, "promise"),
        ("old", 1, "promise"),
        ("argued", 3, "promise"),
        ("planned", 5, "mean"),
    }
    Promise.objects.all().delete()
    found = {row.key: (row.week, row.why) for row in forecast(None, DAY, "line", known=DAY)}
    assert found == {
        late.pk: (1, "mean"), old.pk: (None, "stale"), argued.pk: (None, "disputed"),
    }  # fmt: skip
    asked = {"week": 1, "currency": "CNY", "most": 1}
    assert [row.key for row in lines_of_week(None, DAY, **asked)] == [late.pk]
    make_line(cast.acme, "more", (DAY - dt.timedelta(2)).isoformat(), "0.10")
    [first] = lines_of_week(None, DAY, **asked)
    assert (first.key, first.rows) == (late.pk, 2)
    assert lines_of_week(None, DAY, **asked | {"currency": "USD"}) == []
    assert forecast([cast.wolf.pk], DAY) == []
