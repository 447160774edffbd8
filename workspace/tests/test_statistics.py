"""The statistics pages: their sums against a plain recount, and whose rows are in them."""

import csv
import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from itertools import product
from random import Random
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from core.rules import BUSINESS_ZONE
from customers.models import Customer, Share
from organization.models import User
from shipments.models import Waybill
from shipments.rules.periods import Span, last_whole_month
from shipments.tests.make import load, waybill
from tests.cast import Cast
from tests.pages import client_of
from workspace.statistics import safety
from workspace.statistics.choice import Choice, read_choice
from workspace.statistics.dimensions import DIMENSIONS, NONE
from workspace.statistics.figures import series_rows, sums_by, total
from workspace.statistics.months import months_of
from workspace.statistics.parts import table
from workspace.statistics.sums import Sums

pytestmark = pytest.mark.django_db
PLACES = ("上海市浦东新区", "上海", "杭州", "浙江省宁波市", "Hamburg", "")
ADDITIVE = ("shipments", "weight_kg", "revenue", "cost", "uncosted", "exceptions", "revenue_before")


@pytest.fixture
def world(cast: Cast) -> Cast:
    """Four years of a few waybills a month of three customers, the same ones each time."""
    facts = {
        cast.acme: {"tier": "large", "industry": "电子", "province": "上海市"},
        cast.bolt: {"tier": "small", "source": "referral"},
        cast.wolf: {"tier": "large", "industry": "服装", "abc_class": "A"},
    }
    for customer, values in facts.items():
        Customer.objects.filter(pk=customer.pk).update(**values)
    chance = Random(20)
    today, rows = timezone.localdate(), []
    for number in range(240):
        day = today - dt.timedelta(days=chance.randrange(1, 1400))
        customer = chance.choice([cast.acme, cast.acme, cast.bolt, cast.wolf])
        if customer == cast.bolt and day < today - dt.timedelta(300):
            customer = cast.acme  # Bolt is new
        rows.append(
            waybill(
                f"W{number}",
                customer,
                f"{day} {chance.choice(['00:10', '12:00', '23:50'])}",
                revenue=Decimal(chance.randrange(1, 9000)) / 100,
                cost=chance.choice([None, Decimal(chance.randrange(1, 6000)) / 100])
                if customer == cast.acme
                else Decimal("20.00"),
                weight_kg=Decimal(chance.randrange(1, 900)) / 8,
                service=chance.choice(["standard", "cold"]),
                origin=chance.choice(PLACES),
                destination=chance.choice(PLACES),
                currency=chance.choice(["CNY", "CNY", "CNY", "USD"]),
                status=chance.choice(["delivered", "delivered", "cancelled"]),
                exception=chance.choice(["", "", "delay"]),
                promised_at=f"{day + dt.timedelta(3)} 12:00",
                delivered_at=f"{day + dt.timedelta(chance.randrange(6))} 18:00",
            )
        )
    load(*rows)
    return cast


def choose(user: User, query: str = "") -> Choice:
    return read_choice(user, QueryDict(query).dict())


def local(moment: dt.datetime) -> dt.date:
    return moment.astimezone(BUSINESS_ZONE).date()


Key = Callable[[Waybill], Any]


def recounted(span: Span, before: Span, key: Key, customers: set[int]) -> dict[Any, Sums]:
    """The sums by key, waybill by waybill, without what the product counts with."""
    parts: dict[Any, list[Waybill]] = {}
    for w in Waybill.objects.exclude(status="cancelled").select_related("customer"):
        if w.customer_id in customers:
            parts.setdefault(key(w), []).append(w)
    found = {part: summed(waybills, span, before) for part, waybills in parts.items()}
    return {part: sums for part, sums in found.items() if not sums.is_empty}


def summed(waybills: list[Waybill], span: Span, before: Span) -> Sums:
    """What the waybills of one part come to."""
    now, earlier = within(waybills, span), within(waybills, before)
    year = by_customer(within(waybills, Span(span.last - 11, span.last)))
    then = by_customer(within(waybills, Span(span.last - 23, span.last - 12)))
    stayed = {pk: (year[pk], amount) for pk, amount in then.items() if pk in year}
    return Sums(
        customers=len(by_customer(now)),
        shipments=len(now),
        weight_kg=sum((w.weight_kg or Decimal(0) for w in now), Decimal(0)),
        **costs(now, ""),
        promised=len(now),
        on_time=sum(local(w.delivered_at) <= local(w.promised_at) for w in now),
        exceptions=sum(w.exception != "" for w in now),
        shipments_before=len(earlier),
        **costs(earlier, "_before"),
        then_customers=len(then),
        then_revenue=sum(then.values(), Decimal(0)),
        stayed_customers=len(stayed),
        stayed_revenue=sum((is_now for is_now, _was in stayed.values()), Decimal(0)),
        stayed_capped=sum((min(pair) for pair in stayed.values()), Decimal(0)),
    )


def within(waybills: list[Waybill], span: Span) -> list[Waybill]:
    return [w for w in waybills if span.first <= w.month <= span.last]


def by_customer(waybills: list[Waybill]) -> dict[int, Decimal]:
    found: dict[int, Decimal] = {}
    for w in waybills:
        found[w.customer_id] = found.get(w.customer_id, Decimal(0)) + ours(w)
    return found


def ours(w: Waybill) -> Decimal:
    return w.revenue if w.currency == "CNY" else Decimal(0)


def costs(waybills: list[Waybill], when: str) -> dict[str, Any]:
    mine = [w for w in waybills if w.currency == "CNY"]
    return {
        f"revenue{when}": sum((w.revenue for w in mine), Decimal(0)),
        f"cost{when}": sum((w.cost or Decimal(0) for w in mine), Decimal(0)),
        f"uncosted{when}": sum(w.cost is None for w in mine),
    }


CITIES = {
    "上海市浦东新区": "上海",
    "上海": "上海",
    "杭州": "杭州",
    "浙江省宁波市": "宁波",
    "": NONE,
}
SCOPES = {
    ("上海", "上海"): "city",
    ("杭州", "杭州"): "city",
    ("宁波", "宁波"): "city",
    ("杭州", "宁波"): "regional",
    ("宁波", "杭州"): "regional",
}


def lane(w: Waybill) -> str:
    return f"{CITIES.get(w.origin, w.origin)} → {CITIES.get(w.destination, w.destination)}"


def scope(w: Waybill) -> str:
    ends = (CITIES.get(w.origin, w.origin), CITIES.get(w.destination, w.destination))
    if NONE in ends:
        return "unknown"
    if "Hamburg" in ends:
        return "cross_border"
    return SCOPES.get(ends, "national")


KEYS: dict[str, Key] = {
    "customer": lambda w: w.customer_id,
    "manager": lambda w: w.customer.account_manager_id,
    "unit": lambda w: w.customer.org_unit_id,
    "tier": lambda w: w.customer.tier,
    "region": lambda w: w.customer.province,
    "industry": lambda w: w.customer.industry,
    "service": lambda w: w.service,
    "lane": lane,
    "scope": scope,
}


def test_sums_equal_a_plain_recount(world: Cast):
    everybody = {world.acme.pk, world.bolt.pk, world.wolf.pk}
    for by, period in product(KEYS, ("12m", "quarter", "year")):
        choice = choose(world.greta, f"by={by}&period={period}&compare=before")
        months = (choice.span, choice.before)
        assert sums_by(world.greta, choice, by) == recounted(*months, KEYS[by], everybody), by
        whole = recounted(*months, lambda _w: None, everybody).get(None, Sums())
        assert total(world.greta, choice) == whole
        shown = table(world.greta, choice, "")
        for name in ADDITIVE:
            assert sum(getattr(part.sums, name) for part in shown.parts) == getattr(whole, name)


def test_each_sees_the_sums_of_their_own_customers(world: Cast):
    Share.objects.create(customer=world.wolf, user=world.bob)
    mine = {
        world.alice: {world.acme.pk},
        world.bob: {world.bolt.pk, world.wolf.pk},
        world.wendy: {world.wolf.pk},
        world.olga: {world.acme.pk, world.bolt.pk},
        world.ann: {world.acme.pk, world.bolt.pk},
        world.greta: {world.acme.pk, world.bolt.pk, world.wolf.pk},
        world.adam: set(),
    }
    for person, customers in mine.items():
        choice = choose(person, "by=customer")
        assert set(sums_by(person, choice, "customer")) == customers, person
        months = months_of(series_rows(person, choice), choice.span.last, "CNY")
        whole = recounted(choice.span, choice.before, lambda _w: None, customers).get(None, Sums())
        assert sum((month.revenue for month in months[-12:]), Decimal(0)) == whole.revenue
        assert safety.concentration(person, choice).total == whole.revenue


def test_every_part_leads_to_the_customers_behind_it(world: Cast):
    for by in DIMENSIONS:
        choice = choose(world.greta, f"by={by}&period=12m")
        for part in table(world.greta, choice, "").parts:
            narrowed = replace_values(world.greta, by, part.value)
            behind = total(world.greta, narrowed)
            assert behind.revenue == part.sums.revenue, (by, part.label)
            assert behind.shipments == part.sums.shipments
            months = months_of(series_rows(world.greta, narrowed), narrowed.span.last, "CNY")
            assert sum((one.revenue for one in months[-12:]), Decimal(0)) == part.sums.revenue


def replace_values(user: User, by: str, value: str) -> Choice:
    address = QueryDict(mutable=True)
    address.update({by: value, "by": "customer", "period": "12m"})
    return read_choice(user, address.dict())


def test_values_that_do_not_exist_list_nothing(world: Cast):
    for query in ("unit=NOWHERE", "customer=x", "customer=99999999999999999999", "tier=huge"):
        choice = choose(world.olga, f"{query}&by=service")
        assert total(world.olga, choice) == Sums(), query
        assert sums_by(world.olga, choice, "service") == {}
    elsewhere = choose(world.olga, f"unit={world.west_outlet.code}")
    assert total(world.olga, elsewhere) == Sums()


def test_dependence_losses_and_swings(cast: Cast):
    last = last_whole_month(timezone.localdate())
    months = [f"{n // 12}-{n % 12 + 1:02d}-05 12:00" for n in range(last - 11, last + 1)]
    rows = []
    for index, day in enumerate(months):
        rows.append(waybill(f"A{index}", cast.acme, day, revenue=Decimal(60), cost=Decimal(10)))
        rows.append(waybill(f"B{index}", cast.bolt, day, revenue=Decimal(30), cost=Decimal(40)))
    rows.append(waybill("C", cast.wolf, months[0], revenue=Decimal(120), cost=None))
    load(*rows)
    choice = choose(cast.greta)
    found = safety.concentration(cast.greta, choice)
    assert (found.heads, found.total) == (3, Decimal(1200))
    assert found.shares == {1: Decimal("0.6"), 5: 1, 10: 1}
    assert found.index == Decimal(4600)  # .6² + .3² + .1²
    assert [line.customer for line in found.top] == [cast.acme, cast.bolt, cast.wolf]
    assert found.chart.rows[1][1] == Decimal("0.6")
    losses = safety.losses(cast.greta, choice)
    assert (losses.customers, losses.revenue, losses.margin) == (1, 360, -120)
    assert [line.customer for line in losses.worst] == [cast.bolt]
    swings = safety.swings(cast.greta, choice)
    assert swings[0].customer == cast.wolf  # one month of twelve: the square root of 11
    assert swings[0].figure ** 2 == pytest.approx(Decimal(11))
    assert [line.figure for line in swings[1:]] == [0, 0]


def test_pages_show_them_sorted_and_take_them_away(world: Cast):
    person = client_of(world.greta)
    page = person.get("/statistics/?by=customer&sort=-revenue").content.decode()
    choice = choose(world.greta, "by=customer")
    order = [part.label for part in table(world.greta, choice, "-revenue").parts]
    places = [page.index(f">{name}</a>") for name in order]
    assert places == sorted(places)
    for address in (
        "trend/?measure=margin",
        "trend/?lane=%E4%B8%8A%E6%B5%B7",
        "safety/?period=year",
    ):
        assert person.get(f"/statistics/{address}").status_code == 200
    answer = person.get("/statistics/export/?by=customer")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["revenue"] for row in rows][-1] == str(total(world.greta, choice).revenue)
    assert len(rows) == 4
    months = person.get("/statistics/export/?view=trend&format=xlsx")
    assert months.content.startswith(b"PK")


def test_margin_is_for_those_who_may_see_it(world: Cast):
    assert "Margin rate" in client_of(world.olga).get("/statistics/").content.decode()
    page = client_of(world.sam).get("/statistics/?sort=margin").content.decode()
    assert "Margin rate" not in page
    assert "Loss-makers" not in client_of(world.sam).get("/statistics/safety/").content.decode()
    trend = client_of(world.sam).get("/statistics/trend/?measure=margin").content.decode()
    assert '<input type="hidden" name="measure" value="revenue">' in trend


def test_the_volume_of_one_customer(world: Cast):
    page = client_of(world.alice).get(f"/customers/{world.acme.pk}/volume/").content.decode()
    assert "Last 3 months" in page
    assert "Without season" in page
    choice = choose(world.alice, "by=customer")
    revenue = sums_by(world.alice, choice, "customer")[world.acme.pk].revenue
    assert f"{revenue:,}" in page
