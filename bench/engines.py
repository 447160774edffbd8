"""The same text by Postgres, DuckDB and, where it is installed, Spark SQL: equal, and how fast."""

import hashlib
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from bench import _duckdb, _engines
from bench.nightly import CUSTOMERS, NIGHT, WAYBILLS, build
from crm.embedded.paths import local_dir
from segmentation.ruleset import DEFAULT_RULES


def main(scale: float) -> Iterator[dict[str, object]]:
    """Yield each engine's seconds from the facts to the classes; DuckDB's are the limit.

    Raises RuntimeError where one gives another byte than Postgres.
    """
    build(scale)
    given = _engines.values(NIGHT, DEFAULT_RULES)
    with tempfile.TemporaryDirectory(dir=local_dir()) as name:
        folder = Path(name)
        _duckdb.export(folder)
        engines: dict[str, Callable[[], Iterator[str]]] = {
            "duckdb": partial(_engines.on_duckdb, given, folder),
            "postgres": partial(_engines.on_postgres, given),
        }
        if _engines.has_spark():
            engines["spark"] = partial(_engines.on_spark, given, folder)
        answers: dict[str, tuple[float, int, str]] = {}
        for engine, rows in engines.items():
            seconds, count, fingerprint = answers[engine] = _timed(rows)
            limit = answers["duckdb"][0]
            yield {
                "name": f"engines: {engine}",
                "customers": int(CUSTOMERS * scale),
                "waybills": int(WAYBILLS * scale),
                "rows": count,
                "sha256": fingerprint,
                "seconds": round(seconds, 3),
                "limit": round(limit, 3),
                "ratio": round(seconds / limit, 3),
            }
    if len({fingerprint for _, _, fingerprint in answers.values()}) > 1:
        raise RuntimeError("The engines give different rows.")


def _timed(rows: Callable[[], Iterator[str]]) -> tuple[float, int, str]:
    """Seconds, how many rows, and their fingerprint."""
    begun, count, digest = time.perf_counter(), 0, hashlib.sha256()
    for count, line in enumerate(rows(), start=1):  # noqa: B007  # the last one counts
        digest.update(line.encode() + b"\n")
    return time.perf_counter() - begun, count, digest.hexdigest()
