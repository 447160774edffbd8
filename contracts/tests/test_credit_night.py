"""The night's credit: payment score and rating (B6), states published and in force."""

import datetime as dt
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from contracts.jobs import write_credit
from contracts.models import Credit, CreditDecision, CreditState
from contracts.rules.payment_score import (
    financial_part,
    payment_part,
    rating,
    tenure_part,
    volume_part,
)
from contracts.services.credit import keep_credit, keep_credit_of_night
from contracts.tests.make import make_line, pay
from core.models import Version
from core.versions import open_partitions, seal_partitions
from customers.models import CreditEvent, Customer, Statement
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY = dt.date(2025, 12, 31)


def night(day: dt.date = DAY, *, is_replay: bool = False) -> Version:
    """Write and publish the credit of a day as the night does."""
    Version.objects.filter(is_current=True).update(is_current=False)
    Version.objects.filter(business_date=day).update(status="superseded")
    version = Version.objects.create(business_date=day)
    open_partitions(version.pk)
    write_credit(day, version.pk, is_replay=is_replay)
    seal_partitions(version.pk)
    Version.objects.filter(pk=version.pk).update(
        status="published", is_current=True, cutoff=timezone.now()
    )
    if not is_replay:
        keep_credit_of_night(day, version.pk)
    return version


def settle(customer: Customer, amounts: list[tuple[str, int]]) -> None:
    """Lines due in November, each paid so many days after."""
    due = dt.date(2025, 11, 1)
    for number, (amount, late) in enumerate(amounts):
        line = make_line(customer, f"L{number}", due.isoformat(), amount)
        paid_on = (due + dt.timedelta(late)).isoformat()
        pay(customer, f"R{number}", paid_on, amount, line_no=line.line_no)


def test_score_and_rating_are_the_rules_to_the_hundredth(cast: Cast):
    acme = cast.acme
    Customer.objects.filter(pk=acme.pk).update(customer_since=DAY - dt.timedelta(730))
    settle(acme, [("100000", -5), ("50000", 10), ("150000", 40)])
    Statement.objects.create(
        customer=acme, year=2024, assets=1000, liabilities=600, profit=-1, source="S", as_of=DAY
    )
    CreditEvent.objects.create(
        customer=acme, kind="promise_kept", text="Paid", source="S", as_of=DAY
    )
    keep_credit([acme.pk], cause="test")
    found = Credit.objects.get(version=night(), customer=acme)
    assert found.payment_score == Decimal("63.06")
    score = Decimal("63.0555555555555555555")
    rule = rating(
        {
            "payment": payment_part(score),
            "financial": financial_part(Decimal(1000), Decimal(600), Decimal(-1)),
            "volume": volume_part(Decimal(300000)),
            "tenure": tenure_part(730),
            "integrity": Decimal(73),
        }
    )
    assert rule is not None
    assert found.rating == rule.grade
    assert abs(found.rating_score - rule.score) < Decimal("0.01")
    assert found.parts["integrity"] == 73
    CreditEvent.objects.create(
        customer=acme, kind="our_lawsuit", text="Filed", source="S", as_of=DAY
    )
    assert Credit.objects.get(version=night(), customer=acme).rating == "D"


def test_fewer_than_three_lines_are_no_score_and_open_ones_count_while_they_are_late(cast: Cast):
    settle(cast.acme, [("10", 0), ("10", 0)])
    make_line(cast.acme, "OPEN", "2026-01-31", "10")
    keep_credit([cast.acme.pk], cause="test")
    assert Credit.objects.get(version=night(), customer=cast.acme).payment_score is None
    make_line(cast.acme, "LATE", (DAY - dt.timedelta(60)).isoformat(), "20")
    assert Credit.objects.get(version=night(), customer=cast.acme).payment_score == 60


def test_a_night_says_what_counts_once_and_a_replay_changes_history_only(cast: Cast):
    acme = cast.acme
    Customer.objects.filter(pk=acme.pk).update(credit_limit=1000)
    make_line(acme, "L1", (DAY - dt.timedelta(20)).isoformat(), "1300")
    first = night()
    state = CreditState.objects.get(customer=acme)
    assert (state.shown, state.reasons, state.day) == ("stop", ["use", "overdue"], DAY)
    pay(acme, "R1", "2026-01-02", "1300")  # judged as of today, a later day
    assert CreditState.objects.get(customer=acme).shown == "hold", "stop falls to hold first"
    decided = CreditDecision.objects.count()
    replay = night(is_replay=True)
    assert CreditDecision.objects.count() == decided
    shown = [Credit.objects.get(version=each, customer=acme).shown for each in (first, replay)]
    assert shown == ["stop", "stop"]
    out = StringIO()
    call_command("export", "credit", as_of=DAY, stdout=out)
    head, row = out.getvalue().splitlines()[:2]
    assert head.startswith("customer_code,currency,limit,exposure,receivables,unbilled")
    assert row.startswith("ACME,CNY,1000.00,1300.00,1300.00,0.00,0.00,1.300000,1300.00,20,stop")


def test_the_same_night_again_says_the_same(cast: Cast):
    Customer.objects.filter(pk=cast.acme.pk).update(credit_limit=1000)
    line = make_line(cast.acme, "L1", "2026-06-30", "1300")
    night(DAY - dt.timedelta(1))
    type(line).objects.filter(pk=line.pk).update(state="void")
    states = [Credit.objects.get(version=night(), customer=cast.acme).state for _ in range(2)]
    assert states == ["hold", "hold"]
    tomorrow = night(DAY + dt.timedelta(1))
    assert Credit.objects.get(version=tomorrow, customer=cast.acme).state == "clear"
    assert [d.shown for d in CreditDecision.objects.order_by("pk")] == ["stop", "hold", "clear"]
