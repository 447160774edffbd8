"""Parts of value in the database, by the plain rules and by hand (C5)."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from core.models import Version
from core.versions import open_partitions
from customers.models import Customer
from segmentation.jobs import classify, write_figures, write_rhythm, write_scores
from segmentation.models import Score
from segmentation.rules.scores import LOYALTY, ScoreRules, composite, loyalty_parts, scaled
from segmentation.ruleset import DEFAULT_RULES
from segmentation.tests.make import classes, owe, pay, ship
from shipments.jobs import check_rollups
from surveys.models import Answer, Response, Survey
from tests.cast import make_customer, make_unit

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 31)
RULES = ScoreRules()


def night(rules=DEFAULT_RULES):
    """The parts of value and the classes of DAY by customer code."""
    check_rollups(everyone=True)
    version = Version.objects.create(business_date=DAY, rule_version=1).pk
    open_partitions(version)
    write_figures(DAY, version)
    write_rhythm(DAY, version, rules)
    write_scores(DAY, version, rules)
    classify(DAY, version, rules)
    rows = Score.objects.filter(version=version).select_related("customer")
    return {row.customer.code: row for row in rows}, classes(version)


@pytest.fixture
def people(db) -> list[Customer]:
    """Three who shipped for 100, 200 and 400, with costs, and one who never did."""
    unit = make_unit("U", "outlet")
    found = [make_customer(code, unit) for code in ("ONE", "TWO", "FOUR", "NONE")]
    for person, revenue in zip(found, (100, 200, 400), strict=False):
        ship(person, "2026-03-02", revenue, cost=revenue / 2)
    for person in found[1:3]:
        ship(person, "2026-03-20", 0, cost=0)
    return found


def test_current_value_is_scaled_between_the_least_and_the_most(people):
    parts, rows = night()
    assert set(parts) == {"ONE", "TWO", "FOUR"}  # who neither shipped nor plans has no row
    assert (parts["ONE"].revenue, parts["FOUR"].revenue) == (0, 100)
    assert parts["TWO"].revenue == scaled(Decimal(200), Decimal(100), Decimal(400))
    assert parts["TWO"].contribution == Decimal("33.33")
    assert [parts[code].volume for code in ("ONE", "TWO", "FOUR")] == [0, 100, 100]
    assert {part.collection for part in parts.values()} == {None}  # nobody owed
    expected = composite([Decimal("33.33"), Decimal("33.33"), Decimal(100), None], RULES.current,
                         RULES.least_known)  # fmt: skip
    assert rows["TWO"].current_score == expected == Decimal("50.00")
    assert (rows["FOUR"].current_score, rows["NONE"].current_score) == (100, None)
    assert rows["NONE"].value_grade == ""


def test_who_pays_what_is_due_scores_by_it(people):
    for person, paid in zip(people, (0, 50, 100), strict=False):
        line = owe(person, 100, "2026-01-01", "2026-02-01")
        if paid:
            pay(line, paid, "2026-02-10")
    parts, _rows = night()
    assert [parts[code].collection for code in ("ONE", "TWO", "FOUR")] == [0, 50, 100]


def test_potential_is_what_is_planned_and_how_loyal_and_easy_to_serve_they_are(people):
    one, two, four, none = people
    for person, kg in ((one, 1000), (two, 2000), (four, 5000), (none, 9000)):
        person.planned_annual_volume = kg
        person.planned_growth = Decimal("0.5")
        person.save()
    Customer.objects.filter(pk=two.pk).update(
        planned_annual_revenue=500, customer_since="2023-03-31", logistics_spend=500
    )
    parts, rows = night()
    assert parts["TWO"].plan_growth == Decimal("1.5")  # 500 planned, 200 last year
    assert (parts["ONE"].planned_growth, parts["TWO"].planned_growth) == (0, 100)
    assert (parts["TWO"].planned_volume, parts["NONE"].planned_volume) == (25, 100)
    two = parts["TWO"]
    assert (two.tenure_days, two.wallet_share, two.active_weeks) == (1096, Decimal("0.4"), 2)
    expected = composite(loyalty_parts(1096, Decimal("0.4"), 2, None), LOYALTY, RULES.least_known)
    assert two.loyalty == expected
    assert two.efficiency is None  # nobody waits, one month makes no season
    assert rows["TWO"].potential_score == composite(
        [Decimal(25), Decimal(100), two.loyalty, None], RULES.potential, RULES.least_known
    )


def test_the_last_answer_to_nps_counts(people):
    survey = Survey.objects.create(code="S", name="S")
    for number, (value, at) in enumerate(
        ((9, "2026-03-01"), (3, "2026-03-20"), (10, "2026-04-02"))
    ):
        moment = timezone.make_aware(dt.datetime.fromisoformat(f"{at}T12:00"))
        response = Response.objects.create(
            response_no=f"R{number}", survey=survey, customer=people[0], answered_at=moment
        )
        Answer.objects.create(response=response, customer=people[0], question="nps", value=value)
    parts, _rows = night()
    assert (parts["ONE"].last_nps, parts["TWO"].last_nps) == (3, None)


def test_waiting_is_effort_and_counted_once_for_all(people):
    ship(people[0], "2026-03-05", 1, cost=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE shipments_waybill SET waiting_minutes = 90, storage_days = 4"
            " WHERE customer_id = %s AND accepted_on = '2026-03-05'",
            [people[0].pk],
        )
    parts, _rows = night()
    one = parts["ONE"]
    serving = DEFAULT_RULES.serving
    assert (one.waiting_minutes, one.storage_days) == (90, 4)
    assert one.minutes_over == max(90 - serving.free_minutes, 0)
    assert one.days_over == max(4 - serving.free_days, 0)
    assert (one.efficiency, parts["TWO"].efficiency) == (0, 100)


def test_high_potential_lifts_the_small(people):
    one = people[0]
    Customer.objects.filter(pk=one.pk).update(
        planned_annual_volume=9000, planned_growth=9, logistics_spend=100
    )
    Customer.objects.exclude(pk=one.pk).update(planned_annual_volume=1, planned_growth=0)
    loyal = replace(DEFAULT_RULES, scores=replace(RULES, overlay=Decimal(60)))
    parts, rows = night(loyal)
    assert (parts["ONE"].planned_volume, parts["ONE"].planned_growth) == (100, 100)
    row = rows["ONE"]
    assert row.potential_score >= 60
    assert (row.tier, row.is_potential, row.key_account_kind) == ("potential", True, "potential")
    assert {
        "code": "potential_score",
        "score": str(row.potential_score),
        "threshold": "60",
    } in row.reasons


@pytest.mark.parametrize(
    ("before", "now", "first", "expected"),
    [
        (100, 120, "2024-05-01", "growing"),
        (100, 119, "2024-05-01", "mature"),
        (100, 80, "2024-05-01", "declining"),
        (100, 81, "2024-05-01", "mature"),
        (0, 50, "2026-01-02", "new"),
        (0, 50, "2025-10-02", "mature"),
    ],
)
def test_where_a_customer_stands_in_its_life(db, before, now, first, expected):
    person = make_customer("X", make_unit("U", "outlet"))
    ship(person, first, 0)
    if before:
        ship(person, "2025-03-01", before)
    ship(person, "2026-03-30", now)
    _parts, rows = night()
    assert rows["X"].lifecycle == expected


def test_lost_dormant_and_never_begun(db):
    unit = make_unit("U", "outlet")
    lost, declared, idle, _fresh = (make_customer(c, unit) for c in ("LOST", "GONE", "IDLE", "NEW"))
    ship(lost, "2025-06-01", 10)
    ship(declared, "2026-03-30", 10)
    Customer.objects.filter(pk=declared.pk).update(status="lost")
    for day in range(1, 29, 3):
        ship(idle, f"2025-11-{day:02}", 10)
    _parts, rows = night()
    assert {code: row.lifecycle for code, row in rows.items()} == {
        "LOST": "lost", "GONE": "lost", "IDLE": "dormant", "NEW": "",
    }  # fmt: skip
    assert {code for code, row in rows.items() if row.tier == "risk"} == {"LOST", "GONE", "IDLE"}
    assert {"code": "risk_churn", "band": "dormant"} in rows["IDLE"].reasons
