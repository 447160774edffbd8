"""The command palette: what is found, by whom, and what is offered besides."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contracts.models import Contract, PlanLine, Receipt
from customers.models import Contact, Customer, Share
from tests.cast import Cast, make_customer
from workspace import search

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
DAY = dt.date(2026, 1, 1)


def _client(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def _options(person, text: str) -> list[str]:
    """What the list offers for a text, in its order."""
    page = _client(person).get("/search/", {"q": text}, headers=HTMX).content.decode()
    options = re.findall(r'<a class="opt".*?</a>', page, re.DOTALL)
    return [re.findall(r'(?:md trunc|class="trunc)">([^<]*)<', option)[0] for option in options]


@pytest.fixture
def found(cast: Cast) -> Cast:
    make_customer("SH-1", cast.east_outlet, cast.alice, name="上海蓝汀医药有限公司",
                  short_name="蓝汀医药", uscc="91310115MA1K3Q2X7Y", tier="large")  # fmt: skip
    make_customer("SH-2", cast.east_outlet, cast.bob, name="蓝汀", tier="small")
    make_customer("SH-3", cast.east_outlet, cast.bob, name="北蓝汀物流", tier="large")
    Contact.objects.create(customer=cast.acme, name="韩磊", title="物流总监", mobile="13812340021")
    Contact.objects.create(customer=cast.wolf, name="韩梅", mobile="13912340022")
    return cast


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "蓝汀",
            ["蓝汀", "上海蓝汀医药有限公司", "北蓝汀物流"],
        ),  # the whole, its beginning, within
        ("蓝汀医药", ["上海蓝汀医药有限公司"]),
        ("sh-2", ["蓝汀"]),
        ("91310115ma1k", ["上海蓝汀医药有限公司"]),
        ("customer b", ["Customer BOLT"]),
        ("韩", ["韩磊"]),  # who is at a customer of another branch stays hidden
        ("13812340021", ["韩磊"]),
        ("138 1234 00", ["韩磊"]),
        ("138", []),
        ("wolf", []),
        ("%", []),
    ],
)
def test_customers_and_contacts_are_found(found: Cast, text: str, names: list[str]):
    assert _options(found.olga, text) == names


def test_phones_are_masked_and_contacts_hidden_from_whom_may_not_read_them(found: Cast):
    page = _client(found.olga).get("/search/?q=韩磊").content.decode()
    assert "物流总监 · Customer ACME · 138 **** 0021" in page
    assert "13812340021" not in page
    assert _options(found.ann, "韩磊") == []
    assert _options(found.ann, "13812340021") == []


@pytest.fixture
def papers(cast: Cast) -> Cast:
    for customer, number in ((cast.acme, "1"), (cast.wolf, "2")):
        Contract.objects.create(contract_no=f"HT-2026-{number}", customer=customer, starts_on=DAY)
        PlanLine.objects.create(
            line_no=f"PL-{number}", customer=customer, issued_on=DAY, due_on=DAY,
            original_due_on=DAY, amount=Decimal(1),
        )  # fmt: skip
        Receipt.objects.create(
            receipt_no=f"RC-{number}", customer=customer, received_on=DAY, amount=Decimal(1)
        )
    return cast


@pytest.mark.parametrize(
    ("text", "numbers", "section"),
    [
        ("HT-2026", ["HT-2026-1"], "contracts"),
        ("PL-1", ["PL-1"], "receivables"),
        ("RC-1", ["RC-1"], "receipts"),
        ("HT-2026-2", [], ""),
        ("RC", [], ""),
    ],
)
def test_papers_are_found_by_their_number(
    papers: Cast, text: str, numbers: list[str], section: str
):
    assert _options(papers.olga, text) == numbers
    page = _client(papers.olga).get("/search/", {"q": text}).content.decode()
    if section:
        url = re.search(r'class="opt"[^>]*href="([^"]*)"', page).group(1)
        assert url == f"/customers/{papers.acme.pk}/{section}/"
        assert _client(papers.olga).get(url).status_code == 200


def test_a_shared_customer_is_found_a_merged_file_is_not(found: Cast):
    Share.objects.create(customer=found.wolf, user=found.alice)
    assert _options(found.alice, "Wolf") == ["Customer WOLF"]
    Customer.objects.filter(pk=found.wolf.pk).update(merged_into=found.acme)
    assert _options(found.alice, "Wolf") == []


def test_without_a_text_the_commands_are_offered(cast: Cast):
    offered = _options(cast.olga, "")
    assert offered[:2] == ["Today", "Customers"]
    assert {"Dark colours", "中文", "Preferences", "Keyboard"} <= set(offered)
    assert _options(cast.olga, "dark") == ["Dark colours"]
    assert _options(cast.olga, "lang") == ["中文"]


def test_an_administrator_finds_commands_alone(found: Cast):
    assert _options(found.adam, "蓝汀") == []
    assert "Administration" in _options(found.adam, "")


def test_nothing_found_says_so_and_the_number_is_announced(found: Cast):
    page = _client(found.olga).get("/search/?q=zzz", headers=HTMX).content.decode()
    assert "Nothing found" in page
    assert re.search(r'hx-target="#cmd-status"[^>]*>0 results', page)
    page = _client(found.olga).get("/search/?q=蓝汀", headers=HTMX).content.decode()
    assert ">3 results" in page


def test_the_page_stands_alone_and_text_is_escaped(cast: Cast):
    page = _client(cast.olga).get("/search/?q=%3Cb%3Ebold").content.decode()
    assert "<html" in page
    assert "<b>bold" not in page
    assert "&lt;b&gt;bold" in page


@pytest.mark.parametrize("person", ["alice", "bruno", "greta"])
def test_a_search_asks_the_database_at_most_eight_times(papers: Cast, person: str):
    client = _client(getattr(papers, person))
    with CaptureQueriesContext(connection) as queries:
        client.get("/search/?q=HT-2026", headers=HTMX)
    own = ("customers_", "contracts_", "shipments_", "organization_orgunit", "organization_deputy")
    own_sql = [q["sql"].replace('"', "") for q in queries]
    asked = [sql for sql in own_sql if any(f"FROM {table}" in sql for table in own)]
    assert 3 <= len(asked) <= 8


def test_a_whole_code_is_found_however_many_begin_like_it(cast: Cast, monkeypatch):
    monkeypatch.setattr(search, "_READ", 3)
    for number in ("10", "100", "1000", "1"):
        make_customer(f"K-{number}", cast.east_outlet, cast.alice, name=f"Number {number}")
    assert _options(cast.alice, "k-1")[0] == "Number 1"
