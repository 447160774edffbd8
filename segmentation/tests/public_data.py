"""The public data sets, read from their files, and as files for the importer."""

import csv
import gzip
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from core.tables.importer import ImportHandler, run_import
from customers.models import Customer
from organization.models import OrgUnit
from tests.cast import make_unit

FOLDER = Path(
    os.environ.get("PUBLIC_DATA_DIR", Path(__file__).resolve().parents[3] / "shared" / "data")
)


def raw(name: str) -> Iterator[dict[str, str]]:
    """The rows of one file as they stand; the test is skipped where there are no data."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"the public data are not here: {path} (PUBLIC_DATA_DIR)")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def make_customers(codes_by_region: dict[str, str]) -> None:
    """Customers by code, each in the outlet of its region."""
    group = make_unit("ALL", OrgUnit.Level.GROUP)
    units = {
        region: make_unit(f"ALL-{region}", OrgUnit.Level.OUTLET, group)
        for region in sorted(set(codes_by_region.values()))
    }
    Customer.objects.bulk_create(
        Customer(code=code, name=code, org_unit=units[region], province=region)
        for code, region in codes_by_region.items()
    )


def take(
    folder: Path, handler: type[ImportHandler], columns: str, rows: Iterable[tuple[object, ...]]
) -> None:
    """Import rows by the product's importer, which must take all of them."""
    file = folder / f"{handler.schema.kind}.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns.split())
        writer.writerows(rows)
    report = run_import(handler(), file)
    assert report.error_count == 0, report.errors[:3]
    assert report.result.created == report.result.rows
