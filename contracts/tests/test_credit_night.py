"""The night's credit: payment score and rating (B6), states published and in force."""

import datetime as dt
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.jobs import close_credit_use_alerts, open_credit_use_alerts, write_credit
from contracts.models import Credit, CreditDecision, CreditState, PlanLine
from contracts.rules.payment_score import (
    financial_part,
    payment_part,
    points,
    rating,
    tenure_part,
    volume_part,
)
from contracts.services.credit import keep_credit, keep_credit_of_night
from contracts.tests.make import make_line, pay
from core.models import Version
from core.versions import open_partitions, seal_partitions
from customers.models import CreditEvent, Customer, Statement
from customers.rules import integrity as evidence
from engagement.models import Alert
from engagement.services import call_for_credit_review, close_credit_review
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


def test_beyond_120_days_late_is_the_least(cast: Cast):
    for days in (120, 121, 500):
        due = DAY - dt.timedelta(days)
        make_line(cast.acme, f"L{days}", due.isoformat(), "100")
    found = Credit.objects.get(version=night(), customer=cast.acme)
    assert found.payment_score == Decimal("13.33")  # of 20, 10 and 10
    assert found.payment_score == round(sum(map(points, (120, 121, 500))) / 3, 2)


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


def test_who_came_nobody_knows_when_is_rated_by_the_other_parts(cast: Cast):
    settle(cast.acme, [("100000", 0), ("50000", 0), ("150000", 0)])
    found = Credit.objects.get(version=night(), customer=cast.acme)
    parts = {
        "payment": payment_part(Decimal(80)),
        "financial": None,
        "volume": volume_part(Decimal(300000)),
        "tenure": tenure_part(None),
        "integrity": None,
    }
    rule = rating(parts)
    assert rule is not None
    assert "tenure" not in found.parts
    assert (found.rating, abs(found.rating_score - rule.score) < Decimal("0.01")) == (
        rule.grade, True,
    )  # fmt: skip


KINDS = st.sampled_from(sorted(evidence.POINTS))
DAYS_AGO = st.sampled_from([0, 1, 200, 364, 365, 366, 700, 1094, 1095, 1096, 2000, -1])
EVENTS = st.lists(st.tuples(KINDS, DAYS_AGO, st.none() | st.integers(0, 900)), max_size=12)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS)
def test_the_night_weighs_evidence_as_the_rule(cast: Cast, events):
    with transaction.atomic():
        settle(cast.acme, [("10", 0), ("10", 0), ("10", 0)])
        pieces = []
        for kind, days, later in events:
            on = DAY - dt.timedelta(days)
            settled = None if later is None else on + dt.timedelta(later)
            pieces.append(evidence.Evidence(kind, on, settled is not None and settled <= DAY))
            CreditEvent.objects.create(
                customer=cast.acme, kind=kind, text="x", source="S", as_of=on, settled_on=settled
            )
        found = Credit.objects.get(version=night(), customer=cast.acme)
        assert found.parts.get("integrity") == evidence.integrity(pieces, DAY).score
        is_vetoed = any(
            piece.kind in CreditEvent.VETOES and piece.day <= DAY and not piece.settled
            for piece in pieces
        )
        assert found.parts.get("vetoed", False) == is_vetoed
        transaction.set_rollback(True)


def test_a_missed_night_that_is_caught_up_leaves_what_was_judged_for_a_later_day(cast: Cast):
    """But where the books end long ago, as those somebody looks at, their night counts."""
    acme, today = cast.acme, timezone.localdate()
    Customer.objects.filter(pk=acme.pk).update(credit_limit=1000)
    line = make_line(acme, "L1", "2099-06-30", "1300")
    keep_credit([acme.pk], cause="facts")
    type(line).objects.filter(pk=line.pk).update(state="void")
    for late, shown in ((7, "stop"), (1, "stop"), (8, "clear")):
        night(today - dt.timedelta(late))
        assert CreditState.objects.get(customer=acme).shown == shown, late


def credit_alerts(number: int) -> list[tuple[str, str, str]]:
    """Alerts about credit after the night so many days later: why, how bad, how they stand."""
    day = DAY + dt.timedelta(number)
    version = night(day).pk
    open_credit_use_alerts(day, version)
    close_credit_use_alerts(day, version)
    found = Alert.objects.filter(kind="credit_review").order_by("pk")
    return list(found.values_list("params__why", "severity", "status"))


def test_the_higher_mark_of_the_limit_takes_the_place_of_the_lower(cast: Cast):
    acme = cast.acme
    Customer.objects.filter(pk=acme.pk).update(credit_limit=1000)

    def alerts(number: int, more: str) -> list[tuple[str, str, str]]:
        make_line(acme, f"L{number}", "2099-06-30", more)
        return credit_alerts(number)

    assert alerts(0, "500") == []
    assert alerts(1, "350") == [("used", "medium", "open")]
    assert alerts(2, "10") == [("used", "medium", "open")]
    both = [("used", "medium", "closed"), ("exceeded", "high", "open")]
    assert alerts(3, "200") == both
    assert Alert.objects.get(params__why="used").closing_reason == "superseded"
    PlanLine.objects.filter(line_no="L3").update(state="void")
    assert alerts(4, "1") == both
    assert alerts(5, "200") == both, "it stands open already"
    PlanLine.objects.exclude(line_no="L0").update(state="void")
    assert alerts(6, "249") == [("used", "medium", "closed"), ("exceeded", "high", "closed")]
    assert Alert.objects.get(params__why="exceeded").closing_reason == "recovered"
    assert alerts(7, "60")[-1] == ("used", "medium", "open"), "it is told anew"


def test_danger_signs_that_an_alert_of_the_limit_took_up_wait_for_the_review(cast: Cast):
    acme = cast.acme
    Customer.objects.filter(pk=acme.pk).update(credit_limit=1000)
    credit_alerts(0)
    make_line(acme, "L1", "2099-06-30", "850")
    assert credit_alerts(1) == [("used", "medium", "open")]
    call_for_credit_review(acme, signs=["layoffs"], on=DAY + dt.timedelta(1))
    make_line(acme, "L2", "2099-06-30", "200")
    assert credit_alerts(2) == [("used", "high", "open"), ("exceeded", "high", "open")]
    PlanLine.objects.filter(customer=acme).update(state="void")
    assert credit_alerts(3) == [("used", "high", "open"), ("exceeded", "high", "closed")]
    assert close_credit_review(acme, on=DAY + dt.timedelta(4)) == 1


def test_a_rating_that_fell_is_told_once(cast: Cast):
    acme = cast.acme
    settle(acme, [("100000", 0), ("50000", 0), ("150000", 0)])
    assert credit_alerts(0) == []
    assert Credit.objects.get(version__business_date=DAY).rating == "AAA"
    suit = CreditEvent.objects.create(
        customer=acme, kind="our_lawsuit", text="Filed", source="S", as_of=DAY + dt.timedelta(1)
    )
    fell = ("rating", "medium", "open")
    assert credit_alerts(1) == [fell]
    assert Alert.objects.get().params["rating"] == "D"
    assert credit_alerts(2) == [fell]
    suit.delete()
    assert credit_alerts(3) == [fell], "the review is still to be done"
