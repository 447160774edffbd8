"""Customers by value grade and lifecycle, and by unit and manager, on the page of tiers."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client

from conftest import as_role
from core.context import acting
from core.models import Version
from organization.models import User
from segmentation import reports
from segmentation.jobs import write_portfolios, write_standings
from segmentation.models import Classification
from segmentation.tests.make import night, publish, ship
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY, NEXT = dt.date(2026, 3, 31), dt.date(2026, 4, 1)


def published(day: dt.date, **grades: tuple[str, str]) -> Version:
    """A night that found these grades and lifecycles, by customer code."""
    version = night(day)
    for code, (grade, lifecycle) in grades.items():
        rows = Classification.objects.filter(version=version, customer__code=code)
        rows.update(value_grade=grade, lifecycle=lifecycle)
    write_standings(version)
    Version.objects.filter(is_current=True).update(is_current=False)
    publish(version)
    write_portfolios(version)
    return Version.objects.get(pk=version)


@pytest.fixture
def nights(cast: Cast) -> tuple[Version, Version]:
    for customer, revenue in ((cast.acme, 800), (cast.bolt, 100), (cast.wolf, 300)):
        ship(customer, "2026-03-10", revenue)
    return (
        published(DAY, ACME=("mid", "new"), BOLT=("low", "growing"), WOLF=("", "mature")),
        published(NEXT, ACME=("high", "growing"), BOLT=("low", "growing"), WOLF=("", "mature")),
    )


def seen_by(user: User, night: Version, before: Version | None = None) -> dict:
    """(grade, lifecycle) -> customers, revenue, change; as the web reads them."""
    with acting(user_id=user.pk, actor=user.username), as_role("crm_app"):
        rows = reports.standing(user, night, before)
    return {
        (row.grade, cell.lifecycle): (cell.customers, cell.revenue, cell.change)
        for row in rows
        for cell in row.cells
        if cell.customers or cell.change
    }


def test_each_sees_where_their_own_customers_stand(cast: Cast, nights):
    _before, now = nights
    acme = {("high", "growing"): (1, Decimal(800), None)}
    bolt = {("low", "growing"): (1, Decimal(100), None)}
    wolf = {("", "mature"): (1, Decimal(300), None)}
    assert seen_by(cast.alice, now) == acme
    assert seen_by(cast.bruno, now) == acme | bolt
    assert seen_by(cast.walter, now) == wolf
    assert seen_by(cast.greta, now) == acme | bolt | wolf


def test_what_changed_since_the_other_night_stands_beside_it(cast: Cast, nights):
    before, now = nights
    assert seen_by(cast.alice, now, before) == {
        ("high", "growing"): (1, Decimal(800), 1),
        ("mid", "new"): (0, Decimal(0), -1),
    }
    assert seen_by(cast.bob, now, before) == {("low", "growing"): (1, Decimal(100), 0)}


def test_cells_are_shaded_by_their_share_of_the_largest_revenue(cast: Cast, nights):
    rows = reports.standing(cast.greta, nights[1], None)
    heats = {row.grade: max(cell.heat for cell in row.cells) for row in rows}
    assert heats == {"high": 4, "low": 1, "": 2}  # 800, 100 and 300


def test_whose_customers_they_are(cast: Cast, nights):
    found, _managers = reports.shares(cast.greta, nights[1])
    assert [(one.key, one.customers, one.revenue) for one in found] == [
        ("EAST-1", 2, 900),
        ("WEST-1", 1, 300),
    ]
    assert found[0].share == Decimal("0.75")
    _units, managers = reports.shares(cast.bruno, nights[1])
    assert [(one.key, one.revenue) for one in managers] == [("alice", 800), ("bob", 100)]


def test_a_cell_leads_to_its_customers(cast: Cast, client: Client, nights):
    client.force_login(cast.greta)
    html = " ".join(client.get("/segmentation/").content.decode().split())
    link = "/customers/?grade=high&amp;lifecycle=growing"
    cell = html.split(f'<td class="hv-4"><a href="{link}">')[1].split("</td>")[0]
    assert "¥800" in cell
    assert "+1" in cell
    assert "/customers/?unit=EAST-1" in html
    assert "/customers/?manager=alice" in html
    client.force_login(cast.alice)
    assert 'href="/customers/?manager=' not in client.get("/segmentation/").content.decode()
