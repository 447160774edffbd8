"""The portable text (segmentation/sql/portable) run by Postgres, DuckDB and Spark SQL.

An engine yields rows as lines of text, so that they can be compared byte by byte.
"""

import datetime as dt
import importlib.util
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings
from django.db import connection

from core import sql
from core.rules import add_months, window
from segmentation.jobs import ranked_by
from segmentation.ruleset import Ruleset

TEXT = Path(__file__).resolve().parents[1] / "segmentation" / "sql" / "portable" / "classes.sql"
TABLES = {
    "customers_customer": "customers_customer.parquet",
    "shipments_waybill": "waybills/*.parquet",
}
DUCKDB_PARAMETER, SPARK_PARAMETER = r"$\1", r":\1"
_AT_ONCE = 10_000
Values = dict[str, Any]


def values(day: dt.date, rules: Ruleset) -> Values:
    """What the text is given."""
    after = window(day).after
    return {
        "day": day,
        "after": after,
        "before": add_months(after, -12),
        "currency": settings.COMPANY_CURRENCY,
        "abc_basis": rules.abc.basis,
        "tier_basis": rules.tiers.basis,
        **ranked_by(rules),
    }


def on_postgres(given: Values) -> Iterator[str]:
    """By the database itself, from its own tables."""
    with connection.cursor() as cursor:
        cursor.execute(sql.read(TEXT), given)
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from _lines(rows)


def on_duckdb(given: Values, folder: Path) -> Iterator[str]:
    """By DuckDB, from the facts as Parquet (`bench._duckdb.export`)."""
    with duckdb.connect() as duck:
        duck.execute(f"SET memory_limit = '4GB'; SET temp_directory = '{folder / 'spill'}'")
        for table, files in TABLES.items():
            paths = [str(path) for path in folder.glob(files)]
            duck.execute(f"CREATE VIEW {table} AS FROM read_parquet({paths})")
        answer = duck.execute(renamed(sql.read(TEXT), DUCKDB_PARAMETER), given)
        while rows := answer.fetchmany(_AT_ONCE):
            yield from _lines(rows)


def has_spark() -> bool:
    """Whether Spark is there; it is no requirement of the project."""
    return importlib.util.find_spec(["pyspark"][0]) is not None


def on_spark(given: Values, folder: Path) -> Iterator[str]:
    """By Spark SQL on this machine, from the same files."""
    from pyspark.sql import SparkSession  # noqa: PLC0415  # not installed as a rule

    spark = (
        SparkSession.builder.master("local[*]").config("spark.ui.enabled", "false").getOrCreate()
    )
    try:
        for table, files in TABLES.items():
            paths = [str(path) for path in folder.glob(files)]
            spark.read.parquet(*paths).createOrReplaceTempView(table)
        yield from _lines(
            spark.sql(renamed(sql.read(TEXT), SPARK_PARAMETER), args=given).toLocalIterator()
        )
    finally:
        spark.stop()


def renamed(text: str, form: str) -> str:
    """The text with its parameters in an engine's own form."""
    return re.sub(r"%\((\w+)\)s", form, text)


def _lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    for row in rows:
        yield ",".join("" if value is None else str(value) for value in row)
