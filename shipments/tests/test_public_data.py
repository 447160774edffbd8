"""The public books go in as they are, twice, and come to what their files say."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection

from core.tables.importer import run_import
from segmentation.tests.public_data import make_customers, raw
from shipments.imports import WaybillImport
from shipments.jobs import check_rollups

pytestmark = [pytest.mark.django_db, pytest.mark.data]

OLIST_STATUS = {
    "delivered": "delivered",
    "shipped": "in_transit",
    "canceled": "cancelled",
    "unavailable": "cancelled",
}
Row = dict[str, str]


def olist() -> Iterator[Row]:
    """Order items as waybills of their sellers, revenue = freight."""
    orders = {row["order_id"]: row for row in raw("olist/olist_orders_dataset.csv.gz")}
    for item in raw("olist/olist_order_items_dataset.csv.gz"):
        order = orders[item["order_id"]]
        status = OLIST_STATUS.get(order["order_status"], "accepted")
        delivered = order["order_delivered_customer_date"] if status == "delivered" else ""
        yield {
            "waybill_no": f"{item['order_id']}-{item['order_item_id']}",
            "shipper_code": item["seller_id"],
            "accepted_at": order["order_purchase_timestamp"],
            "promised_at": order["order_estimated_delivery_date"],
            "delivered_at": delivered,
            "revenue": item["freight_value"],
            "status": status,
        }


def retail() -> Iterator[Row]:
    """Invoice lines of the first year as waybills."""
    lines = raw("online_retail_ii/online_retail_II_2009_2010.csv.gz")
    for number, line in enumerate(lines, 1):
        quantity, price = Decimal(line["Quantity"]), Decimal(line["Price"])
        if not line["Customer ID"] or line["Invoice"].startswith("C"):
            continue
        if quantity > 0 and price > 0:
            yield {
                "waybill_no": f"{line['Invoice']}-{number}",
                "shipper_code": line["Customer ID"],
                "accepted_at": line["InvoiceDate"],
                "revenue": str((quantity * price).quantize(Decimal("0.01"))),
                "status": "delivered",
            }


def written(rows: list[Row], path: Path) -> Path:
    """The rows as a file to import."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


def counted(rows: list[Row], day: str) -> dict[str, tuple[object, ...]]:
    """Shipments, revenue, promised, on time of the year to a month end; ISO text compares."""
    after = f"{int(day[:4]) - 1}{day[4:]}"
    found: dict[str, list[Decimal]] = {}
    for row in rows:
        accepted, promised, delivered = (
            row.get(name, "")[:10] for name in ("accepted_at", "promised_at", "delivered_at")
        )
        if row["status"] == "cancelled" or not after < accepted <= day:
            continue
        is_due = bool(promised) and "" < delivered <= day
        sums = found.setdefault(row["shipper_code"], [Decimal(0)] * 4)
        facts = (1, Decimal(row["revenue"]), is_due, is_due and delivered <= promised)
        found[row["shipper_code"]] = [a + b for a, b in zip(sums, facts, strict=True)]
    return {code: tuple(sums) for code, sums in found.items()}


def window(day: str) -> dict[str, tuple[object, ...]]:
    """The same from the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.code, shipments, revenue, promised, on_time"
            " FROM shipments_window(%s, 'CNY') w JOIN customers_customer c ON c.id = w.customer_id"
            " WHERE shipments > 0",
            [day],
        )
        return {code: tuple(figures) for code, *figures in cursor.fetchall()}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("book", "day", "count"),
    [(olist, "2018-08-31", 17_974), (retail, "2010-11-30", 323_089)],
    ids=["olist", "retail"],
)
def test_a_public_book_goes_in_twice_and_agrees_with_its_file(book, day, count, tmp_path: Path):
    rows = list(book())
    make_customers({row["shipper_code"]: "ALL" for row in rows})
    path = written(rows, tmp_path / "waybills.csv")
    first = run_import(WaybillImport(), path).result
    assert (first.rows, first.created, first.rejected) == (count, count, 0)
    again = run_import(WaybillImport(), path).result
    assert (again.created, again.updated, again.unchanged, again.rejected) == (0, 0, count, 0)
    assert window(day) == counted(rows, day)
    check = check_rollups()
    assert check.recounted > 1000
    assert check.different == 0
