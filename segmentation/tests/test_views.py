"""The tiers page: whose customers are counted, moves, flows between nights, concentration."""

import csv
import datetime as dt
import io
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import as_role
from core.context import acting
from core.models import Version
from core.versions import open_partitions, seal_partitions
from customers.models import Customer
from segmentation import reports
from segmentation.jobs import (
    classify,
    write_curves,
    write_customer_values,
    write_figures,
    write_moves,
    write_portfolios,
    write_retention,
    write_rhythm,
)
from segmentation.models import Classification, Curve, Move, Portfolio, RuleSet, ValueModel
from segmentation.rules.concentration import concentration
from segmentation.ruleset import DEFAULT_RULES
from segmentation.tests.make import AT_ONCE, ship
from shipments.jobs import check_rollups
from tests.cast import Cast, make_customer

pytestmark = pytest.mark.django_db
FIRST, SECOND, THIRD = dt.date(2026, 3, 29), dt.date(2026, 3, 30), dt.date(2026, 3, 31)
LARGE, MEDIUM = Decimal("3000000.00"), Decimal("250000.00")
HTMX = {"HTTP_HX_REQUEST": "true"}


def night(day: dt.date) -> Version:
    """One published night, with moves, curves and sums."""
    version = Version.objects.create(business_date=day, rule_version=1)
    open_partitions(version.pk)
    write_figures(day, version.pk)
    classify(day, version.pk, AT_ONCE)
    write_moves(day, version.pk)
    write_curves(version.pk)
    seal_partitions(version.pk)
    Version.objects.filter(is_current=True).update(is_current=False)
    Version.objects.filter(pk=version.pk).update(status="published", is_current=True)
    write_portfolios(version.pk)
    version.refresh_from_db()
    return version


def earn(customer: Customer, amount: object, day: str = "2026-03-01") -> None:
    """Revenue of one waybill."""
    ship(customer, day, amount)


def page(client: Client, user, query: str = "", **headers) -> str:
    client.force_login(user)
    response = client.get(f"/segmentation/{query}", **headers)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.fixture
def moved(cast: Cast) -> tuple[Version, Version]:
    """ACME becomes large, BOLT falls to small, WOLF stays medium."""
    earn(cast.acme, MEDIUM)
    earn(cast.bolt, MEDIUM, "2025-03-30")  # in the 12 months of the first night only
    earn(cast.wolf, MEDIUM)
    before = night(FIRST)
    earn(cast.acme, LARGE, "2026-03-30")
    return before, night(SECOND)


def test_before_the_first_night_the_page_says_what_will_come(cast: Cast, client: Client):
    assert "No tiers yet" in page(client, cast.greta)


def test_the_first_night_has_tiers_and_no_moves(cast: Cast, client: Client):
    earn(cast.acme, LARGE)
    night(FIRST)
    html = page(client, cast.greta)
    assert "Flows come with the second night." in html
    assert "Who moved" not in html


SEEN = {  # scope, customers, up, down, who moved
    "greta": ("the whole company", 3, 1, 1, {"ACME", "BOLT"}),
    "bruno": ("Unit EAST and the units below", 2, 1, 1, {"ACME", "BOLT"}),
    "ann": ("Unit EAST and the units below", 2, 1, 1, {"ACME", "BOLT"}),
    "walter": ("Unit WEST and the units below", 1, 0, 0, set()),
    "alice": ("your own customers", 1, 1, 0, {"ACME"}),
}


@pytest.mark.parametrize("person", SEEN)
def test_everybody_counts_their_own(cast: Cast, client: Client, moved, person: str):
    scope, customers, up, down, names = SEEN[person]
    html = page(client, getattr(cast, person))
    assert f"Tiers of {scope}" in html
    kpis = html.split('<dl class="kpis">')[1].split("</dl>")[0]
    assert f'<dd class="v"><span class="num">{customers}</span></dd>' in kpis
    assert f'up</span> <span class="num">{up}</span>' in kpis
    assert f'down</span> <span class="num">{down}</span>' in kpis
    movers = html.split('id="moves"')[1]
    assert {name for name in ("ACME", "BOLT", "WOLF") if f"Customer {name}<" in movers} == names


def test_each_mover_has_its_main_reason(cast: Cast, client: Client, moved):
    movers = page(client, cast.greta).split('id="moves"')[1]
    assert "Revenue ¥3.25M ≥ ¥3.00M, before ¥250k" in movers
    assert "Revenue ¥0 &lt; ¥250k, before ¥250k" in movers
    assert movers.index("Customer ACME") < movers.index("Customer BOLT")  # the largest first


def test_movers_can_be_narrowed(cast: Cast, client: Client, moved):
    up = page(client, cast.greta, "?kind=up", **HTMX)
    assert up.startswith('<section class="card sp2" id="moves">')
    assert "Customer ACME" in up
    assert "Customer BOLT" not in up
    assert "Nobody moved this way." in page(client, cast.greta, "?kind=risk", **HTMX)
    Customer.objects.filter(pk=cast.bolt.pk).update(account_manager=cast.bruno)
    mine = page(client, cast.bruno, "?kind=mine", **HTMX)
    assert "Customer BOLT" in mine
    assert "Customer ACME" not in mine


def test_any_two_nights_can_be_compared(cast: Cast, client: Client, moved):
    earn(cast.bolt, LARGE, "2026-03-31")
    night(THIRD)
    html = page(client, cast.greta, f"?night={THIRD}&before={FIRST}")
    movers = html.split('id="moves"')[1]
    assert "29 Mar 2026" in movers
    assert movers.count('<th scope="row">') == 2
    assert "Revenue ¥3.00M ≥ ¥3.00M, before ¥250k" in movers
    yesterday = page(client, cast.greta, f"?night={SECOND}").split('id="moves"')[1]
    assert "Customer BOLT" in yesterday
    assert "before ¥250k" in yesterday


@pytest.mark.parametrize("query", ["?night=2020-01-01", "?night=x&before=y", "?before=2099-01-01"])
def test_a_night_that_is_none_is_the_latest(cast: Cast, client: Client, moved, query: str):
    assert 'Night of <time datetime="2026-03-30">' in page(client, cast.greta, query)


@pytest.mark.parametrize("person", ["greta", "bruno", "walter", "alice", "wendy"])
def test_where_nights_are_gone_every_customer_is_looked_at(cast: Cast, moved, person: str):
    user = getattr(cast, person)
    before, _now = moved
    earn(cast.bolt, LARGE, "2026-03-31")
    third = night(THIRD)
    found = []
    for status in ("published", "dropped"):
        Version.objects.filter(business_date=SECOND).update(status=status)
        with acting(user_id=user.pk, actor=user.username), as_role("crm_app"):
            way = reports.steps(user, before, third)
            seen = reports.overview(user, third, way)
            listed = reports.movers(user, way, "all").rows
        found.append(
            (
                {(f.before, f.tier, f.customers, f.revenue) for f in seen.flows},
                [(m.customer.code, m.before, m.tier) for m in listed],
            )
        )
    assert found[0] == found[1]
    assert len(found[0][1]) == {"greta": 2, "bruno": 2, "alice": 1}.get(person, 0)


def test_a_night_from_before_sums_were_kept_makes_nobody_new(cast: Cast, moved):
    before, now = moved
    Portfolio.objects.filter(version=before).delete()
    found = reports.overview(cast.greta, now, reports.steps(cast.greta, before, now))
    assert {(f.before, f.tier) for f in found.flows} == {
        ("medium", "large"), ("medium", "small"), ("medium", "medium"),
    }  # fmt: skip


def test_a_new_customer_is_no_move(cast: Cast, moved):
    make_customer("NEW", cast.west_outlet, cast.wendy)
    third = night(THIRD)
    way = reports.steps(cast.walter, moved[1], third)
    found = reports.overview(cast.walter, third, way)
    assert ("", "small", 1) in {(f.before, f.tier, f.customers) for f in found.flows}
    assert (found.moves, found.stable, found.customers) == (0, 1, 2)


def test_the_top_of_a_branch_is_of_the_branch(cast: Cast, client: Client):
    for number in range(19):
        earn(make_customer(f"S{number}", cast.east_outlet, cast.bob), 10)
    earn(cast.acme, 810)
    earn(cast.wolf, 5000)
    night(FIRST)
    assert "Top 5% bring 81.0%" in page(client, cast.bruno)
    assert "Top 5% bring 96.8%" in page(client, cast.greta)  # two of 21 heads
    own = page(client, cast.bob)
    assert "Top 5% bring 5.3%" in own
    assert "Gini 0.00" in own


def test_a_margin_stays_hidden_from_those_who_may_not_see_it(cast: Cast, client: Client):
    RuleSet.objects.create(version=1, document={"abc": {"basis": "margin"}})
    earn(cast.acme, LARGE)
    night(FIRST)
    assert "which your role does not see" in page(client, cast.sam)
    assert "by margin of 12 months" in page(client, cast.ann)


def test_why_somebody_moved_tells_no_margin_to_who_may_not_see_it(
    cast: Cast, client: Client, moved
):
    size = {"code": "size_large", "margin_12m": "3333333.00", "threshold": "3000000"}
    found = Classification.objects.filter(customer=cast.acme, version=moved[1])
    found.update(reasons=[size, {"code": "abc_n", "value": "1"}])
    for path in ("/segmentation/", "/", f"/customers/{cast.acme.pk}/"):
        for person, is_told in ((cast.ann, True), (cast.sam, False)):
            client.force_login(person)
            html = client.get(path).content.decode()
            assert ("3,333,333" in html or "¥3.33M" in html) == is_told, (path, person)


amounts = st.lists(
    st.tuples(st.decimals(-50, 500, places=2), st.booleans()), min_size=1, max_size=60
)


@given(amounts)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_curves_in_sql_are_those_of_the_rule(cast: Cast, given_amounts):
    """Units above hold the customers of both outlets."""
    Customer.objects.filter(code__startswith="H").delete()
    version = Version.objects.create(business_date=FIRST, rule_version=1)
    open_partitions(version.pk)
    made = []
    for number, (value, is_east) in enumerate(given_amounts):
        unit = cast.east_outlet if is_east else cast.west_outlet
        customer = make_customer(f"H{number}", unit)
        made.append((customer, value, is_east))
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO segmentation_figures (version, customer_id, shipments_12m,"
                " revenue_12m, revenue_prev_12m, promised, on_time, exceptions,"
                " receivables_currency, revenue_3m, revenue_prev_3m, revenue_3m_year_ago,"
                " revenue_month, revenue_month_year_ago)"
                " VALUES (%s, %s, 1, %s, 0, 0, 0, 0, '', 0, 0, 0, 0, 0)",
                [version.pk, customer.pk, value],
            )
    classify(FIRST, version.pk, DEFAULT_RULES)
    write_curves(version.pk)
    for unit, sides in ((cast.group, (True, False)), (cast.east, (True,)), (cast.west, (False,))):
        expected = concentration([value for _c, value, east in made if east in sides])
        rows = list(Curve.objects.filter(version=version, org_unit=unit).order_by("place"))
        assert [(row.place, row.held) for row in rows] == [
            (point.place, point.held) for point in expected.points
        ]
        if rows:
            last = rows[-1]
            assert (last.heads, last.total, last.weighted) == (
                expected.heads,
                expected.total,
                expected.weighted,
            )
    Move.objects.filter(version=version).delete()
    Classification.objects.filter(version=version).delete()


def test_a_unit_reads_no_curve_of_another(cast: Cast, moved):
    with acting(user_id=cast.walter.pk, actor="walter"), as_role("crm_app"):
        seen = set(Curve.objects.values_list("org_unit__code", flat=True))
    assert seen == {"WEST", "WEST-1"}


def download(client: Client, user, query: str = "") -> list[dict[str, str]]:
    client.force_login(user)
    response = client.get(f"/segmentation/moves/export/{query}")
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_movers_can_be_taken_away(cast: Cast, client: Client, moved):
    Customer.objects.filter(pk=cast.acme.pk).update(name="=cmd|' /C calc'!A0")
    rows = download(client, cast.bruno)
    assert [row["customer_code"] for row in rows] == ["ACME", "BOLT"]
    assert rows[0]["name"].startswith("'=")
    assert (rows[0]["tier_before"], rows[0]["tier"]) == ("medium", "large")
    assert (rows[0]["since"], rows[0]["as_of"]) == (str(FIRST), str(SECOND))
    assert rows[0]["revenue_12m"] == "3250000.00"
    assert download(client, cast.walter) == []
    assert [row["customer_code"] for row in download(client, cast.greta, "?kind=down")] == ["BOLT"]


def test_a_service_agent_may_not_take_them_away(cast: Cast, client: Client, moved):
    client.force_login(cast.sam)
    assert client.get("/segmentation/moves/export/").status_code == 403
    assert "moves/export" not in page(client, cast.sam)


def test_more_movers_come_behind_the_last(cast: Cast, client: Client):
    names = [f"M{number:02}" for number in range(60)]
    for number, name in enumerate(names):
        made = make_customer(name, cast.east_outlet, cast.alice)
        earn(made, MEDIUM + number // 2, "2025-03-30")
        earn(made, number // 2, "2026-03-02")
    night(FIRST)
    night(SECOND)
    night(THIRD)
    query = f"?before={FIRST}&kind=all"
    first = page(client, cast.alice, query, **HTMX)
    link = first.split('class="more">')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
    rest = page(client, cast.alice, link, **HTMX)
    assert (first.count('<th scope="row">'), rest.count('<th scope="row">')) == (50, 10)
    both = first + rest
    assert all(both.count(f">Customer {name}<") == 1 for name in names)


def test_who_stayed_and_how_well_the_model_told(cast: Cast, client):
    for customer, then, now in ((cast.acme, 100, 120), (cast.bolt, 50, None), (cast.wolf, 50, 40)):
        earn(customer, then, "2025-03-01")
        if now is not None:
            earn(customer, now)
    model = ValueModel.objects.create(
        as_of=SECOND, basis="revenue", weeks=60, customers=3, returned=3, rejection="off",
        holdout_weeks=13, holdout_expected=75.0, holdout_actual=100,
    )  # fmt: skip
    check_rollups()
    version = night(THIRD)
    write_rhythm(THIRD, version.pk, DEFAULT_RULES)
    write_customer_values(THIRD, version.pk, DEFAULT_RULES)
    write_retention(version.pk)
    card = words_of(page(client, cast.greta))
    assert "Customers kept 66.67% · 2 / 3 that shipped in the 12 months to a year ago" in card
    assert "Churn rate 33.33% Net revenue 80.00% · ¥160 / ¥200 Gross revenue 70.00%" in card
    assert "is not used: the weeks held out came out otherwise · fitted 30 Mar 2026" in card
    assert card.endswith("13 weeks it did not know: −25.0%")
    assert "100.00% · 1 / 1" in words_of(page(client, cast.alice))
    ValueModel.objects.filter(pk=model.pk).delete()
    assert "fitted" not in words_of(page(client, cast.greta))


def words_of(text: str) -> str:
    """What the card of retention says."""
    card = text.split('id="retention">')[1].split("</section>", maxsplit=1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", card).split())


@pytest.mark.parametrize("person", ["alice", "bruno", "greta"])
def test_ten_times_the_customers_take_no_more_queries(cast: Cast, client, person: str):
    def book(letter: str, count: int) -> None:
        for number in range(count):
            made = make_customer(f"{letter}{number}", cast.east_outlet, cast.alice)
            earn(made, MEDIUM, "2025-03-30")

    book("A", 4)
    night(FIRST)
    night(SECOND)
    once = queries(client, getattr(cast, person))
    book("B", 40)
    Version.objects.filter(status="published").update(status="superseded", is_current=False)
    night(FIRST)
    night(SECOND)
    assert queries(client, getattr(cast, person)) <= once <= 25


def queries(client: Client, person) -> int:
    client.force_login(person)
    client.get("/segmentation/")
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/segmentation/").status_code == 200
    return len([one for one in captured if "SET ROLE" not in one["sql"]])
