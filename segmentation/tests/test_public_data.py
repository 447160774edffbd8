"""Nightly figures of real data equal a calculation in plain Python, customer by customer.

Nothing of the product computes the expected values: they come from the publisher's files.
"""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import starmap
from math import ceil, sqrt
from pathlib import Path

import pytest

from bench import _duckdb, _engines
from contracts.imports import PlanLineImport, ReceiptImport
from core.models import Version
from core.tables.write import ExportRequest
from core.versions import open_partitions, seal_partitions
from segmentation.exports import INDICATORS, TIERS
from segmentation.jobs import classify, write_figures
from segmentation.ruleset import DEFAULT_RULES
from segmentation.tests.public_data import make_customers, raw, take
from shipments.imports import WaybillImport
from surveys.exports import SURVEY_SCORES
from surveys.imports import SurveyResponseImport
from surveys.jobs import write_scores

pytestmark = [pytest.mark.django_db, pytest.mark.data]
ZERO = Decimal("0.00")


def compute(day: dt.date) -> None:
    """The night of that day, published."""
    version = Version.objects.create(business_date=day, rule_version=1).pk
    open_partitions(version)
    write_figures(day, version)
    classify(day, version, DEFAULT_RULES)
    write_scores(day, version)
    seal_partitions(version)
    Version.objects.filter(pk=version).update(status="published", is_current=True)


def same_by_duckdb(day: dt.date, folder: Path) -> None:
    """Another engine gives the same bytes from the same facts (06 §5)."""
    _duckdb.export(folder)
    given = _engines.values(day, DEFAULT_RULES)
    assert list(_engines.on_duckdb(given, folder)) == list(_engines.on_postgres(given))


def exported(exporter) -> dict[str, dict[str, object]]:
    """Written cells by customer code."""
    columns = exporter.columns
    return {
        row[0]: {
            c.name: "" if value is None else c.type.write(value)
            for c, value in zip(columns, row, strict=True)
        }
        for row in exporter.rows(ExportRequest())
    }


def six(numerator: object, denominator: object) -> str:
    """A rate as written: six decimals half up, empty without cases."""
    if not denominator:
        return ""
    rate = Decimal(numerator) / Decimal(denominator)
    return f"{rate.quantize(Decimal('0.000001'), ROUND_HALF_UP):f}"


def cents(amount: Decimal) -> str:
    return f"{amount.quantize(Decimal('0.01'), ROUND_HALF_UP):f}"


def check_classes(revenue: dict[str, Decimal], shipped: set[str], codes: set[str]) -> None:
    """ABC by value and by heads, shares and size of every customer."""
    total = sum(value for value in revenue.values() if value > 0)
    ranked = sorted((revenue.get(code, ZERO) for code in shipped), reverse=True)
    last_a, last_b = ceil(len(ranked) * 5 / 100), ceil(len(ranked) * 20 / 100)
    held_above, held = {}, ZERO
    for value, number in sorted(Counter(revenue.values()).items(), reverse=True):
        held_above[value] = held
        held += value * number
    found = exported(TIERS)
    assert set(found) == codes
    for code, row in found.items():
        value = revenue.get(code, ZERO)
        above = held_above[value] if value else total
        expected = "N" if value <= 0 else "A" if above * 100 < total * 80 else "B"
        if expected == "B" and above * 100 >= total * 95:
            expected = "C"
        assert row["abc_class"] == expected, code
        assert (row["value"], row["value_share"]) == (cents(value), six(value, total)), code
        assert row["cumulative_share"] == six(above, total), code
        place = ranked.index(value) + 1 if code in shipped else None
        by_count = "" if place is None else "A" if place <= last_a else "B"
        if by_count == "B" and place > last_b:
            by_count = "C"
        assert row["abc_class_by_count"] == by_count, code
        size = "large" if value >= 3_000_000 else "medium" if value >= 250_000 else "small"
        assert (row["size"], row["tier"]) == (size, size), code
    assert abs(sum(Decimal(row["value_share"]) for row in found.values()) - 1) < Decimal("0.001")


STATUS = {"delivered": "delivered", "canceled": "cancelled", "unavailable": "cancelled"}
DAY = "2018-08-31"


@dataclass
class Olist:
    """A seller is a customer, an item a waybill, a review an answer."""

    sellers: dict[str, str]  # with their region
    orders: dict[str, dict[str, str]]
    items: list[dict[str, str]]
    reviews: list[tuple[str, dict[str, str]]]  # with the seller of the order's first item


def read_olist() -> Olist:
    items = list(raw("olist/olist_order_items_dataset.csv.gz"))
    first_seller: dict[str, str] = {}
    for item in items:
        first_seller.setdefault(item["order_id"], item["seller_id"])
    return Olist(
        {r["seller_id"]: r["seller_state"] for r in raw("olist/olist_sellers_dataset.csv.gz")},
        {row["order_id"]: row for row in raw("olist/olist_orders_dataset.csv.gz")},
        items,
        [
            (first_seller[row["order_id"]], row)
            for row in raw("olist/olist_order_reviews_dataset.csv.gz")
            if row["order_id"] in first_seller
        ],
    )


def take_olist(book: Olist, folder: Path) -> None:
    """Through the importers."""

    def waybill(item: dict[str, str]) -> tuple[str, ...]:
        order = book.orders[item["order_id"]]
        state = STATUS.get(order["order_status"], "accepted")
        arrived = order["order_delivered_customer_date"] if state == "delivered" else ""
        return (
            f"{item['order_id']}-{item['order_item_id']}",
            item["seller_id"],
            order["order_purchase_timestamp"],
            order["order_estimated_delivery_date"],
            arrived,
            item["freight_value"],
            state,
        )

    def answer(seller: str, row: dict[str, str]) -> tuple[str, ...]:
        number = f"{row['review_id']}-{row['order_id']}"
        words = (row["review_score"], row["review_comment_message"])
        at = row["review_answer_timestamp"]
        return (number, "olist", seller, "consignee", at, "csat5", *words)

    make_customers(book.sellers)
    columns = "waybill_no shipper_code accepted_at promised_at delivered_at revenue status"
    take(folder, WaybillImport, columns, map(waybill, book.items))
    columns = "response_no survey customer_code respondent_role answered_at question value text"
    take(folder, SurveyResponseImport, columns, starmap(answer, book.reviews))


def test_olist_as_of_2018_08_31(db, tmp_path):
    book = read_olist()
    take_olist(book, tmp_path)
    compute(dt.date.fromisoformat(DAY))
    same_by_duckdb(dt.date.fromisoformat(DAY), tmp_path)
    found = exported(INDICATORS)
    assert set(found) == set(book.sellers)
    accepted = waybills_by_seller(book)
    revenue, shipped = {}, set()
    for seller, row in found.items():
        mine = accepted.get(seller, [])
        now = [(r, order) for on, r, order in mine if on >= "2017-09-01"]
        old = sum((r for on, r, _ in mine if "2016-09-01" <= on <= "2017-08-31"), ZERO)
        revenue[seller] = own = sum((r for r, _ in now), ZERO)
        shipped |= {seller} if now else set()
        assert row == {
            "customer_code": seller,
            "shipments_12m": str(len(now)),
            "revenue_12m": cents(own),
            "cost_12m": "" if now else "0.00",
            "margin_12m": "" if now else "0.00",
            "revenue_prev_12m": cents(old),
            "revenue_growth": six(own - old, old),
            "on_time_rate": punctuality([order for _, order in now]),
            "exception_rate": six(0, len(now)),
            "last_accepted_on": max((on for on, _, _ in mine), default=""),
            "collection_rate": "",
            "mean_days_late": "",
        }, seller
    check_classes(revenue, shipped, set(book.sellers))
    check_satisfaction(
        [
            (book.sellers[seller], int(row["review_score"]))
            for seller, row in book.reviews
            if row["review_answer_timestamp"][:10] <= DAY
        ]
    )


def waybills_by_seller(book: Olist) -> dict[str, list[tuple[str, Decimal, dict[str, str]]]]:
    """Day, freight and order of what was accepted by the day and not cancelled."""
    accepted = defaultdict(list)
    for item in book.items:
        order = book.orders[item["order_id"]]
        on = order["order_purchase_timestamp"][:10]
        if on <= DAY and STATUS.get(order["order_status"]) != "cancelled":
            accepted[item["seller_id"]].append((on, Decimal(item["freight_value"]), order))
    return accepted


def punctuality(orders: list[dict[str, str]]) -> str:
    """The on-time rate as written."""
    arrived = [
        (order["order_delivered_customer_date"][:10], order["order_estimated_delivery_date"][:10])
        for order in orders
        if order["order_status"] == "delivered"
    ]
    counted = [on <= promised for on, promised in arrived if "" < on <= DAY]
    return six(sum(counted), len(counted))


def check_satisfaction(answers: list[tuple[str, int]]) -> None:
    """CSAT of all, of each region and of its unit, with Wilson's interval."""
    found = {
        (row[1], row[2]): [SURVEY_SCORES.columns[4].type.write(value) for value in row[4:]]
        for row in SURVEY_SCORES.rows(ExportRequest())
    }
    counts = {row[2]: row[3] for row in SURVEY_SCORES.rows(ExportRequest())}
    regions = {region for region, _ in answers}
    for region in [None, *sorted(regions)]:
        scores = [score for where, score in answers if region in {None, where}]
        n, satisfied = len(scores), sum(score >= 4 for score in scores)
        p, z2 = satisfied / n, 1.959964**2
        centre = (p + z2 / (2 * n)) / (1 + z2 / n)
        half = 1.959964 * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
        for name in (
            ["all", "unit:ALL"] if region is None else [f"region:{region}", f"unit:ALL-{region}"]
        ):
            assert counts[name] == n, name
            value, low, high = found["csat", name]
            assert value == six(satisfied, n), name
            assert abs(float(low) - max(0.0, centre - half)) < 1e-6, name
            assert abs(float(high) - min(1.0, centre + half)) < 1e-6, name


@pytest.mark.slow
def test_retail_as_of_2010_11_30(db, tmp_path):
    day, start = dt.date(2010, 11, 30), dt.date(2009, 12, 1)
    rows = [
        (number, row)
        for number, row in enumerate(raw("online_retail_ii/online_retail_II_2009_2010.csv.gz"), 1)
        if row["Customer ID"]
    ]
    sold = [
        (number, row, (int(row["Quantity"]) * Decimal(row["Price"])).quantize(Decimal("0.01")))
        for number, row in rows
        if not row["Invoice"].startswith("C")
        and int(row["Quantity"]) > 0
        and Decimal(row["Price"]) > 0
    ]
    customers = {row["Customer ID"]: "UK" for _, row in rows}
    make_customers(customers)
    take(
        tmp_path,
        WaybillImport,
        "waybill_no shipper_code accepted_at revenue status",
        (
            (f"{row['Invoice']}-{n}", row["Customer ID"], row["InvoiceDate"], value, "delivered")
            for n, row, value in sold
        ),
    )
    compute(day)
    same_by_duckdb(day, tmp_path)
    revenue: dict[str, Decimal] = defaultdict(lambda: ZERO)
    count: Counter[str] = Counter()
    last: dict[str, str] = {}
    for _, row, value in sold:
        on = row["InvoiceDate"][:10]
        if str(start) <= on <= str(day):
            revenue[row["Customer ID"]] += value
            count[row["Customer ID"]] += 1
            last[row["Customer ID"]] = max(on, last.get(row["Customer ID"], on))
    found = exported(INDICATORS)
    assert set(found) == set(customers)
    for code, row in found.items():
        assert (row["shipments_12m"], row["revenue_12m"], row["last_accepted_on"]) == (
            str(count[code]),
            cents(revenue.get(code, ZERO)),
            last.get(code, ""),
        ), code
    check_classes(dict(revenue), set(count), set(customers))


def test_receivables_as_of_2013_06_30(db, tmp_path):
    day, start = dt.date(2013, 6, 30), dt.date(2012, 6, 30)  # the 12 months begin after `start`
    rows = list(raw("ibm_accounts_receivable/WA_Fn-UseC_-Accounts-Receivable.csv.gz"))

    def date(text: str) -> dt.date:
        month, day_, year = text.split("/")
        return dt.date(int(year), int(month), int(day_))

    make_customers({row["customerID"]: row["countryCode"] for row in rows})
    take(
        tmp_path,
        PlanLineImport,
        "line_no customer_code issued_on due_on amount currency",
        (
            (
                row["invoiceNumber"],
                row["customerID"],
                date(row["InvoiceDate"]),
                date(row["DueDate"]),
                row["InvoiceAmount"],
                "USD",
            )
            for row in rows
        ),
    )
    take(
        tmp_path,
        ReceiptImport,
        "receipt_no customer_code received_on amount currency line_no",
        (
            (
                f"R{row['invoiceNumber']}",
                row["customerID"],
                date(row["SettledDate"]),
                row["InvoiceAmount"],
                "USD",
                row["invoiceNumber"],
            )
            for row in rows
        ),
    )
    compute(day)
    found = exported(INDICATORS)
    assert len(found) == len({row["customerID"] for row in rows})
    with_rate = 0
    for code, cells in found.items():
        due = collected = weight = weighted = ZERO
        for row in rows:
            if row["customerID"] != code or date(row["InvoiceDate"]) > day:
                continue
            amount, owed_on, paid_on = (
                Decimal(row["InvoiceAmount"]),
                date(row["DueDate"]),
                date(row["SettledDate"]),
            )
            open_at_start = owed_on <= start and paid_on > start
            if start < owed_on <= day or open_at_start:
                due += amount
                collected += amount if paid_on <= day else 0
            if start < paid_on <= day:
                weight += amount
                weighted += amount * max(0, (paid_on - owed_on).days)
        assert cells["collection_rate"] == six(collected, due), code
        assert cells["mean_days_late"] == six(weighted, weight), code
        with_rate += bool(due)
    assert with_rate > 70
