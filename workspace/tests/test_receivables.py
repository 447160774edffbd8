"""The receivables page: who owes us most, found by what, in which order, and its export."""

import csv
import datetime as dt
import io
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contracts.exports import ageing_rows
from contracts.tests.make import make_line, pay
from contracts.tests.test_receivables import publish
from core.tables.write import ExportRequest
from customers.models import Customer, Share
from engagement.models import Note
from organization.models import Deputy
from tests.cast import Cast, make_customer
from tests.pages import client_of
from workspace.receivables import choice, listing

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NIGHT = dt.date(2025, 8, 31)


def page_of(person, query: str = "") -> str:
    return client_of(person).get(f"/receivables/{query}").content.decode()


def rows_of(page: str) -> list[str]:
    """The names of the customers listed, in order."""
    body = page[page.index("rv-list") :] if "rv-list" in page else ""
    return re.findall(r'<th scope="row" class="stick">.*?<a href="[^"]*">([^<]*)</a>', body)


def text_of(page: str) -> str:
    """The page as one reads it."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


@pytest.fixture
def owing(cast: Cast) -> Cast:
    """As at 2025-08-31: ACME 240 overdue, BOLT 40, WOLF 1,000 in the other branch."""
    Customer.objects.filter(pk=cast.acme.pk).update(name="Acme", tier="large")
    Customer.objects.filter(pk=cast.bolt.pk).update(name="Bolt", tier="small")
    Customer.objects.filter(pk=cast.wolf.pk).update(name="Wolf")
    for one in (cast.acme, cast.bolt, cast.wolf):
        one.refresh_from_db()
    make_line(cast.acme, "A1", "2025-06-30", "300.00")  # 62 days late, 200 left
    make_line(cast.acme, "A2", "2025-08-20", "40.00")  # 11 days late
    make_line(cast.acme, "A3", "2025-09-15", "5000.00")
    make_line(cast.acme, "A4", "2025-08-01", "9.00", currency="USD")
    make_line(cast.bolt, "B1", "2025-08-30", "40.00")  # 1 day late
    make_line(cast.wolf, "W1", "2024-08-01", "1000.00")
    pay(cast.acme, "R1", "2025-08-20", "100.00", line_no="A1")
    return cast


def test_who_owes_most_stands_first_and_the_sums_are_of_ones_own_branch(owing: Cast):
    publish()
    page = page_of(owing.bruno)
    assert rows_of(page) == ["Acme", "Bolt"]
    text = text_of(page)
    assert "Overdue ¥280 5.3% of what is open" in text  # 280 of 5,280
    assert "Owed, after credit ¥5,280 2 customers" in text
    assert "61–90 days ¥200" in text
    assert "USD $9" in text
    assert "Wolf" not in page
    assert "1,000" not in text
    assert "62 days late" in text


def test_the_group_sees_both_branches_and_how_much_stands_in_each(owing: Cast):
    publish()
    page = page_of(owing.greta)
    assert rows_of(page) == ["Wolf", "Acme", "Bolt"]
    parts = page[page.index("tbl parts") : page.index("rv-coming")]
    assert re.findall(r">(Unit \w+)<", parts) == ["Unit WEST", "Unit EAST"]
    assert "?unit=WEST" in parts
    inside = page_of(owing.greta, "?unit=EAST")
    assert rows_of(inside) == ["Acme", "Bolt"]
    assert "Overdue ¥280" in text_of(inside)
    outlet = page_of(owing.greta, "?unit=EAST-1")
    managers = outlet[outlet.index("tbl parts") : outlet.index("rv-coming")]
    assert re.findall(r"manager=(\w+)", managers)[::2] == ["alice", "bob"]
    assert rows_of(page_of(owing.greta, "?unit=EAST-1&manager=bob")) == ["Bolt"]
    Customer.objects.filter(pk=owing.bolt.pk).update(org_unit=owing.east)
    assert "?unit=EAST&amp;own=EAST" in page_of(owing.greta, "?unit=EAST")
    own = page_of(owing.greta, "?unit=EAST&own=EAST")  # the branch's own, not those of its outlets
    assert rows_of(own) == ["Bolt"]
    assert "Unit EAST itself" in own


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?bucket=d61_90", ["Acme"]),
        ("?bucket=d1_30", ["Bolt", "Acme"]),
        ("?bucket=not_due", ["Acme"]),
        ("?bucket=d365_plus", []),
        ("?bucket=overdue", ["Acme", "Bolt"]),
        ("?bucket=unallocated", []),
        ("?tier=small", ["Bolt"]),
        ("?q=ac", ["Acme"]),
        ("?q=BOL", ["Bolt"]),
        ("?q=olt", ["Bolt"]),
        ("?q=wolf", []),
        ("?unit=WEST", []),
        ("?manager=wendy", []),
        ("?unit=NOWHERE", []),
        ("?tier=huge", []),
        ("?bucket=balance", []),
        ("?as_of=2025-08-30", []),
        ("?as_of=yesterday", []),
        ("?currency=USD", ["Acme"]),
        ("?currency=usd", ["Acme", "Bolt"]),  # no currency: the company's
        ("?tier=none", []),
        ("?unit=EAST&own=EAST", []),
        ("?unit=EAST&own=EAST-1", ["Acme", "Bolt"]),  # what was said of another unit
        ("?unit=EAST-1&own=EAST-1", ["Acme", "Bolt"]),
        ("?sort=overdue", ["Bolt", "Acme"]),
        ("?sort=-balance", ["Acme", "Bolt"]),
        ("?sort=oldest_due_on", ["Acme", "Bolt"]),
        ("?sort=-oldest_due_on", ["Bolt", "Acme"]),
        ("?sort=password", ["Acme", "Bolt"]),
        ("?after=nonsense", ["Acme", "Bolt"]),
    ],
)
def test_customers_are_found_and_sorted(owing: Cast, query: str, names: list[str]):
    publish()
    assert rows_of(page_of(owing.bruno, query)) == names


def test_a_search_that_fits_many_finds_the_same(owing: Cast, monkeypatch: pytest.MonkeyPatch):
    publish()
    few = page_of(owing.bruno, "?q=l")
    monkeypatch.setattr(choice, "MOST_FOUND", 0)
    assert text_of(page_of(owing.bruno, "?q=l")) == text_of(few)
    assert rows_of(few) == ["Bolt"]


def test_a_bucket_is_sorted_by_what_stands_in_it_and_shows_it(owing: Cast):
    make_line(owing.bolt, "B2", "2025-08-15", "70.00")
    publish()
    page = page_of(owing.bruno, "?bucket=d1_30")
    assert rows_of(page) == ["Bolt", "Acme"]
    chosen = re.findall(r'<td class="c-chosen r md"><data[^>]*>([^<]*)<', page)
    assert chosen == ["¥110", "¥40"]
    assert "<span>2 customers</span>" in page


def test_a_filter_by_what_one_does_not_see_is_answered_as_by_what_is_not_there(owing: Cast):
    publish()
    for name, foreign in (("unit", "WEST"), ("manager", "wendy")):
        theirs = page_of(owing.bruno, f"?{name}={foreign}")
        absent = page_of(owing.bruno, f"?{name}=NOTHING")
        assert text_of(theirs) == text_of(absent)


def test_a_deputy_finds_the_customers_of_a_manager_elsewhere(owing: Cast):
    publish()
    today = timezone.localdate()
    Deputy.objects.create(user=owing.wendy, deputy=owing.alice, starts_on=today, ends_on=today)
    page = page_of(owing.alice)
    assert rows_of(page) == ["Wolf", "Acme"]
    assert "?manager=wendy" in page
    assert rows_of(page_of(owing.alice, "?manager=wendy")) == ["Wolf"]


def test_before_the_first_night_the_page_says_when_figures_come(owing: Cast):
    assert "No figures yet" in page_of(owing.alice)
    assert client_of(owing.alice).get("/receivables/around/").status_code == 404
    assert client_of(owing.alice).get("/receivables/export/").status_code == 404


def test_nobody_owes_and_nothing_found_say_what_to_do(cast: Cast):
    publish()
    assert "Nobody owes anything" in page_of(cast.alice)
    page = page_of(cast.alice, "?q=zzz")
    assert "No customer matches" in page
    assert "Clear filters" in page


def test_what_was_settled_since_the_night_stands_beside_its_figure(owing: Cast):
    publish()
    pay(owing.acme, "R2", "2025-09-01", "120.00", line_no="A1")
    row = text_of(page_of(owing.bruno, "?q=Acme"))
    assert "¥240" in row  # as of the night
    assert "¥120 settled since" in row


def test_a_reminder_is_seen_in_the_list(owing: Cast):
    publish()
    Note.objects.create(
        note_no="N1", customer=owing.bolt, kind="reminder", text="Called", author="Bob",
        written_at=dt.datetime(2025, 8, 31, 1, tzinfo=dt.UTC),
    )  # fmt: skip
    assert "reminded 31 Aug 2025" in text_of(page_of(owing.bruno, "?q=Bolt"))


def test_an_older_night_can_be_looked_at(owing: Cast):
    publish(dt.date(2025, 7, 31))
    pay(owing.acme, "R2", "2025-08-25", "200.00", line_no="A1")
    publish()
    old = text_of(page_of(owing.bruno, "?as_of=2025-07-31"))
    assert "Overdue ¥300" in old
    assert "Figures as of the end of 31 Jul 2025" in old
    assert "Overdue ¥80" in text_of(page_of(owing.bruno))


def test_what_comes_in_is_summed_by_week_with_bills_and_disputes(owing: Cast):
    make_line(owing.bolt, "B2", "2025-09-07", "10.00")
    make_line(owing.bolt, "B3", "2025-09-08", "20.50", disputed=True)
    make_line(owing.bolt, "B4", "2025-09-29", "99.00")
    make_line(owing.wolf, "W2", "2025-09-03", "7777.00")
    pay(
        owing.bolt, "BILL", "2025-08-25", "45.00", method="acceptance_bill",
        matures_on=dt.date(2025, 11, 25),
    )  # fmt: skip
    publish()
    page = page_of(owing.bruno)
    text = text_of(page)
    # Half of B2 and all of B1 will be paid by the bill when it matures: until then they are owed.
    assert "Falling due in the next four weeks: ¥5,030.50" in page
    assert "1 Sep–7 Sep ¥10.00" in text
    assert "8 Sep–14 Sep ¥20.50" in text
    assert "15 Sep–21 Sep ¥5,000.00" in text
    assert "22 Sep–28 Sep ¥0.00" in text
    text = text_of(client_of(owing.bruno).get("/receivables/around/").content.decode())
    assert "Bills in transit ¥45 1 bill" in text
    assert "Disputed now ¥21 1 line" in text
    assert "7,777" not in text


@pytest.mark.parametrize("person", ["alice", "olga", "bruno", "greta", "fiona", "ann"])
@pytest.mark.parametrize("query", ["", "?bucket=overdue", "?currency=USD", "?tier=large"])
def test_the_pages_sums_are_those_of_its_rows_its_export_and_of_the_ageing_export(
    owing: Cast, person: str, query: str, monkeypatch: pytest.MonkeyPatch
):
    Share.objects.create(customer=owing.wolf, user=owing.olga)
    publish()
    monkeypatch.setattr(listing, "PAGE_SIZE", 1)
    user = getattr(owing, person)
    client = client_of(user)
    exported = list(
        csv.DictReader(
            io.StringIO(b"".join(client.get(f"/receivables/export/{query}")).decode("utf-8-sig"))
        )
    )
    whole = [
        row for row in ageing_rows(ExportRequest(NIGHT, user)) if _fits(row, query)
    ]  # code, currency, not_due, ...
    assert [[row["customer_code"], row["balance"]] for row in exported] == [
        [row[0], f"{row[11]:.2f}"] for row in whole
    ]
    response = client.get(f"/receivables/{query}")
    overview, count = response.context["overview"], response.context["count"]
    assert count == len(exported) == len(_walked(client, query))
    if "bucket" not in query:
        for name in ("overdue", "balance", "d61_90", "unallocated"):
            in_rows = sum((Decimal(row[name]) for row in exported), Decimal(0))
            assert overview.sums.amounts[name] == in_rows
    assert sum((part.sums.amounts["balance"] for part in overview.parts), Decimal(0)) in {
        overview.sums.amounts["balance"],
        0,
    }


def _fits(row, query: str) -> bool:
    currency = "USD" if "USD" in query else "CNY"
    return (
        row[1] == currency
        and ("overdue" not in query or row[9] > 0)
        and ("large" not in query or row[0] == "ACME")
    )


def _walked(client: Client, query: str) -> list[str]:
    """The names of all pages, loaded as htmx loads them."""
    page = client.get(f"/receivables/{query}").content.decode()
    names = rows_of(page)
    while more := re.search(r'class="more".*?hx-get="([^"]*)"', page):
        address = more.group(1).replace("&amp;", "&")
        page = client.get(f"/receivables/{address}", headers=HTMX).content.decode()
        assert "<html" not in page
        names += rows_of("rv-list" + page)
    assert len(set(names)) == len(names)
    return names


@pytest.mark.parametrize(
    "sort", ["-overdue", "overdue", "-balance", "balance", "oldest_due_on", "-oldest_due_on"]
)
def test_loading_more_brings_every_customer_exactly_once(
    cast: Cast, sort: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(listing, "PAGE_SIZE", 3)
    for number in range(14):
        customer = make_customer(f"C{number}", cast.east_outlet, cast.alice, name=f"N{number}")
        late = f"2025-08-{1 + number % 3:02}"
        make_line(customer, f"L{number}", late, str(10 * (number % 4 + 1)))
        if number % 5 == 0:
            pay(customer, f"R{number}", "2025-08-05", "100")  # all paid, the rest is credit
    publish()
    walked = _walked(client_of(cast.alice), f"?sort={sort}")
    assert sorted(walked) == sorted(f"N{number}" for number in range(14))


def test_many_rows_cost_no_more_queries_than_few(owing: Cast):
    publish()
    client = client_of(owing.bruno)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/receivables/").status_code == 200
        asked = [query["sql"] for query in captured]
        return sum(not sql.startswith(("SET ROLE", "SAVEPOINT", "RELEASE")) for sql in asked)

    queries()  # the first one looks at the session for longer
    few = queries()
    for number in range(30):
        customer = make_customer(f"C{number}", owing.east_outlet, owing.bob)
        make_line(customer, f"L{number}", "2025-08-01", "10.00")
    publish(NIGHT + dt.timedelta(1))
    assert queries() == few
    assert few <= 25


def test_only_who_may_is_offered_the_acts(owing: Cast):
    publish()
    finance, agent = page_of(owing.fiona), page_of(owing.sam)
    assert "/receipts/new/" in finance
    assert "/receivables/export/" in finance
    assert "/receipts/new/" not in agent
    assert "/receivables/export/" not in agent
    assert f"/receivables/{owing.acme.pk}/remind/" in agent
    assert "/remind/" not in page_of(owing.ann)
    assert client_of(owing.sam).get("/receivables/export/").status_code == 403
    assert client_of(owing.adam).get("/receivables/").status_code == 403
