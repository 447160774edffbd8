"""Scores, grade, kind of key account, lifecycle and overlays of a night: those of the rules."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core.models import Version
from core.versions import open_partitions
from segmentation.jobs import classify
from segmentation.models import Figures, Rhythm, Score
from segmentation.rules.hysteresis import hold_size, size_reason
from segmentation.rules.key_accounts import key_account_kind
from segmentation.rules.lifecycle import LifeFacts, lifecycle
from segmentation.rules.scores import CURRENT, POTENTIAL, composite, grade_of
from segmentation.rules.tiers import TierFacts, tier_of
from segmentation.ruleset import DEFAULT_RULES
from segmentation.tests.make import classes
from tests.cast import make_customer, make_unit

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 31)
RULES = DEFAULT_RULES.scores
PARTS = (*CURRENT.values(), *POTENTIAL.values())
COUNTS = ("gaps", "silent_days", "recent", "base", "recent_weeks", "base_weeks")
MONEY = st.sampled_from([0, 1, 79, 80, 81, 100, 119, 120, 121, 249_999, 250_000, 3_000_000])
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "rhythm": st.sampled_from(["", *Rhythm.State.values]),
            "status": st.sampled_from(["active", "prospect", "lost"]),
            "first": st.none() | st.sampled_from([0, 89, 90, 300]),  # days ago
            "revenue": MONEY.map(Decimal),
            "before": MONEY.map(Decimal),
            "parts": st.lists(st.none() | st.integers(0, 100).map(Decimal), min_size=8, max_size=8),
        }
    ),
    min_size=1,
    max_size=6,
)
HIGH = {
    "rhythm": "active", "status": "active", "first": None, "revenue": Decimal(80),
    "before": Decimal(100), "parts": [Decimal(70)] * 8,
}  # fmt: skip


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(world=PEOPLE)
@example(world=[HIGH, HIGH | {"revenue": Decimal(120)}, HIGH | {"first": 89}, HIGH | {"first": 90}])
@example(world=[HIGH | {"parts": [Decimal(40)] * 8, "revenue": Decimal(3_000_000)}])
def test_the_night_finds_what_the_rules_find(db, world):
    with transaction.atomic():
        unit = make_unit("U", "outlet")
        people = [
            make_customer(f"P{n}", unit, status=facts["status"]) for n, facts in enumerate(world)
        ]
        rows = classes(night(people, world))
        transaction.set_rollback(True)
    for person, facts in zip(people, world, strict=True):
        assert_follows(rows[person.code], facts)


def night(people, world) -> int:
    """A first night in which customers have these figures, rhythms and parts of value."""
    version = Version.objects.create(business_date=DAY, rule_version=1).pk
    open_partitions(version)
    for person, facts in zip(people, world, strict=True):
        own = {"version_id": version, "customer_id": person.pk}
        Figures.objects.create(
            **own,
            revenue_12m=facts["revenue"],
            revenue_prev_12m=facts["before"],
            shipments_12m=1,
            **dict.fromkeys(("promised", "on_time", "exceptions"), 0),
        )
        Score.objects.create(
            **own,
            **dict(zip(PARTS, facts["parts"], strict=True)),
            **dict.fromkeys(("waiting_minutes", "minutes_over", "storage_days", "days_over"), 0),
        )
        if facts["rhythm"]:
            Rhythm.objects.create(
                **own,
                state=facts["rhythm"],
                usual_days=3,
                is_own=False,
                last_on=DAY,
                first_on=first_on(facts),
                **dict.fromkeys(COUNTS, 0),
            )
    classify(DAY, version, DEFAULT_RULES)
    return version


def first_on(facts) -> dt.date | None:
    return None if facts["first"] is None else DAY - dt.timedelta(facts["first"])


def assert_follows(row, facts) -> None:
    """The row is what the rules make of the facts."""
    revenue = facts["revenue"].quantize(Decimal("0.01"))
    current = composite(facts["parts"][:4], RULES.current, RULES.least_known)
    potential = composite(facts["parts"][4:], RULES.potential, RULES.least_known)
    assert (row.current_score, row.potential_score) == (current, potential)
    assert row.value_grade == grade_of(RULES.grade_score(current, potential), RULES)
    size = hold_size(None, revenue, DEFAULT_RULES.tiers, DEFAULT_RULES.hysteresis)
    is_potential = potential is not None and potential >= RULES.overlay
    kind = key_account_kind(is_named=False, size=size.name, is_potential=is_potential)
    assert row.key_account_kind == kind
    life = LifeFacts(facts["rhythm"], facts["status"], first_on(facts), revenue, facts["before"])
    assert row.lifecycle == lifecycle(life, DAY)
    tier = tier_of(
        TierFacts(
            size.name,
            size_reason(size, revenue, DEFAULT_RULES.tiers, DEFAULT_RULES.hysteresis),
            churn_band=facts["rhythm"],
            potential_score=potential,
            is_prospect=facts["status"] == "prospect",
        ),
        RULES.overlay,
    )
    assert (row.tier, row.is_risk, row.is_potential) == (tier.tier, tier.is_risk, tier.is_potential)
    assert row.reasons[:-1] == list(tier.reasons)
