"""Public data: IBM's accounts receivable through the importers, against a calculation of our own.

The independent side reads the publisher's file and knows nothing of ledger, triggers or SQL: every
invoice is open from its date until the day it was settled.
"""

import calendar
import csv
import datetime as dt
import gzip
import os
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from contracts import exports, jobs
from contracts.imports import PlanLineImport, ReceiptImport
from contracts.models import Credit, PaymentNotice, PlanLine
from contracts.reports.collecting import collecting
from contracts.reports.forecast import forecast
from contracts.rules.alerts import DEFAULT_STAGES
from contracts.rules.forecast import week_of
from contracts.tests.test_credit_night import night
from core.statistics import gather_statistics
from core.tables.importer import run_import
from core.tables.write import ExportRequest
from engagement.models import Alert
from tests.cast import Cast, make_customer

DATA = Path(os.environ.get("PUBLIC_DATA_DIR", settings.BASE_DIR.parent / "shared" / "data"))
FILE = DATA / "ibm_accounts_receivable" / "WA_Fn-UseC_-Accounts-Receivable.csv.gz"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.data,
    pytest.mark.skipif(not FILE.exists(), reason=f"the public data set is not at {FILE}"),
]

MONTH_ENDS = [
    dt.date(year, month, calendar.monthrange(year, month)[1])
    for year in (2012, 2013)
    for month in range(1, 13)
]
DAYS = [*MONTH_ENDS, dt.date(2013, 12, 2), dt.date(2012, 1, 1)]


def us_date(text: str) -> dt.date:
    month, day, year = map(int, text.split("/"))
    return dt.date(year, month, day)


@pytest.fixture(scope="module")
def invoices():
    with gzip.open(FILE, "rt", encoding="utf-8", newline="") as file:
        return [
            {
                "number": row["invoiceNumber"],
                "customer": row["customerID"],
                "issued": us_date(row["InvoiceDate"]),
                "due": us_date(row["DueDate"]),
                "settled": us_date(row["SettledDate"]),
                "amount": Decimal(row["InvoiceAmount"]),
                "disputed": row["Disputed"] == "Yes",
            }
            for row in csv.DictReader(file)
        ]


@pytest.fixture
def files(cast: Cast, tmp_path, invoices):
    """The two files of the data set; its customers exist."""
    for code in sorted({row["customer"] for row in invoices}):
        make_customer(code, cast.east_outlet, cast.alice)
    lines, receipts = tmp_path / "plan_lines.csv", tmp_path / "receipts.csv"
    with lines.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["line_no", "customer_code", "issued_on", "due_on", "amount", "currency", "disputed"]
        )
        for row in invoices:
            disputed = "true" if row["disputed"] else "false"
            writer.writerow(
                [
                    row["number"],
                    row["customer"],
                    row["issued"],
                    row["due"],
                    row["amount"],
                    "USD",
                    disputed,
                ]
            )
    with receipts.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["receipt_no", "customer_code", "received_on", "amount", "currency", "line_no"]
        )
        for row in invoices:
            number = row["number"]
            writer.writerow(
                [f"R{number}", row["customer"], row["settled"], row["amount"], "USD", number]
            )
    return lines, receipts


def own_ageing(invoices, day: dt.date):
    """The rows of the export, worked out from the invoices."""
    names = ("not_due", "d1_30", "d31_60", "d61_90", "d91_180", "d181_365", "d365_plus")
    upper = (0, 30, 60, 90, 180, 365)
    sums = defaultdict(lambda: dict.fromkeys(names, Decimal(0)) | {"oldest": None})
    for row in invoices:
        if row["issued"] <= day < row["settled"]:
            late = (day - row["due"]).days
            owed = sums[row["customer"]]
            owed[names[sum(late > limit for limit in upper)]] += row["amount"]
            owed["oldest"] = min(owed["oldest"] or row["due"], row["due"])
    table = []
    for code in sorted(sums):
        *buckets, oldest = sums[code].values()
        overdue, balance = sum(buckets[1:]), sum(buckets)
        table.append((code, "USD", *buckets, overdue, Decimal(0), balance, oldest))
    return table


def test_ageing_of_the_public_receivables_to_the_cent(files, invoices):
    lines, receipts = files
    made = run_import(PlanLineImport(), lines).result
    assert (made.created, made.rejected) == (2132, 0)
    made = run_import(ReceiptImport(), receipts).result
    assert (made.created, made.rejected) == (2132, 0)
    for handler, path in ((PlanLineImport, lines), (ReceiptImport, receipts)):
        again = run_import(handler(), path).result
        assert (again.created, again.updated, again.unchanged) == (0, 0, 2132)
    gather_statistics(grown_only=False)
    for day in DAYS:
        assert list(exports.AGEING.rows(ExportRequest(as_of=day))) == own_ageing(invoices, day), day
    assert own_ageing(invoices, dt.date(2013, 6, 30))
    for day in (dt.date(2012, 12, 31), dt.date(2013, 6, 30)):
        check_months(invoices, day)
        check_scores(invoices, day)
    check_forecasts(invoices)


def check_months(invoices, end: dt.date) -> None:
    """The measures of the half year to the day, by customer's ageing and plain sums."""
    starts = [dt.date(end.year, end.month - 5, 1), end + dt.timedelta(1)]
    period = collecting(None, starts)["USD"][None].period(1, 1)
    before = starts[0] - dt.timedelta(1)
    owed = [
        sum(row["amount"] for row in invoices if row["issued"] <= day < row["settled"])
        for day in (before, end)
    ]
    sales = sum(row["amount"] for row in invoices if before < row["issued"] <= end)
    due = [
        row
        for row in invoices
        if row["due"] <= end and row["issued"] <= end
        and (row["due"] > before or row["settled"] > before)
    ]  # fmt: skip
    assert [period.begin, period.end, period.sales] == [*owed, sales]
    assert period.due == sum(row["amount"] for row in due)
    assert period.collected == sum(row["amount"] for row in due if row["settled"] <= end)


# B6: days beyond terms and their points.
MARKS = (
    (-30, 100),
    (-20, 90),
    (-10, 85),
    (0, 80),
    (15, 70),
    (22, 60),
    (30, 50),
    (60, 40),
    (90, 30),
    (120, 20),
)


def points_of(days: int) -> Fraction:
    if days <= -30:
        return Fraction(100)
    for (low, above), (high, below) in pairwise(MARKS):
        if days <= high:
            return above + Fraction(days - low, high - low) * (below - above)
    return Fraction(10)


def check_scores(invoices, day: dt.date) -> None:
    """The payment score of every customer (B6): what was settled in the year, and what is late."""
    paid = defaultdict(list)
    for row in invoices:
        if row["settled"] <= day and row["settled"] > day.replace(year=day.year - 1):
            paid[row["customer"]].append((row["amount"], (row["settled"] - row["due"]).days))
        elif row["due"] < day < row["settled"] and row["issued"] <= day:
            paid[row["customer"]].append((row["amount"], (day - row["due"]).days))
    expected = {
        code: sum(Fraction(amount) * points_of(days) for amount, days in lines)
        / Fraction(sum(amount for amount, _ in lines))
        for code, lines in paid.items()
        if len(lines) >= 3
    }
    scores = Credit.objects.filter(version=night(day, is_replay=True)).exclude(payment_score=None)
    found = dict(scores.values_list("customer__code", "payment_score"))
    assert found.keys() == expected.keys()
    assert len(found) > 50
    for code, score in expected.items():
        assert abs(Fraction(found[code]) - score) <= Fraction(1, 200), code


def check_forecasts(invoices) -> None:
    """Made at 16 month ends with what was known then, against what came (decision 44)."""
    came, expected, in_time = (defaultdict(Decimal) for _ in range(3))
    for day in MONTH_ENDS[5:21]:
        for row in invoices:
            if row["issued"] <= day < row["settled"] and not row["disputed"]:
                came[day, week_of(row["settled"], day)] += row["amount"]
        for each in forecast(None, day, known=day):
            assert each.why in {"habit", "mean", "disputed"}
            if each.week is not None:
                expected[day, each.week] += each.amount
                in_time[day, max(each.due_week, 1)] += each.amount
    assert sum(expected.values()) == sum(came.values())
    assert round(off(expected, came), 2) == Decimal("0.32")
    assert round(off(in_time, came), 2) == Decimal("0.47")


def off(guess, came) -> Decimal:
    """The differences of all weeks, of what came."""
    return sum(abs(guess[week] - came[week]) for week in {*guess, *came}) / sum(came.values())


def test_alerts_of_a_night_of_the_public_receivables(files, invoices):
    lines, receipts = files
    run_import(PlanLineImport(), lines)
    run_import(ReceiptImport(), receipts)
    day = dt.date(2013, 6, 30)
    expected = set()
    for row in invoices:
        reached = [stage for stage in DEFAULT_STAGES if stage <= (day - row["due"]).days]
        if row["issued"] <= day < row["settled"] and reached and not row["disputed"]:
            stage = f"{reached[-1]:+d}" if reached[-1] else "0"
            expected.add((f"payment_due:{row['number']}:{stage}", row["amount"]))
    assert jobs.open_payment_alerts(day) == len(expected) > 10
    assert set(Alert.objects.values_list("key", "amount")) == expected
    assert jobs.open_payment_alerts(day) == 0


def test_a_month_of_nights_ends_where_one_run_does_and_tells_nothing_twice(files, invoices):
    lines, receipts = files
    run_import(PlanLineImport(), lines)
    run_import(ReceiptImport(), receipts)
    first, last = dt.date(2013, 6, 1), dt.date(2013, 6, 30)
    with transaction.atomic():
        for number in range((last - first).days + 1):
            jobs.close_settled_alerts(first + dt.timedelta(number))
            jobs.open_payment_alerts(first + dt.timedelta(number))
        by_night, told_by_night = open_alerts(), told(last)
        keys = list(Alert.objects.values_list("key", flat=True))
        assert len(keys) == len(set(keys)) > len(by_night)
        for number, on in PaymentNotice.objects.values_list("line__line_no", "noticed_on"):
            assert on < next(row["settled"] for row in invoices if row["number"] == number)
        transaction.set_rollback(True)
    jobs.open_payment_alerts(last)
    jobs.close_settled_alerts(last)
    assert by_night == open_alerts()
    assert told_by_night == told(last)


def open_alerts():
    """What stands open, but the day it was opened."""
    names = ("key", "severity", "amount", "due_on", "params__stage", "params__told")
    return sorted(Alert.objects.open().values_list(*names))


def told(day):
    """Every stage sent or passed over, by line, of lines that are open at the end of the day."""
    stages = defaultdict(list)
    open_then = PlanLine.objects.open_by(day).values("pk")
    for notice in PaymentNotice.objects.filter(line__in=open_then):
        stages[notice.line_id] += [*notice.skipped, notice.stage]
    return {line: sorted(found) for line, found in stages.items()}
