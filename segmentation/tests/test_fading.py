"""Whose revenue falls: one alert an episode, true while it is open, closed when it recovered."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.feasts import is_spring_break, new_year
from customers.models import Customer
from engagement.models import Alert
from segmentation.jobs import volume_drop_alerts, write_rhythm
from segmentation.models import Figures, Rhythm
from segmentation.rules.fading import Going, amount, basis, fall, is_over, severity
from segmentation.ruleset import DEFAULT_RULES
from segmentation.tests.make import night, ship
from shipments.jobs import check_rollups
from tests.cast import Cast, make_customer

DAY = dt.date(2026, 11, 24)
NOW, BEFORE, YEAR_AGO = "2026-10-15", "2026-07-15", "2025-10-15"


def judged(now: int, before: int, year_ago: int) -> tuple[bool, str, int]:
    found = fall(Decimal(now), Decimal(before), Decimal(year_ago))
    return found.is_fading, found.basis, int(found.lost)


@pytest.mark.parametrize(
    ("now", "before", "year_ago", "expected"),
    [
        (70_000, 500_000, 100_000, (True, "year", 30_000)),  # the season of last year counts
        (70_001, 500_000, 100_000, (False, "year", 29_999)),
        (60_000, 10_000, 100_000, (True, "year", 40_000)),
        (70_000, 100_000, 0, (True, "quarter", 30_000)),  # new last year
        (0, 9_999, 0, (False, "quarter", 9_999)),  # too little to ask about
        (0, 10_000, 0, (True, "quarter", 10_000)),
        (5, 0, 0, (False, "quarter", -5)),
        (200, 100, 100, (False, "year", -100)),
    ],
)
def test_who_is_fading(now, before, year_ago, expected):
    assert judged(now, before, year_ago) == expected


def test_below_half_is_louder_and_so_are_large_customers():
    half, less = (
        fall(Decimal(50), Decimal(0), Decimal(100)),
        fall(Decimal(49), Decimal(0), Decimal(100)),
    )
    assert (severity(half, "small"), severity(less, "small")) == ("medium", "high")
    assert (severity(half, "large"), severity(less, "large")) == ("high", "critical")


def watch(day: dt.date = DAY) -> int:
    return volume_drop_alerts(day, night(day))


def of(customer: Customer) -> list[tuple[str, str, str, int]]:
    return [
        (a.key, a.status, a.closing_reason, int(a.amount))
        for a in Alert.objects.filter(customer=customer).order_by("opened_on")
    ]


@pytest.mark.django_db
def test_the_alert_tells_what_was_lost_against_what(cast: Cast):
    Customer.objects.filter(code="ACME").update(tier="large")
    ship(cast.acme, YEAR_AGO, 100_000)
    ship(cast.acme, NOW, 40_000)
    ship(cast.bolt, BEFORE, 90_000)
    assert watch() == 2
    alert = Alert.objects.get(customer=cast.acme)
    assert (alert.key, alert.kind, alert.severity, alert.subject) == (
        "volume_drop:ACME:2026-11-24", "volume_drop", "critical", "ACME",
    )  # fmt: skip
    assert (alert.amount, alert.currency, alert.due_on) == (60_000, "CNY", None)
    assert alert.params == {"now": 40_000, "base": 100_000, "basis": "year"}
    assert Alert.objects.get(customer=cast.bolt).params["basis"] == "quarter"


@pytest.mark.django_db
def test_an_episode_has_one_alert_that_follows_the_figures(cast: Cast):
    ship(cast.acme, YEAR_AGO, 100_000)
    ship(cast.acme, NOW, 40_000)
    assert (watch(), watch()) == (1, 0)
    ship(cast.acme, NOW, 40_000)  # 80 %: better, not well
    assert watch(dt.date(2026, 11, 25)) == 0
    assert of(cast.acme) == [("volume_drop:ACME:2026-11-24", "open", "", 20_000)]
    ship(cast.acme, NOW, 5_000)  # 85 %
    watch(dt.date(2026, 11, 26))
    assert of(cast.acme) == [("volume_drop:ACME:2026-11-24", "closed", "recovered", 20_000)]
    ship(cast.acme, YEAR_AGO, 100_000)  # restated: it fell after all
    assert watch(dt.date(2026, 11, 27)) == 1
    assert [key for key, *_rest in of(cast.acme)] == [
        "volume_drop:ACME:2026-11-24",
        "volume_drop:ACME:2026-11-27",
    ]


@pytest.mark.django_db
def test_nobody_is_called_about_a_customer_known_to_be_lost(cast: Cast):
    ship(cast.acme, YEAR_AGO, 100_000)
    ship(cast.bolt, YEAR_AGO, 100_000)
    Customer.objects.filter(code="ACME").update(status="lost")
    assert watch() == 1
    Customer.objects.filter(code="BOLT").update(status="lost")
    watch(dt.date(2026, 11, 25))
    assert of(cast.acme) == []
    assert of(cast.bolt) == [("volume_drop:BOLT:2026-11-24", "closed", "lost", 100_000)]


@pytest.mark.django_db
def test_what_somebody_has_seen_stays_seen(cast: Cast):
    ship(cast.acme, YEAR_AGO, 100_000)
    watch()
    Alert.objects.update(status="acknowledged", acknowledged_on=DAY)
    ship(cast.acme, NOW, 20_000)
    assert watch(dt.date(2026, 11, 25)) == 0
    assert of(cast.acme) == [("volume_drop:ACME:2026-11-24", "acknowledged", "", 80_000)]


AMOUNTS = st.sampled_from([0, 1, 7_000, 10_000, 14_285, 14_286, 20_000, 50_000, 100_000])
STATES = st.sampled_from(["", *Rhythm.State.values])
GOING = st.tuples(STATES, st.sampled_from(["", "amber", "red"]))


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    drawn=st.lists(
        st.tuples(st.tuples(AMOUNTS, AMOUNTS, AMOUNTS), GOING, GOING), min_size=1, max_size=6
    )
)
def test_the_nights_decide_as_the_rule(cast: Cast, drawn):
    """Two nights: who is told, and what becomes of it when the rhythm changes."""
    Alert.objects.all().delete()
    customers = [
        make_customer(f"F{Customer.objects.count()}", cast.east_outlet, tier=tier)
        for tier, _drawn in zip(["large", "small"] * 3, drawn, strict=False)
    ]
    told: dict[int, str] = {}
    for number in range(2):
        day = DAY + dt.timedelta(days=number)
        version = night(day)
        expected: dict[int, tuple[Decimal, str, str]] = {}
        for customer, (amounts, *goings) in zip(customers, drawn, strict=True):
            fallen, going = (
                fall(*map(Decimal, amounts)),
                live(version, customer, amounts, *goings[number]),
            )
            why = basis(fallen, going)
            before = told.pop(customer.pk, "")
            if why or (before and not is_over(fallen, going, before)):
                told[customer.pk] = why or before
                expected[customer.pk] = (
                    amount(fallen, going, told[customer.pk]),
                    severity(fallen, customer.tier, going),
                    told[customer.pk],
                )
        volume_drop_alerts(day, version)
        waiting = Alert.objects.exclude(status="closed")
        assert {
            a.customer_id: (a.amount, a.severity, a.params["basis"]) for a in waiting
        } == expected


def live(
    version: int, customer: Customer, amounts: tuple[int, ...], state: str, decay: str
) -> Going:
    """Put the figures and the rhythm into the night, and tell the rule the same."""
    now, before, year_ago = amounts
    Figures.objects.filter(version=version, customer=customer).update(
        revenue_3m=now, revenue_prev_3m=before, revenue_3m_like=year_ago
    )
    if not state:
        return Going(stake=Decimal(max(now, before)))
    Rhythm.objects.create(
        version_id=version, customer=customer, state=state, decay=decay, usual_days=3, gaps=9,
        typical_days=2, is_own=True, silent_days=9, last_on=DAY, recent=1, base=9, recent_weeks=4,
        base_weeks=12,
    )  # fmt: skip
    return Going(state, decay, Decimal(max(now, before)))


@pytest.mark.django_db
def test_two_spring_festivals_alarm_nobody_and_a_stop_is_told_the_night_it_shows(cast: Cast):
    """Wolf rests for five weeks around each New Year; Bolt stops for good on 20 March."""
    begin, end = dt.date(2024, 12, 1), dt.date(2026, 4, 4)
    for number in range(0, (end - begin).days, 2):
        day = begin + dt.timedelta(days=number)
        if not is_spring_break(day):
            ship(cast.acme, str(day), 500)
            away = min(abs((day - new_year(year)).days) for year in (2025, 2026))
            if away > 18:
                ship(cast.wolf, str(day), 500)
            if day <= dt.date(2026, 3, 20):
                ship(cast.bolt, str(day), 500)
    told = {}
    for day in ("2026-02-06", "2026-02-16", "2026-03-07", "2026-03-26", "2026-03-27"):
        check_rollups()
        date = dt.date.fromisoformat(day)
        version = night(date)
        write_rhythm(date, version, DEFAULT_RULES)
        if volume_drop_alerts(date, version):
            told[day] = list(
                Alert.objects.filter(opened_on=date).values_list("subject", "params__basis")
            )
    assert told == {"2026-03-27": [("BOLT", "rhythm")]}
    alert = Alert.objects.get()
    assert {name: alert.params[name] for name in ("typical", "usual", "silent")} == {
        "typical": 2, "usual": 3, "silent": 7,
    }  # fmt: skip
    ship(cast.bolt, "2026-03-28", 500)
    check_rollups()
    version = night("2026-03-28")
    write_rhythm(dt.date(2026, 3, 28), version, DEFAULT_RULES)
    volume_drop_alerts(dt.date(2026, 3, 28), version)
    assert Alert.objects.get().closing_reason == "recovered"
