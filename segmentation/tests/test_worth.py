"""Why a customer is what it is: "why is it no longer A?" is answered by its page."""

import datetime as dt
from decimal import Decimal

import pytest

from core.models import Version
from customers.models import Customer
from organization.models import User
from segmentation.messages import main_reason
from segmentation.reports import Worth, header_figures, worth
from segmentation.tests.make import AT_ONCE, night, publish, ship
from tests.cast import Cast

pytestmark = pytest.mark.django_db
FIRST, SECOND = dt.date(2026, 3, 30), dt.date(2026, 3, 31)


def shown(user: User, customer: Customer) -> Worth | None:
    """What the page gives its section."""
    above = header_figures(user, customer)
    return worth(user, customer, above.indicators if above else None)


def both_nights(cast: Cast) -> None:
    """ACME holds most of the value; then WOLF ships far more, and ACME is class B."""
    ship(cast.acme, "2026-03-01", 900_000)
    ship(cast.wolf, "2026-03-01", 100_000)
    publish(night(FIRST, AT_ONCE))
    ship(cast.wolf, "2026-03-31", 9_000_000)
    Version.objects.update(is_current=False)
    publish(night(SECOND, AT_ONCE))


def test_why_it_is_no_longer_a(cast: Cast):
    both_nights(cast)
    found = shown(cast.alice, cast.acme)
    assert found.row.abc_class == "B"
    change = next(each for each in found.changes if each.name == "abc_class")
    assert (change.day, change.before, change.now) == (SECOND, "A", "B")
    assert change.reason == (
        "customers above hold 91.00% of the value, at least 80.00%, before 0.00%;"
        " own value ¥900k, before ¥900k"
    )
    assert any("class B" in sentence for sentence in found.reasons)


def test_the_first_night_is_no_change_and_before_it_there_is_nothing(cast: Cast):
    assert shown(cast.alice, cast.acme) is None
    ship(cast.acme, "2026-03-01", 900_000)
    publish(night(FIRST, AT_ONCE))
    found = shown(cast.alice, cast.acme)
    assert (found.changes, found.first_night, found.as_of) == ([], FIRST, FIRST)


def test_a_grade_can_be_followed_by_hand(cast: Cast):
    for customer, revenue in ((cast.acme, 300), (cast.bolt, 100), (cast.wolf, 200)):
        ship(customer, "2026-03-01", revenue, cost=0)
    ship(cast.acme, "2026-03-02", 0, cost=0)
    publish(night(FIRST, AT_ONCE))
    found = shown(cast.alice, cast.acme)
    assert [part.score for part in found.current.parts] == [100, 100, 100, None]
    assert [part.fact for part in found.current.parts] == ["¥300.00", "¥300.00", "2 shipments", "—"]
    assert found.current.known == Decimal("0.80")
    assert found.current.score == found.grade_score == 100  # without a potential
    assert found.potential.score is None
    assert found.row.value_grade == "high"


def test_who_may_not_see_margins_sees_none(cast: Cast):
    ship(cast.acme, "2026-03-01", 300, cost=100)
    ship(cast.bolt, "2026-03-01", 100, cost=10)
    publish(night(FIRST, AT_ONCE))
    assert shown(cast.alice, cast.acme).current.parts[1].fact == "¥200.00"
    assert shown(cast.sam, cast.acme).current.parts[1].fact == "—"


def test_the_page_says_it_in_both_languages(cast: Cast, client):
    both_nights(cast)
    client.force_login(cast.alice)
    address = f"/customers/{cast.acme.pk}/value/"
    assert "at least 80.00%, before 0.00%" in client.get(address).content.decode()
    cast.alice.language = "zh-hans"
    cast.alice.save()
    assert "已达 80.00%，此前 0.00%" in client.get(address).content.decode()


def test_who_is_out_of_risk_says_what_it_was():
    before = [
        {"code": "size_small", "revenue_12m": "10.00", "threshold": "250000.00"},
        {"code": "risk_churn", "band": "at_risk"},
    ]
    assert main_reason("small", before[:1], before) == (
        "no longer at risk: rhythm of shipping “At risk”"
    )
    assert main_reason("risk", before, before[:1]) == "at risk: rhythm of shipping “At risk”"


def test_who_has_no_potential_any_more_says_what_it_was():
    small = {"code": "size_small", "revenue_12m": "10.00", "threshold": "250000.00"}
    medium = {"code": "size_medium", "revenue_12m": "300000.00", "threshold": "250000.00"}
    prospect = {"code": "potential_prospect"}
    assert main_reason("small", [small], [small, prospect]) == "no longer potential: a prospect"
    assert main_reason("medium", [medium], [small, prospect]) == "revenue ¥300k ≥ ¥250k, before ¥10"
    assert main_reason("small", [small], [medium, prospect]) == "revenue ¥10 < ¥250k, before ¥300k"
