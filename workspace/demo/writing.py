"""Rows into the database by the product's own ways in: the importers and the load of waybills."""

import csv
import datetime as dt
import tempfile
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import chain, count, islice
from pathlib import Path
from typing import Any

from core.context import acting
from core.errors import RefusedError
from core.tables.importer import run_import
from customers.codes import find_files
from organization.models import OrgUnit
from shipments.services import Load
from workspace.demo.files import Row
from workspace.demo.waybills import COLUMNS, Shipment
from workspace.imports import IMPORTS

ACTOR = "demo"
_CHUNK = 20_000
_PLACES = {name: place for place, name in enumerate(COLUMNS)}
_CUSTOMERS = [_PLACES[name] for name in ("shipper_id", "consignee_id", "billed_id")]
_UNITS = [_PLACES[name] for name in ("pickup_unit_id", "delivery_unit_id")]


def take_in(kind: str, rows: Iterable[Row], *, all_or_nothing: bool = True) -> int:
    """Import the rows; returns how many there were.

    With `all_or_nothing` one refused row raises RefusedError: the demonstration is wrong then.
    Without, rows are left out that do not fit what people changed in the meantime.
    """
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{kind}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(first))
            writer.writeheader()
            writer.writerows(chain([first], rows))
        report = run_import(
            IMPORTS[kind](),
            path,
            on_error="abort" if all_or_nothing else "skip",
            context=partial(acting, actor=ACTOR),
        )
    if report.errors and all_or_nothing:
        raise RefusedError("\n".join(map(str, report.errors)))
    return report.result.rows


class WaybillWriter:
    """Waybills, from numbers of profiles and codes of units to the ids they have here."""

    def __init__(self, codes: Sequence[str]) -> None:
        """`codes` of the customers by their numbers; merged ones stand for their survivors."""
        files = find_files(codes).seen
        self._ids = [files[code].pk if code in files else None for code in codes]
        self._units = dict(OrgUnit.objects.values_list("code", "pk"))

    def write(self, shipments: Iterable[Shipment]) -> int:
        """Load them; returns how many there were. Those of a customer who is gone are left out."""
        load, lines = Load(("line", *COLUMNS)), count(1)
        rows = (row for shipment in shipments if (row := self._row(shipment)))
        while chunk := list(islice(rows, _CHUNK)):
            load.add([next(lines), *row] for row in chunk)
        return load.finish().rows

    def _row(self, shipment: Shipment) -> list[Any] | None:
        values = list(shipment.values)
        for place in _CUSTOMERS:
            if values[place] is not None:
                values[place] = self._ids[values[place]]
                if values[place] is None:
                    return None
        for place in _UNITS:
            values[place] = self._units.get(values[place])
        return values


def within(day: dt.date, after: dt.date | None, until: dt.date) -> bool:
    """Whether the day lies after one (None: however early) and not after the other."""
    return (after is None or day > after) and day <= until
