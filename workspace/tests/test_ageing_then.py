"""The ageing at any date: the ledger as it stood, split as asked, only of what one sees."""

import csv
import datetime as dt
import io

import pytest
from django.http import HttpResponse
from django.utils import timezone

from contracts.exports import ageing_rows
from contracts.models import PlanLine
from contracts.rules.ageing import BUCKETS
from contracts.services import reverse_receipt
from contracts.tests.make import make_line, pay
from core.tables.write import ExportRequest
from customers.models import Customer, Share
from tests.cast import Cast
from tests.pages import client_of, text_of
from workspace.receivables.asked import SPLITS

pytestmark = pytest.mark.django_db
DAY = dt.date(2025, 8, 31)


@pytest.fixture
def owing(cast: Cast) -> Cast:
    """B4's example is ACME's; BOLT paid since, and its payment of before bounced since."""
    Customer.objects.filter(pk=cast.acme.pk).update(name="Acme", tier="large")
    Customer.objects.filter(pk=cast.bolt.pk).update(name="Bolt", tier="small")
    for number, due, amount in (
        ("A1", "2025-06-30", "30000"),
        ("A2", "2025-08-15", "40000"),
        ("A3", "2025-09-30", "50000"),
        ("A4", "2025-11-15", "20000"),
    ):
        make_line(cast.acme, number, due, amount)
    for number, on, amount in (
        ("R1", "2025-07-10", "20000"),
        ("R2", "2025-09-20", "25000"),
        ("R3", "2025-10-25", "30000"),
        ("R4", "2025-11-01", "80000"),
    ):
        pay(cast.acme, number, on, amount)
    make_line(cast.bolt, "B1", "2025-08-30", "500")
    make_line(cast.bolt, "B2", "2025-12-01", "70", issued_on=dt.date(2025, 9, 1))
    bounced = pay(cast.bolt, "R5", "2025-08-31", "300")
    reverse_receipt(bounced, on=dt.date(2025, 9, 3), reason="Bounced")
    pay(cast.bolt, "R6", "2025-09-10", "500")
    make_line(cast.wolf, "W1", "2025-08-01", "7777")
    return cast


def page_of(person, query: str) -> HttpResponse:
    return client_of(person).get(f"/receivables/ageing/{query}")


def exported(person, query: str) -> list[dict[str, str]]:
    answer = client_of(person).get(f"/receivables/ageing/export/{query}")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_ledger_is_read_as_it_stood_on_the_day(owing: Cast):
    then = exported(owing.bruno, "?at=2025-08-31&by=customer")
    assert [
        (row["name"], row["not_due"], row["d1_30"], row["d61_90"], row["balance"]) for row in then
    ] == [
        ("Acme", "70000.00", "40000.00", "10000.00", "120000.00"),
        ("Bolt", "0.00", "200.00", "0.00", "200.00"),
        ("Total", "70000.00", "40200.00", "10000.00", "120200.00"),
    ]
    later = exported(owing.alice, "?at=2025-10-01")
    assert [(row["name"], row["not_due"], row["d1_30"], row["d31_60"]) for row in later] == [
        ("Acme", "20000.00", "50000.00", "25000.00"),
        ("Total", "20000.00", "50000.00", "25000.00"),
    ]
    page = text_of(page_of(owing.bruno, "?at=2025-08-31&by=customer"))
    assert "Owed, after credit ¥120k 2 customers" in page
    assert "7,777" not in page


@pytest.mark.parametrize("person", ["alice", "olga", "bruno", "greta", "wendy"])
def test_however_it_is_split_it_is_the_sum_of_the_ageing_of_what_one_sees(owing: Cast, person: str):
    Share.objects.create(customer=owing.wolf, user=owing.olga)
    user = getattr(owing, person)
    rows = list(ageing_rows(ExportRequest(DAY, user)))
    for by in SPLITS:
        check(rows, exported(user, f"?at=2025-08-31&by={by}"))


def check(rows: list, exported_rows: list[dict[str, str]]) -> None:
    *parts, total = exported_rows
    assert total["balance"] == str(sum(row[11] for row in rows))
    for name, place in (("customers", None), ("not_due", 2), ("overdue", 9), ("balance", 11)):
        whole = len(rows) if place is None else sum(row[place] for row in rows)
        assert sum(float(part[name]) for part in parts) == float(whole)
    for row in (*parts, total):
        owed = sum(float(row[name]) for name in BUCKETS)
        assert owed - float(row["unallocated"]) == float(row["balance"])


def test_one_goes_down_the_tree_to_the_lines_as_they_stood(owing: Cast):
    top = page_of(owing.greta, "?at=2025-08-31").content.decode()
    assert "Unit EAST" in top
    assert "unit=EAST" in top
    east = page_of(owing.greta, "?at=2025-08-31&unit=EAST").content.decode()
    assert "unit=EAST-1&amp;by=manager" in east
    Customer.objects.filter(pk=owing.bolt.pk).update(org_unit=owing.east)
    east = page_of(owing.greta, "?at=2025-08-31&unit=EAST").content.decode()
    assert "unit=EAST&amp;own=EAST&amp;by=manager" in east  # the branch's own customers, no others
    own = exported(owing.greta, "?at=2025-08-31&unit=EAST&own=EAST&by=customer")
    assert [row["name"] for row in own] == ["Bolt", "Total"]
    assert "Unit EAST itself" in text_of(page_of(owing.greta, "?at=2025-08-31&unit=EAST&own=EAST"))
    moved_on = exported(owing.greta, "?at=2025-08-31&unit=HQ&own=EAST&by=customer")
    assert "Bolt" in [row["name"] for row in moved_on]  # another unit: with all that is below it
    Customer.objects.filter(pk=owing.bolt.pk).update(org_unit=owing.east_outlet)
    managers = page_of(owing.greta, "?at=2025-08-31&unit=EAST-1&by=manager").content.decode()
    assert "manager=bob" in managers
    customers = page_of(owing.greta, "?at=2025-08-31&unit=EAST-1&manager=bob&by=customer")
    address = f"/receivables/{owing.bolt.pk}/then/?at=2025-08-31"
    assert address in customers.content.decode()
    lines = text_of(client_of(owing.greta).get(address))
    assert "B1 ¥200.00" in lines
    assert "of ¥500.00 1 day late" in lines
    assert "B2" not in lines
    paid = text_of(client_of(owing.greta).get(f"{address[:-5]}09-15"))
    assert "B1" not in paid
    assert "B2 ¥70.00" in paid


def test_bills_and_disputes_stand_beside_it(owing: Cast):
    pay(
        owing.acme, "BILL", "2025-08-20", "900", method="acceptance_bill",
        matures_on=dt.date(2025, 12, 1),
    )  # fmt: skip
    owing.bolt.plan_lines.filter(line_no="B1").update(disputed=True)
    page = text_of(page_of(owing.bruno, "?at=2025-08-31"))
    assert "Bills in transit ¥900 1 bill" in page
    assert "Of it disputed ¥200 1 line" in page
    line = owing.bolt.plan_lines.get(line_no="B1")
    PlanLine.objects.filter(pk=line.pk).update(state="written_off", written_off_on="2025-09-05")
    assert text_of(page_of(owing.bruno, "?at=2025-08-31")) == page
    assert "Of it disputed ¥0" in text_of(page_of(owing.bruno, "?at=2025-09-05"))


@pytest.mark.parametrize(
    "query",
    [
        "?at=yesterday", "?at=9999-12-31", "?at=0001-01-01", "?unit=WEST",
        "?manager=wendy", "?tier=huge", "?at=2024-12-31",
    ],
)  # fmt: skip
def test_what_is_not_there_lists_nothing(owing: Cast, query: str):
    page = text_of(page_of(owing.bruno, query))
    assert "¥" not in page
    assert ("No customer matches" in page) != ("Nobody owes anything" in page)


def test_customers_without_a_tier_are_named_and_can_be_asked_for(owing: Cast):
    Customer.objects.filter(pk=owing.bolt.pk).update(tier="")
    page = page_of(owing.bruno, "?at=2025-08-31&by=tier")
    assert "No tier" in text_of(page)
    assert "tier=none" in page.content.decode()
    rows = exported(owing.bruno, "?at=2025-08-31&by=tier")
    assert {row["name"]: row["balance"] for row in rows} == {
        "Large": "120000.00", "No tier": "200.00", "Total": "120200.00",
    }  # fmt: skip
    rows = exported(owing.bruno, "?at=2025-08-31&by=customer&tier=none")
    assert [row["name"] for row in rows] == ["Bolt", "Total"]


def test_only_who_may_takes_the_table_away(owing: Cast):
    assert client_of(owing.sam).get("/receivables/ageing/").status_code == 200
    assert client_of(owing.sam).get("/receivables/ageing/export/").status_code == 403
    book = client_of(owing.fiona).get("/receivables/ageing/export/?format=xlsx")
    assert book["Content-Disposition"].endswith(f'ageing-unit-{timezone.localdate()}.xlsx"')
    assert client_of(owing.adam).get("/receivables/ageing/").status_code == 403
