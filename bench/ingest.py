"""Loading waybills, held against raw COPY into the same partitioned table (S1)."""

import csv
import datetime as dt
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg2
from django.db import connection, transaction

from bench.batches import called, usual
from core.context import acting
from core.rules import BUSINESS_ZONE, add_months
from core.tables.importer import run_import
from crm.embedded.postgres import postgres_dsn
from crm.roles import OWNER
from customers.models import Customer
from organization.models import OrgUnit
from shipments.imports import WaybillImport
from shipments.jobs import check_lanes, check_rollups
from shipments.rules import month_number
from shipments.services import Load, make_partitions

ROWS, CUSTOMERS = 7_500_000, 940_000  # at scale 1
MONTHS = 24
START = dt.date(2024, 1, 1)
CHUNK = 10_000
UPSERT_GOAL, CSV_GOAL, BATCH_GOAL, USUAL_GOAL = 0.22, 0.08, 0.05, 5.0
USUAL_ROWS = 20_000
COLUMNS = (
    *("waybill_no", "shipper_id", "consignee_id", "payer", "service", "accepted_at"),
    *("promised_at", "delivered_at", "origin", "destination", "pieces", "weight_kg", "revenue"),
    *("cost", "currency", "status", "exception", "source", "source_seq"),
)
CITIES = ("Shanghai", "Hangzhou", "Suzhou", "Nanjing", "Guangzhou", "Chengdu", "Wuhan", "Xi'an")
Row = list[Any]


def main(scale: float) -> Iterator[dict[str, object]]:
    """Yield raw COPY, parsed rows upserted, the same again, a tenth corrected, a CSV file."""
    count = max(int(ROWS * scale), 1000)
    codes = make_customers(max(int(CUSTOMERS * scale), 100))
    with transaction.atomic():
        make_partitions(month_number(add_months(START, n)) for n in range(MONTHS + 1))
    with (
        tempfile.TemporaryDirectory() as folder,
        raw_copy(count, list(codes), Path(folder)) as copy,
    ):
        yield copy.compared("raw COPY", copy)
        for name, rows in (
            ("upsert of parsed rows", waybills(count, list(codes), "U")),
            ("upsert, all unchanged", waybills(count, list(codes), "U")),
            ("upsert, a tenth corrected", corrected(waybills(count, list(codes), "U"))),
        ):
            yield copy.compared(name, partial(upserted, rows)) | {"goal": UPSERT_GOAL}
        path = Path(folder) / "waybills.csv"
        write_csv(path, waybills(count, list(codes), "F"), codes)
        yield copy.compared("CSV import", partial(imported, path, count)) | {"goal": CSV_GOAL}
        calls = partial(called, objects(waybills(count, list(codes), "B"), codes))
        batch = copy.compared("calls of 5,000", calls)
        yield batch | {"goal": BATCH_GOAL}
        few = waybills(min(count, USUAL_ROWS), list(codes), "S")
        yield against_usual(objects(few, codes), by_code(codes), batch)
        yield copy.compared("check of the rollups", partial(checked, 3 * count))


Measured = tuple[float, int]  # seconds, rows


@dataclass
class RawCopy:
    """The limit: COPY of a file into a table like the waybills', without triggers."""

    owner: psycopg2.extensions.connection
    path: Path
    count: int
    last: Measured | None = None

    def __call__(self) -> Measured:
        """Copy once; the table is empty again afterwards."""
        columns = ", ".join((*COLUMNS, "customer_id", "month", "billed_code"))
        started = time.perf_counter()
        with self.owner, self.owner.cursor() as cursor, self.path.open(encoding="utf-8") as file:
            cursor.copy_expert(f"COPY bench_copy ({columns}) FROM STDIN", file)
        seconds = time.perf_counter() - started
        with self.owner, self.owner.cursor() as cursor:
            cursor.execute("TRUNCATE bench_copy")
        return seconds, self.count

    def compared(self, name: str, work: Callable[[], Measured]) -> dict[str, object]:
        """One line of the benchmark; the limit is measured before and after, as others work too."""
        before = self.last or self()
        seconds, rows = work()
        self.last = after = self()
        limit = (before[1] + after[1]) / (before[0] + after[0])
        return {
            "name": f"ingest: {name}",
            "rows": rows,
            "seconds": round(seconds, 3),
            "rows_per_s": round(rows / seconds),
            "limit": round(limit),
            "ratio": round(rows / seconds / limit, 3),
        }


@contextmanager
def raw_copy(count: int, customers: list[int], folder: Path) -> Iterator[RawCopy]:
    """Give a file of rows and the table for them, with the waybills' partitions and indexes."""
    path = folder / "rows.txt"
    with path.open("w", encoding="utf-8") as file:
        for row in waybills(count, customers, "R"):
            month = month_number(row[COLUMNS.index("accepted_at")].date())
            file.write("\t".join(map(str, (*row, row[1], month, ""))) + "\n")
    dsn: dict[str, Any] = postgres_dsn(OWNER)
    owner = psycopg2.connect(**dsn)
    try:
        with owner, owner.cursor() as cursor:
            cursor.execute(
                "CREATE TABLE bench_copy (LIKE shipments_waybill INCLUDING ALL)"
                " PARTITION BY RANGE (month)"
            )
            for month in range(month_number(START), month_number(START) + MONTHS + 1):
                cursor.execute(
                    f"CREATE TABLE bench_copy_{month} PARTITION OF bench_copy"
                    f" FOR VALUES FROM ({month}) TO ({month + 1})"
                )
        yield RawCopy(owner, path, count)
        with owner, owner.cursor() as cursor:
            cursor.execute("DROP TABLE bench_copy")
    finally:
        owner.close()


def make_customers(count: int) -> dict[int, str]:
    """Customers of one unit; their codes by id."""
    unit = OrgUnit.objects.create(code="BENCH", name="Bench", level="group")
    customers = (
        Customer(code=f"C{number:07}", name=f"Customer {number}", org_unit=unit)
        for number in range(count)
    )
    while some := list(islice(customers, CHUNK)):
        Customer.objects.bulk_create(some)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_customer")
    return dict(Customer.objects.values_list("pk", "code"))


def waybills(count: int, customers: Sequence[int], prefix: str) -> Iterator[Row]:
    """Rows of COLUMNS in the order of acceptance over 24 months; few customers own most of them."""
    chance = random.Random(1)  # noqa: S311  # the same rows in every run
    step = dt.timedelta(days=MONTHS * 30) / count
    moment = dt.datetime.combine(START, dt.time(), BUSINESS_ZONE)
    for number in range(count):
        moment += step
        shipper = customers[int(len(customers) * chance.random() ** 3)]
        promised = moment + dt.timedelta(days=chance.choice((2, 3, 4)))
        delivered = moment + dt.timedelta(days=chance.choice((1, 2, 3, 4, 5)))
        revenue = chance.randrange(500, 30_000) / 100
        yield [
            f"{prefix}{number:011}",
            *(shipper, customers[int(len(customers) * chance.random())], "shipper", "standard"),
            *(moment, promised, delivered, chance.choice(CITIES), chance.choice(CITIES)),
            *(chance.randrange(1, 9), f"{chance.randrange(100, 30_000) / 1000:.3f}"),
            *(f"{revenue:.2f}", f"{revenue * 0.8:.2f}", "CNY", "delivered"),
            *("delay" if chance.random() < 0.02 else "", "tms", number),
        ]


def corrected(rows: Iterator[Row]) -> Iterator[Row]:
    """The rows with every tenth one a yuan dearer."""
    for number, row in enumerate(rows):
        if number % 10 == 0:
            row[COLUMNS.index("revenue")] = f"{float(row[COLUMNS.index('revenue')]) + 1:.2f}"
        yield row


def upserted(rows: Iterator[Row]) -> Measured:
    """Parsed rows through a load, committed; making the rows is not counted."""
    seconds, count = 0.0, 0
    with acting(actor="bench"):
        load = Load(("line", *COLUMNS))
        while chunk := list(islice(rows, CHUNK)):
            numbered = [[count + n, *row] for n, row in enumerate(chunk)]
            seconds += timed(partial(load.add, numbered))
            count += len(chunk)
        seconds += timed(load.finish)
        started = time.perf_counter()
    return seconds + time.perf_counter() - started, count


def timed(work: Callable[[], object]) -> float:
    """How long it took."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def write_csv(path: Path, rows: Iterator[Row], codes: dict[int, str]) -> None:
    """The rows as a file for the import command."""
    names = [
        {"shipper_id": "shipper_code", "consignee_id": "consignee_code"}.get(c, c) for c in COLUMNS
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for number, shipper, consignee, *others in rows:
            cells = [cell.isoformat() if isinstance(cell, dt.datetime) else cell for cell in others]
            writer.writerow([number, codes[shipper], codes[consignee], *cells])


def against_usual(
    rows: Iterator[dict[str, Any]], ids: dict[str, int], batch: dict[str, object]
) -> dict[str, object]:
    """The line of `batch` held against what one would write first."""
    seconds, count = usual(rows, ids)
    return {
        "name": "ingest: calls of 5,000 against a serializer and bulk_create",
        "rows": count,
        "seconds": round(seconds, 3),
        "limit": round(count / seconds),
        "ratio": round(float(str(batch["rows_per_s"])) / (count / seconds), 2),
        "goal": USUAL_GOAL,
    }


def objects(rows: Iterator[Row], codes: dict[int, str]) -> Iterator[dict[str, Any]]:
    """The rows as a system sends them."""
    for row in rows:
        sent = dict(zip(COLUMNS, row, strict=True))
        shipper, consignee = codes[sent.pop("shipper_id")], codes[sent.pop("consignee_id")]
        moments = {name: sent[name].isoformat() for name in sent if name.endswith("_at")}
        yield {**sent, **moments, "shipper_code": shipper, "consignee_code": consignee}


def by_code(codes: dict[int, str]) -> dict[str, int]:
    """The ids by code."""
    return {code: pk for pk, code in codes.items()}


def imported(path: Path, count: int) -> Measured:
    """The file through what the import command runs."""
    started = time.perf_counter()
    report = run_import(WaybillImport(), path, context=partial(acting, actor="bench"))
    if report.result.created != count:
        raise RuntimeError(f"{report.result.created} of {count} rows were taken: {report.errors}")
    return time.perf_counter() - started, count


def checked(count: int) -> Measured:
    """The nightly check, which recounts all of it as all of it is new."""
    with transaction.atomic():
        started = time.perf_counter()
        wrong = check_rollups().different + check_lanes().different
    if wrong:
        raise RuntimeError(f"{wrong} rollups were wrong")
    return time.perf_counter() - started, count
