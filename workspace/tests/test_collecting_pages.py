"""The pages of what comes and what does not: measures, doubtful debts."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from django.http import HttpResponse
from django.utils import timezone

from contracts.models import PlanLine, Receipt
from contracts.services import (
    ReceiptEntry,
    allocate,
    post_receipt,
    reverse_receipt,
    write_off_line,
)
from contracts.tests.make import day, make_line, pay
from customers.models import Customer
from tests.cast import Cast
from tests.pages import client_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def selling(cast: Cast) -> Cast:
    """ACME: B5's quarter to March 2025, and a year earlier half of it. WOLF is elsewhere."""
    Customer.objects.filter(pk=cast.acme.pk).update(name="Acme", tier="large")
    for year, part in ((2024, Decimal("0.5")), (2025, Decimal(1))):
        for number, issued, due, amount in (
            ("1", f"{year - 1}-12-01", f"{year}-01-15", 400_000),
            ("2", f"{year}-01-10", f"{year}-03-01", 600_000),
            ("3", f"{year}-03-20", f"{year}-04-30", 300_000),
        ):
            more = {"issued_on": day(issued)}
            make_line(cast.acme, f"{year}-{number}", due, str(amount * part), **more)
        pay(cast.acme, f"{year}A", f"{year}-02-01", str(400_000 * part), line_no=f"{year}-1")
        pay(cast.acme, f"{year}B", f"{year}-03-05", str(450_000 * part), line_no=f"{year}-2")
    pay(cast.acme, "2024C", "2024-05-05", "225000")
    make_line(cast.wolf, "W", "2025-01-15", "7777777", issued_on=day("2025-01-02"))
    return cast


def page_of(person, address: str) -> HttpResponse:
    return client_of(person).get(f"/receivables/{address}")


def exported(person, address: str) -> list[dict[str, str]]:
    answer = page_of(person, address).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(answer)))


def test_each_measure_says_what_it_is_made_of_and_what_it_was_a_year_ago(selling: Cast):
    page = text_of(page_of(selling.bruno, "measures/?month=2025-03&length=3"))
    assert "DSO (days) 45.0 ¥450k owed ÷ ¥900k of sales × 90 days a year earlier 45.5" in page
    assert "Best possible DSO 30.0 ¥300k not due ÷ ¥900k of sales × 90 days" in page
    assert "Days delinquent 15.0 DSO 45.0 less best possible 30.0" in page
    assert "Effectiveness (CEI) 85.0% ¥850k came of ¥1.00M that could have come" in page
    assert "Collection rate 65.4% ¥850k of ¥1.30M: owed before ¥400k, sales ¥900k" in page
    assert "Due collection rate 85.0% ¥850k came of ¥1.00M that was due" in page
    assert "7.78M" not in page
    assert "¥8.23M" in text_of(page_of(selling.greta, "measures/?month=2025-03&length=3"))


def test_months_and_parts_are_taken_away_with_their_numbers(selling: Cast):
    rows = exported(selling.greta, "measures/export/?month=2025-03&length=3")
    march = {row["name"]: row for row in rows if row["month"] == "2025-03"}
    assert march["Unit EAST"]["dso"] == "45.00"
    assert march["Unit EAST"]["cei"] == "0.850000"
    assert march["Total"]["end"] == "8227777.00"
    assert len(rows) == 3 * 24
    empty = {row["month"]: row for row in rows if row["name"] == "Total"}["2024-10"]
    assert (empty["sales"], empty["dso"], empty["due_collection_rate"]) == ("0.00", "", "")


@pytest.mark.parametrize("query", ["?unit=WEST", "?tier=huge", "?manager=wendy", "?currency=EUR"])
def test_nothing_of_others_is_measured(selling: Cast, query: str):
    for name in ("measures", "doubtful"):
        page = text_of(page_of(selling.bruno, f"{name}/{query}"))
        assert "¥" not in page
    odd = page_of(selling.bruno, "measures/?month=0000-13&length=7&measure=x&by=x")
    assert "Due collection rate" in text_of(odd)


def test_doubtful_debts_by_the_rule_set_and_what_was_given_up(cast: Cast):
    """B15 on the lines of B4; of what was given up a favour is no bad debt."""
    for number, due, amount in (
        ("1", "2025-06-30", "10000"), ("2", "2025-08-15", "40000"), ("3", "2025-09-30", "70000"),
    ):  # fmt: skip
        make_line(cast.acme, number, due, amount)
    for number, waived, amount in (("4", False, "500"), ("5", True, "80")):
        line = make_line(cast.bolt, number, "2025-03-01", amount)
        write_off_line(
            line, reason="x", waived=waived, expected=line.amount, day=dt.date(2025, 7, 1)
        )
    pay(cast.bolt, "late", "2025-08-01", "60")
    make_line(cast.wolf, "6", "2024-06-01", "9999")
    page = text_of(page_of(cast.bruno, "doubtful/?at=2025-08-31&by=customer"))
    assert "To set aside ¥1,400 1.2% of what is open" in page
    assert "Given up, 12 months ¥500" in page
    assert "Bad-debt ratio 0.41% of ¥121k of sales" in page
    assert "Recovered since ¥60" in page
    rows = exported(cast.bruno, "doubtful/export/?at=2025-08-31&by=customer")
    assert [(row["name"], row["provision"], row["lost"]) for row in rows] == [
        ("Customer ACME", "1400.00", "0.00"),
        ("Customer BOLT", "0.00", "500.00"),
        ("Total", "1400.00", "500.00"),
    ]
    assert exported(cast.bruno, "doubtful/export/?at=2024-08-31") == []
    then = page  # what becomes of the money later changes nothing of that day
    make_line(cast.bolt, "7", "2025-09-01", "20", issued_on=day("2025-09-01"))
    late = Receipt.objects.get(receipt_no="late")
    seventh = PlanLine.objects.get(line_no="7")
    allocate(late, seventh, amount=Decimal(20), on=day("2025-09-02"), today=day("2025-09-02"))
    assert "Recovered since ¥40" in text_of(page_of(cast.bruno, "doubtful/?at=2025-09-30"))
    reverse_receipt(late, on=day("2025-10-01"), reason="Bounced")
    first = PlanLine.objects.get(line_no="1")
    write_off_line(first, reason="x", waived=False, expected=first.amount, day=day("2025-10-02"))
    assert text_of(page_of(cast.bruno, "doubtful/?at=2025-08-31&by=customer")) == then
    assert "Recovered since ¥0" in text_of(page_of(cast.bruno, "doubtful/?at=2025-10-01"))


def test_the_next_weeks_by_habit_open_to_the_lines_they_are_made_of(cast: Cast):
    today = timezone.localdate()

    def from_today(days: int) -> str:
        return (today + dt.timedelta(days)).isoformat()

    make_line(cast.acme, "was", from_today(-60), "100")
    make_line(cast.acme, "soon", from_today(2), "300")
    make_line(cast.acme, "late", from_today(-5), "40")
    make_line(cast.bolt, "argued", from_today(3), "7", disputed=True)
    make_line(cast.wolf, "theirs", from_today(3), "9999")
    entry = ReceiptEntry("R", today - dt.timedelta(50), Decimal(100), line_no="was")
    post_receipt(cast.acme, entry, today=today)  # ten days late, as usual
    page = text_of(page_of(cast.bruno, "forecast/"))
    assert "Expected in 13 weeks ¥340 of it promised ¥0" in page
    assert "If paid on time ¥307 due within 13 weeks" in page
    assert "Overdue already ¥40" in page
    assert "Not known when ¥7 disputed ¥7" in page
    first, second = (text_of(page_of(cast.bruno, f"forecast/{week}/")) for week in (1, 2))
    assert "Customer ACME ¥40.00 late" in first
    assert "soon" not in first
    assert "Customer ACME ¥300.00 soon" in second
    rows = exported(cast.bruno, "forecast/export/?by=tier")
    assert [row["expected"] for row in rows[-13:][:3]] == ["40.00", "300.00", "0.00"]
    assert "¥" not in text_of(page_of(cast.bruno, "forecast/?unit=WEST"))
