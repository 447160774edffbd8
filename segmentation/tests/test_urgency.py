"""Queues are sorted by money x lateness x tier."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.models import Promise
from customers.models import Customer
from engagement.models import Alert
from segmentation.jobs import weigh_alerts
from segmentation.models import Figures
from segmentation.rules.urgency import urgency
from segmentation.tests.make import night, ship
from tests.cast import Cast

DAY = dt.date(2026, 11, 24)


@pytest.mark.parametrize(
    ("kind", "severity", "amount", "days", "tier", "expected"),
    [
        ("payment_due", "low", "1000", -3, "small", 500),
        ("payment_due", "medium", "1000", 0, "small", 1000),
        ("payment_due", "medium", "1000", 10, "small", 1300),
        ("payment_due", "high", "1000", 10, "large", 1950),
        ("payment_due", "critical", "1000", 400, "", 4000),
        ("volume_drop", "high", "1000", 0, "medium", 1800),
        ("low_score", "critical", "0.99", 0, "risk", 2),
        ("volume_drop", "medium", "0", 0, "large", 0),
    ],
)
def test_the_place_in_the_queue(kind, severity, amount, days, tier, expected):
    assert urgency(kind, severity, amount=Decimal(amount), days=days, tier=tier) == expected


ALERTS = st.lists(
    st.tuples(
        st.sampled_from(["payment_due", "volume_drop", "low_score"]),
        st.sampled_from(["low", "medium", "high", "critical"]),
        st.decimals(0, 10**9, places=2),
        st.sampled_from([-7, -3, 0, 1, 7, 15, 99, 100, 101, 500]),
        st.sampled_from(["acme", "bolt", "wolf"]),
    ),
    max_size=8,
)


BROKEN = {"bolt": 1, "wolf": 3}  # promises


def break_promises(cast: Cast) -> None:
    """Within the year; one of longer ago counts no more."""
    Promise.objects.all().delete()
    for name, days in (("bolt", 0), ("bolt", 365), *(("wolf", n) for n in (1, 2, 364))):
        known_on = DAY - dt.timedelta(days)
        Promise.objects.create(
            customer=getattr(cast, name), amount=1, currency="CNY", made_on=known_on,
            due_on=known_on, counts_until=known_on, state="partial" if days else "broken",
            decided_on=known_on, noted_by=cast.alice,
        )  # fmt: skip


@pytest.mark.django_db
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=ALERTS, tiers=st.permutations(["large", "medium", "small", "risk", "potential", ""]))
def test_the_night_weighs_as_the_rule(cast: Cast, drawn, tiers):
    Alert.objects.all().delete()
    break_promises(cast)
    names = ("acme", "bolt", "wolf")
    tier_of = dict(zip(names, tiers, strict=False))
    for name in names:
        Customer.objects.filter(code=name.upper()).update(tier=tier_of[name])
    ship(cast.acme, "2026-10-15", "70.50")
    version = night(DAY)
    expected = {}
    for number, (kind, severity, amount, days, name) in enumerate(drawn):
        stake = "70.50" if name == "acme" else "0"
        Alert.objects.create(
            key=str(number), kind=kind, severity=severity, subject=str(number), opened_on=DAY,
            customer=getattr(cast, name), params={"days": days},
            amount=None if kind == "low_score" else amount,
        )  # fmt: skip
        expected[str(number)] = (kind, severity, stake if kind == "low_score" else amount, days)
        expected[str(number)] += (tier_of[name], BROKEN.get(name, 0))
    version_stake = _stake(version, cast)
    weigh_alerts(version)
    found = dict(Alert.objects.values_list("key", "urgency"))
    assert found == {
        key: urgency(
            kind,
            severity,
            amount=version_stake if kind == "low_score" and amount != "0" else Decimal(amount),
            days=days,
            tier=tier,
            broken=broken,
        )
        for key, (kind, severity, amount, days, tier, broken) in expected.items()
    }
    assert weigh_alerts(version) == 0


def _stake(version: int, cast: Cast) -> Decimal:
    """Shipments of earlier examples stay: what ACME brought in three months."""
    return Figures.objects.get(version=version, customer=cast.acme).revenue_3m


@pytest.mark.django_db
def test_a_closed_alert_is_left_alone_and_a_new_tier_moves_an_open_one(cast: Cast):
    version = night(DAY)
    for key, status in (("open", "open"), ("done", "closed")):
        Alert.objects.create(
            key=key, kind="volume_drop", severity="medium", customer=cast.acme, subject=key,
            opened_on=DAY, amount=1000, status=status,
            closed_on=DAY if status == "closed" else None,
            closing_reason="recovered" if status == "closed" else "",
        )  # fmt: skip
    assert weigh_alerts(version) == 1
    Customer.objects.filter(code="ACME").update(tier="large")
    assert weigh_alerts(version) == 1
    assert dict(Alert.objects.values_list("key", "urgency")) == {"open": 1500, "done": 0}
