"""The customer list: who is on it, found by what, in which order, and what one may take away."""

import csv
import datetime as dt
import io
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contracts.models import PlanLine
from customers.models import Customer, Share
from tests.cast import Cast, make_customer
from workspace import listing
from workspace.tests.make import DAY, Night, publish

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def _client(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def _codes(page: str) -> list[str]:
    return re.findall(r'<td class="c-code">([^<]*)</td>', page)


def _list(person, query: str = "") -> list[str]:
    """The codes on the first page of the person's list."""
    return _codes(_client(person).get(f"/customers/{query}").content.decode())


@pytest.mark.parametrize(
    ("person", "codes"),
    [
        ("alice", ["ACME"]),
        ("bob", ["BOLT"]),
        ("wendy", ["WOLF"]),
        ("olga", ["ACME", "BOLT"]),
        ("bruno", ["ACME", "BOLT"]),
        ("greta", ["ACME", "BOLT", "WOLF"]),
        ("fiona", ["ACME", "BOLT"]),
        ("sam", ["ACME", "BOLT"]),
        ("ann", ["ACME", "BOLT"]),
    ],
)
def test_everyone_sees_their_customers_and_their_number(cast: Cast, person: str, codes: list[str]):
    page = _client(getattr(cast, person)).get("/customers/").content.decode()
    assert _codes(page) == codes
    assert re.search(rf"<span>{len(codes)} customers?</span>", page)


def test_an_administrator_sees_no_list(cast: Cast):
    assert _client(cast.adam).get("/customers/").status_code == 403
    assert _client(cast.adam).get("/customers/export/").status_code == 403


def test_merged_files_are_not_listed(cast: Cast):
    Customer.objects.filter(pk=cast.bolt.pk).update(merged_into=cast.acme)
    assert _list(cast.olga) == ["ACME"]


@pytest.fixture
def found(cast: Cast) -> Cast:
    make_customer("SH-0001", cast.east_outlet, cast.alice, name="蓝汀医药（上海）", tier="large")
    make_customer("SH-0002", cast.east_outlet, cast.bob, name="上海医药", abc_class="A")
    make_customer("sx-9", cast.east, None, name="Lanting Pharma", status="dormant")
    return cast


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("?q=SH-", ["SH-0001", "SH-0002"]),
        ("?q=sh-0001", ["SH-0001"]),  # codes are found whatever the case typed
        ("?q=sx", ["sx-9"]),
        ("?q=0001", []),  # a code is found by its beginning
        ("?q=药", ["SH-0001", "SH-0002"]),
        ("?q=医药", ["SH-0001", "SH-0002"]),
        ("?q=汀医药", ["SH-0001"]),
        ("?q=LANTING", ["SH-0001", "sx-9"]),  # 蓝汀 sounds so
        ("?q=%20pharma%20", ["sx-9"]),
        ("?q=%25", []),  # a per cent sign is a per cent sign
        ("?q=_", []),
        ("?tier=large", ["SH-0001"]),
        ("?abc=A", ["SH-0002"]),
        ("?status=dormant", ["sx-9"]),
        ("?manager=bob", ["BOLT", "SH-0002"]),
        ("?manager=bob&q=SH", ["SH-0002"]),
        ("?unit=EAST-1", ["ACME", "BOLT", "SH-0001", "SH-0002"]),
        ("?unit=EAST", ["ACME", "BOLT", "SH-0001", "SH-0002", "sx-9"]),
        ("?unit=WEST", []),  # another branch's unit is like one that does not exist
        ("?unit=NOWHERE", []),
        ("?manager=wendy", []),
        ("?tier=huge", []),
    ],
)
def test_customers_are_found(found: Cast, query: str, codes: list[str]):
    assert _list(found.bruno, query) == codes


def test_only_visible_units_and_people_are_offered(cast: Cast):
    page = _client(cast.bruno).get("/customers/").content.decode()
    filters = re.search(r'<form class="fbar".*?</form>', page, re.DOTALL).group()
    assert "EAST-1" in filters
    assert "alice" in filters
    assert "WEST" not in filters
    assert "wendy" not in filters


def test_an_empty_list_and_an_empty_result_say_what_to_do(cast: Cast):
    nothing = _client(cast.bob)
    Customer.objects.filter(pk=cast.bolt.pk).update(account_manager=None)
    assert "No customers yet" in nothing.get("/customers/").content.decode()
    page = _client(cast.alice).get("/customers/?q=zzz").content.decode()
    assert "No customer matches" in page
    assert "Clear filters" in page


@pytest.fixture
def figures(found: Cast) -> Cast:
    of = {customer.code: customer for customer in Customer.objects.all()}
    publish(
        [
            Night(of["ACME"], "100.00", "80", {"CNY": "5", "USD": "9"}, dt.date(2026, 3, 1)),
            Night(of["BOLT"], "3000000.00", "4000000", {"CNY": "700"}),
            Night(of["SH-0001"], "100.00", "0"),
            Night(of["SH-0002"], "0.00", "0", {"USD": "1000"}),
            Night(of["WOLF"], "50.00"),
        ]
    )
    return found


@pytest.mark.parametrize(
    ("sort", "codes"),
    [
        ("", ["BOLT", "SH-0001", "ACME", "SH-0002", "sx-9"]),  # most revenue first
        ("?sort=-revenue", ["BOLT", "SH-0001", "ACME", "SH-0002", "sx-9"]),
        ("?sort=revenue", ["SH-0002", "ACME", "SH-0001", "BOLT", "sx-9"]),
        ("?sort=-overdue", ["BOLT", "ACME", "SH-0001", "SH-0002", "sx-9"]),
        ("?sort=overdue", ["ACME", "BOLT", "SH-0001", "SH-0002", "sx-9"]),
        ("?sort=code", ["ACME", "BOLT", "SH-0001", "SH-0002", "sx-9"]),
        ("?sort=-code", ["sx-9", "SH-0002", "SH-0001", "BOLT", "ACME"]),
        ("?sort=name", ["ACME", "BOLT", "sx-9", "SH-0002", "SH-0001"]),
        ("?sort=password", ["BOLT", "SH-0001", "ACME", "SH-0002", "sx-9"]),
    ],
)
def test_the_list_is_sorted(figures: Cast, sort: str, codes: list[str]):
    assert _list(figures.bruno, sort) == codes


def test_a_row_shows_the_nights_figures_and_their_date(figures: Cast):
    page = _client(figures.bruno).get("/customers/?q=ACME").content.decode()
    row = page[page.index("<tbody>") : page.index("</tbody>")]
    assert ">¥100<" in row
    assert "+25.0%" in row
    assert ">¥5<" in row  # overdue, the company's currency first, never added up
    assert ">$9<" in row
    assert row.index(">¥5<") < row.index(">$9<")
    assert "1 Mar 2026" in row
    assert 'Figures as of <time datetime="2026-03-31">' in page


def test_before_the_first_night_the_list_says_so(cast: Cast):
    assert "No figures yet" in _client(cast.alice).get("/customers/").content.decode()


def _walk(client: Client, query: str) -> list[str]:
    """The codes of all pages, each loaded as htmx loads it."""
    page = client.get(f"/customers/?{query}").content.decode()
    codes = _codes(page)
    while more := re.search(r'class="more".*?hx-get="([^"]*)"', page):
        address = more.group(1).replace("&amp;", "&")
        page = client.get(f"/customers/{address}", headers=HTMX).content.decode()
        assert "<html" not in page
        codes += _codes(page)
    return codes


@pytest.mark.parametrize("sort", ["code", "-name", "revenue", "-revenue", "overdue", "-overdue"])
def test_loading_more_brings_every_customer_exactly_once(
    cast: Cast, sort: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(listing, "PAGE_SIZE", 3)
    made = [make_customer(f"C{n}", cast.east_outlet, cast.alice, name="Same") for n in range(14)]
    publish(
        Night(customer, str(n % 3), overdue={"CNY": str(n % 4 + 1)} if n % 2 else None)
        for n, customer in enumerate(made)
        if n % 5
    )
    codes = _walk(_client(cast.alice), f"sort={sort}")
    assert sorted(codes) == sorted([customer.code for customer in made] + ["ACME"])
    assert _client(cast.alice).get(f"/customers/?sort={sort}&after=rubbish").status_code == 200


def test_a_page_in_the_middle_stands_by_itself(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(listing, "PAGE_SIZE", 1)
    client = _client(cast.olga)
    first = client.get("/customers/").content.decode()
    address = re.search(r'class="more".*?href="([^"]*)"', first).group(1).replace("&amp;", "&")
    page = client.get(f"/customers/{address}").content.decode()
    assert "<html" in page
    assert _codes(page) == ["BOLT"]


def test_filtering_by_htmx_answers_the_list_and_what_stands_over_it(cast: Cast):
    answer = _client(cast.olga).get("/customers/?q=BOLT", headers=HTMX)
    page = answer.content.decode()
    assert page.lstrip().startswith('<div id="list"')
    assert re.findall(r'<hx-partial hx-target="([^"]*)"', page) == ["#views", "#fchips"]
    assert _codes(page) == ["BOLT"]
    assert "HX-Request" in answer.headers["Vary"]


def test_who_cools_is_found_by_rhythm_of_the_night(cast: Cast):
    assert _list(cast.olga, "?rhythm=cooling") == []  # no night yet
    earlier = DAY - dt.timedelta(days=1)
    publish([Night(cast.acme, "1", rhythm="active"), Night(cast.bolt, rhythm="cooling")], earlier)
    publish([Night(cast.acme, "1", rhythm="cooling"), Night(cast.bolt, rhythm="active")])
    assert _list(cast.olga, "?rhythm=cooling") == ["ACME"]
    assert _list(cast.bob, "?rhythm=cooling") == []


def test_beyond_the_cap_the_number_is_an_estimate_and_says_so(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(listing, "EXACT_UP_TO", 1)
    assert re.search(r"about \d+ customers", _client(cast.olga).get("/customers/").content.decode())


def _download(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/customers/export/{query}")
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("query", ["", "?q=药", "?unit=EAST-1", "?unit=WEST", "?sort=-revenue"])
def test_the_export_has_what_the_list_has(figures: Cast, query: str):
    client = _client(figures.bruno)
    exported = [row["code"] for row in _download(client, query)]
    assert exported == sorted(_codes(client.get(f"/customers/{query}").content.decode()))


def test_the_export_has_full_figures(figures: Cast):
    rows = {row["code"]: row for row in _download(_client(figures.bruno))}
    assert rows["ACME"] == {
        "code": "ACME", "name": "Customer ACME", "status": "active", "tier": "", "abc_class": "",
        "org_unit": "EAST-1", "account_manager": "alice", "revenue_12m": "100.00",
        "revenue_growth": "0.250000", "overdue": "5.00", "last_accepted_on": "2026-03-01",
        "currency": "CNY", "as_of": "2026-03-31",
    }  # fmt: skip
    assert (rows["sx-9"]["revenue_12m"], rows["sx-9"]["overdue"]) == ("", "")


def test_nothing_exported_runs_as_a_formula(cast: Cast):
    Customer.objects.filter(pk=cast.acme.pk).update(name="=cmd|' /C calc'!A0")
    assert _download(_client(cast.alice))[0]["name"].startswith("'=")


def test_a_service_agent_may_not_export(cast: Cast):
    client = _client(cast.sam)
    assert client.get("/customers/export/").status_code == 403
    assert "customers/export" not in client.get("/customers/").content.decode()


def _queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(path).status_code == 200
    return len([q for q in queries if "SET ROLE" not in q["sql"]])


@pytest.mark.parametrize("person", ["alice", "bruno", "greta"])
def test_ten_times_the_customers_take_no_more_queries(cast: Cast, person: str):
    few = [make_customer(f"A{n}", cast.east_outlet, cast.alice) for n in range(4)]
    publish(Night(customer, "1", overdue={"CNY": "1"}) for customer in [*few, cast.acme])
    client = _client(getattr(cast, person))
    once = _queries(client, "/customers/")
    many = [make_customer(f"B{n}", cast.east_outlet, cast.alice) for n in range(40)]
    publish(
        [Night(customer, "1", overdue={"CNY": "1"}) for customer in [*few, *many]],
        dt.date(2026, 4, 1),
    )
    assert _queries(client, "/customers/") <= once <= 25


def test_a_shared_customer_of_another_branch_is_on_the_list(cast: Cast):
    Share.objects.create(customer=cast.wolf, user=cast.alice)
    assert _list(cast.alice) == ["ACME", "WOLF"]


def test_money_of_another_branch_is_in_no_list(figures: Cast):
    PlanLine.objects.create(
        line_no="L", customer=figures.wolf, issued_on=dt.date(2026, 1, 1),
        due_on=dt.date(2026, 1, 2), original_due_on=dt.date(2026, 1, 2), amount=Decimal(1),
    )  # fmt: skip
    page = _client(figures.bruno).get("/customers/?q=WOLF").content.decode()
    assert _codes(page) == []
    assert "Customer WOLF" not in page
