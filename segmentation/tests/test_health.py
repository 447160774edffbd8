"""Health by night: as the rule, with the fact that decides; on the customer; tested on who left."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.models import Contract
from core.models import Version
from core.versions import open_partitions
from customers.models import Customer
from engagement.models import Complaint, Note
from segmentation.health import write_health, write_health_test
from segmentation.jobs import classify, merge_into_customers
from segmentation.models import Exposure, Figures, Health, HealthTest, Rhythm
from segmentation.rules import health as rule
from segmentation.rules.health import HealthRules
from segmentation.ruleset import DEFAULT_RULES
from surveys.models import Answer, Response, Survey
from surveys.rules.scales import SCALES
from tests.cast import make_customer, make_unit

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 31)
RULES = HealthRules()
INTERVAL = 30  # days in which a small customer is called
AMOUNT = st.sampled_from([0, 1, 40, 41, 70, 90, 100, 300]).map(Decimal)
COUNT = st.sampled_from([0, 1, 4, 5, 6, 40, 97, 100])
ANSWER = st.tuples(
    st.sampled_from(["nps", "csat5", "csat0_9", "ces5", "ces7"]), st.integers(0, 10),
    st.sampled_from(["decider", "user"]), st.sampled_from([1, 10, 179, 180, 200]),
)  # fmt: skip
FACTS = st.fixed_dictionaries(
    {
        "state": st.sampled_from([state for state in Rhythm.State.values if state != "lost"]),
        "decay": st.sampled_from(["", "", "amber", "red"]),
        "revenue": st.tuples(AMOUNT, AMOUNT, AMOUNT),
        "score": st.none() | st.sampled_from(["10", "35.55", "63.06", "80", "95"]).map(Decimal),
        "due": st.tuples(AMOUNT, AMOUNT),
        "promised": st.tuples(COUNT, COUNT).map(sorted),
        "shipments": COUNT,
        "exceptions": st.sampled_from([0, 0, 1, 3]),
        "complaints": st.integers(0, 2),
        "answers": st.lists(ANSWER, max_size=3, unique_by=lambda each: each[2:]),
        "agreed": st.none() | st.sampled_from([-400, -366, -365, -1, 0, 90, 91, 500]),
        "talked": st.none() | st.sampled_from([0, 30, 31, 45, 90, 91, 400]),
        "exposure": st.none() | st.sampled_from(["0.5", "0.0597", "0.3333"]).map(Decimal),
    }
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(world=st.lists(FACTS, min_size=1, max_size=5))
def test_the_night_finds_what_the_rule_finds(db, world):
    with transaction.atomic():
        people = [make_customer(f"P{n}", make_unit(f"U{n}", "outlet")) for n in range(len(world))]
        version = night(people, world)
        rows = {row.customer_id: row for row in Health.objects.filter(version=version)}
        transaction.set_rollback(True)
    for person, facts in zip(people, world, strict=True):
        row, parts = rows[person.pk], expected(facts)
        assert {name: getattr(row, name) for name in rule.PARTS} == parts
        found = rule.health(parts, RULES)
        assert (row.score, row.grade, row.is_capped) == (found.score, found.grade, found.is_capped)
        assert set(row.reasons) == {name for name, part in parts.items() if part is not None}


def expected(facts) -> dict[str, Decimal | None]:
    """The parts by the rule."""
    now, like, before = facts["revenue"]
    on_time, promised = facts["promised"]
    latest: dict[str, tuple[int, Decimal]] = {}
    for code, drawn, role, days in facts["answers"]:
        points = points_of(code, drawn)
        if days < RULES.sentiment_days and points is not None:
            latest[role] = min(latest.get(role, (days, points)), (days, points))
    return {
        "volume": rule.volume(facts["state"], facts["decay"], now, like if like > 0 else before),
        "payment": rule.payment(facts["score"], *facts["due"]),
        "service": rule.service(
            promised, on_time, facts["shipments"], facts["exceptions"] + facts["complaints"]
        ),
        "sentiment": rule.sentiment([points for _days, points in latest.values()]),
        "engagement": rule.engagement(facts["agreed"], facts["talked"], INTERVAL),
        "network": rule.network(facts["exposure"] or Decimal(0)),
    }


def points_of(code: str, drawn: int) -> Decimal | None:
    """An answer between 0 and 100; None where the scale has no such point."""
    scale = SCALES[code]
    if drawn not in scale.points:
        return None
    steps = drawn - scale.low if scale.higher_is_better else scale.high - drawn
    return Decimal(100 * steps) / (scale.high - scale.low)


def night(people, world, day: dt.date = DAY) -> int:
    """A night that knows these facts of the customers."""
    version = Version.objects.create(business_date=day, rule_version=1).pk
    open_partitions(version)
    survey = Survey.objects.get_or_create(code="S", name="S")[0]
    for person, facts in zip(people, world, strict=True):
        tell(person, facts, version, survey, day)
    classify(day, version, DEFAULT_RULES)
    write_health(day, version, DEFAULT_RULES)
    return version


def tell(person, facts, version: int, survey: Survey, day: dt.date) -> None:
    """Write the facts where the night looks for them."""
    own = {"version_id": version, "customer_id": person.pk}
    (now, like, before), (due, collected) = facts["revenue"], facts["due"]
    on_time, promised = facts["promised"]
    Figures.objects.create(
        **own, revenue_12m=0, revenue_prev_12m=0, shipments_12m=facts["shipments"],
        promised=promised, on_time=on_time, exceptions=facts["exceptions"], revenue_3m=now,
        revenue_3m_like=like, revenue_prev_3m=before, due=due, collected=collected,
    )  # fmt: skip
    Rhythm.objects.create(
        **own, state=facts["state"], decay=facts["decay"], usual_days=3, gaps=9, is_own=True,
        silent_days=1, last_on=day, recent=1, base=9, recent_weeks=4, base_weeks=12,
    )  # fmt: skip
    if facts["exposure"]:
        Exposure.objects.create(
            **own, exposure=facts["exposure"], revenue_at_risk=0, partners=1, lost_partners=1,
            lost_share=0,
        )  # fmt: skip
    if facts["score"] is not None:
        pays(person, version, facts["score"])
    for number in range(facts["complaints"]):
        Complaint.objects.create(
            customer=person, unit=person.org_unit, text="late",
            complaint_no=f"C{person.pk}-{version}-{number}",
            received_at=moment(day, 20), answer_due_at=moment(day, 19),
            solution_due_at=moment(day, 18), channel="phone", category="delay", severity="low",
        )  # fmt: skip
    for number, (code, drawn, role, days) in enumerate(facts["answers"]):
        response = Response.objects.create(
            response_no=f"R{person.pk}-{version}-{number}", survey=survey, customer=person,
            respondent_role=role, answered_at=moment(day, days),
        )  # fmt: skip
        Answer.objects.create(response=response, customer=person, question=code, value=drawn)
    if facts["agreed"] is not None:
        Contract.objects.create(
            contract_no=f"K{person.pk}-{version}", customer=person, stage="signed",
            starts_on=day - dt.timedelta(900), ends_on=day + dt.timedelta(facts["agreed"]),
        )  # fmt: skip
    if facts["talked"] is not None:
        for number, (kind, days) in enumerate((("call", facts["talked"]), ("note", 0))):
            Note.objects.create(
                note_no=f"N{person.pk}-{version}-{number}", customer=person, kind=kind, text="x",
                written_at=moment(day, days),
            )  # fmt: skip


def moment(day: dt.date, days: int) -> dt.datetime:
    """Noon so many days before."""
    at = dt.datetime.combine(day - dt.timedelta(days), dt.time(12))
    return timezone.make_aware(at)


def pays(person, version: int, score: Decimal) -> None:
    """Put the payment score of a night into its credit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contracts_credit (version, customer_id, payment_score, currency, limit_of,"
            " state, shown, reasons, held, before, rating, parts, receivables, unbilled, orders,"
            " unallocated, deposit, exposure, pooled, overdue, worst_days) VALUES (%s, %s, %s,"
            " 'CNY', '', 'clear', 'clear', '{}', false, 'clear', '', '[]', 0, 0, 0, 0, 0, 0, 0, 0,"
            " 0)",
            [version, person.pk, score],
        )


HEALTHY = {
    "state": "active", "decay": "", "revenue": (Decimal(100),) * 3, "score": Decimal(80),
    "due": (Decimal(0), Decimal(0)), "promised": [100, 100], "shipments": 100, "exceptions": 0,
    "complaints": 0, "answers": [], "agreed": 500, "talked": 1, "exposure": None,
}  # fmt: skip


def test_customers_carry_their_grade_until_they_are_lost_or_unknown(db):
    unit = make_unit("U", "outlet")
    well, ill, gone, unknown = (make_customer(code, unit) for code in ("W", "I", "G", "N"))
    bad = {"state": "dormant", "score": Decimal(35), "talked": 90, "exceptions": 4}
    version = night([well, ill, gone], [HEALTHY, HEALTHY | bad, HEALTHY])
    merge_into_customers(version)
    grades = dict(Customer.objects.values_list("code", "health"))
    assert grades == {"W": "green", "I": "red", "G": "green", "N": ""}
    row = Health.objects.get(version=version, customer=ill)
    assert row.reasons["volume"] == {"code": "rhythm", "state": "dormant"}
    assert row.reasons["engagement"] == {"code": "talk", "days": 90, "interval": 30}
    lost = HEALTHY | {"state": "lost", "talked": None}
    later = night([well, ill, gone], [HEALTHY, HEALTHY | {"talked": None}, lost],
                  DAY + dt.timedelta(1))  # fmt: skip
    merge_into_customers(later)
    assert dict(Customer.objects.values_list("code", "health")) == {
        "W": "green", "I": "green", "G": "", "N": "",
    }  # fmt: skip
    assert not Health.objects.filter(version=later, customer__in=[gone, unknown]).exists()


def test_what_the_grades_told_a_quarter_ago_is_counted(db):
    unit = make_unit("U", "outlet")
    people = [make_customer(f"P{n}", unit) for n in range(5)]
    bad = HEALTHY | {"state": "dormant", "score": Decimal(10), "talked": 400, "exceptions": 3}
    assert write_health_test(DAY, night(people, [HEALTHY] * 5)) == 0  # no night to look back to
    then = DAY - dt.timedelta(100)
    earlier = night(people, [bad, bad, HEALTHY, HEALTHY, HEALTHY], then)
    Version.objects.filter(pk=earlier).update(status="published")
    version = night(people, [HEALTHY] * 5, DAY + dt.timedelta(1))
    Rhythm.objects.filter(version=version, customer__in=(people[0], people[2])).update(state="lost")
    assert write_health_test(DAY, version) == 2
    found = HealthTest.objects.filter(version=version).order_by("grade")
    assert [(row.grade, row.customers, row.lost, row.then_on) for row in found] == [
        ("green", 3, 1, then),
        ("red", 2, 1, then),
    ]
