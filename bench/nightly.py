"""The night of a large company, held against the bare SQL of its steps (S2)."""

import datetime as dt
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from bench import _duckdb, _world
from core import versions
from core.jobs import give_memory, steps_of
from core.models import JobStep, Version
from crm.embedded.paths import local_dir
from crm.night import Night, Step
from crm.nightly import STEPS, run
from customers.models import Customer
from organization.models import OrgUnit
from segmentation import jobs as segmentation
from segmentation.ruleset import DEFAULT_RULES
from shipments.jobs import check_rollups

CUSTOMERS, WAYBILLS, LINES, RESPONSES = 1_000_000, 50_000_000, 2_000_000, 100_000  # at scale 1
FIRST_NIGHT = dt.date(2026, 3, 27)  # in the middle of a month, as most nights are
NIGHT = dt.date(2026, 3, 28)
MONTHS = 25
ROUNDS = 3
GOAL, REBUILD_GOAL = 1.5, 5
_LEDGER = {"open", "publish"}  # what the night needs around the work: not the bare work itself
Statement = tuple[str, Any]


def main(scale: float) -> Iterator[dict[str, object]]:
    """Yield the first night, an ordinary one against its bare SQL, its steps, a rebuild."""
    build(scale)
    rounds_to_do = ROUNDS if scale < 1 else 1
    if Version.objects.current() is None:  # else the data were kept
        first = timed(lambda: published(FIRST_NIGHT))
        yield {"name": "nightly: the first night, all are new", "seconds": round(first, 3)}
    second = timed(lambda: published(NIGHT))
    yield {"name": "nightly: the second night", "seconds": round(second, 3)}
    rounds = [one_round() for _ in range(rounds_to_do)]
    seconds = median(taken.night for taken in rounds)
    limit = median(taken.bare for taken in rounds)
    yield {
        "name": "nightly: every step, published",
        "customers": int(CUSTOMERS * scale),
        "waybills": int(WAYBILLS * scale),
        "seconds": round(seconds, 3),
        "rows_per_s": round(CUSTOMERS * scale / seconds),
        "limit": round(limit, 3),
        "ratio": round(seconds / limit, 3),
        "goal": GOAL,
    }
    for step in current_steps():
        seconds = step.milliseconds / 1000
        yield {"name": f"nightly: {step.name}", "seconds": seconds, "rows": step.rows}
    yield rebuilt_from_facts(int(WAYBILLS * scale), rounds_to_do)


def rebuilt_from_facts(waybills: int, rounds: int) -> dict[str, object]:
    """Customers' months, indicators and classes from the waybills, against DuckDB; medians."""
    with tempfile.TemporaryDirectory(dir=local_dir()) as folder:
        _duckdb.export(Path(folder))
        ours, theirs = [], []
        for _round in range(rounds):
            begun = time.perf_counter()
            expected = _duckdb.rebuild(
                Path(folder), NIGHT, DEFAULT_RULES, settings.COMPANY_CURRENCY
            )
            theirs.append(time.perf_counter() - begun)
            ours.append(timed(rebuild))
    found = _duckdb.our_totals(current().pk)
    if found != expected:
        raise RuntimeError(f"DuckDB finds {expected}, the product {found}")
    return {
        "name": "nightly: rebuilt from facts",
        "waybills": waybills,
        "seconds": round(median(ours), 3),
        "rows_per_s": round(waybills / median(ours)),
        "limit": round(median(theirs), 3),
        "ratio": round(median(ours) / median(theirs), 3),
        "goal": REBUILD_GOAL,
    }


def rebuild() -> None:
    """What `nightly --rebuild` does with the facts of waybills; on the current version's number.

    By rules of no number, so that classes are taken as they are, like DuckDB's.
    """
    Version.objects.filter(pk=current().pk).update(rule_version=None)
    with atomic():
        check_rollups(everyone=True)
    with atomic():
        versions.open_partitions(current().pk)
    with atomic():
        segmentation.write_figures(NIGHT, current().pk)
        segmentation.classify(NIGHT, current().pk, DEFAULT_RULES)


@contextmanager
def atomic() -> Iterator[None]:
    """A transaction with the memory that nights have."""
    with transaction.atomic(), connection.cursor() as cursor:
        give_memory(cursor)
        yield


def build(scale: float) -> None:
    """The company of that size, without the detours of triggers; not again when it is there."""
    if Customer.objects.count() == int(CUSTOMERS * scale):
        return
    size = _world.Size(
        until=NIGHT,
        customers=int(CUSTOMERS * scale),
        waybills=int(WAYBILLS * scale),
        lines=int(LINES * scale),
        responses=int(RESPONSES * scale),
        months=MONTHS,
    )
    with superuser():
        with _world.without_triggers():  # every statement commits: one transaction would be huge
            _world.build(size)
            _world.add_up(size)
        for level in OrgUnit.Level.values:  # the trigger writes the paths it was kept from
            OrgUnit.objects.filter(level=level).update(path="")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


@contextmanager
def superuser() -> Iterator[None]:
    """Sign in as the one who may switch triggers off."""
    role = connection.settings_dict["USER"]
    for user in ("postgres", role):
        connection.close()
        connection.settings_dict["USER"] = user
        if user != role:
            with connection.cursor() as cursor:
                cursor.execute("SET statement_timeout = 0")
            yield


@dataclass(frozen=True)
class Round:
    """The seconds of a night and of its statements alone."""

    night: float
    bare: float


def one_round() -> Round:
    """The night once more, then the statements of its work alone on the same data."""
    statements: list[Statement] = []
    steps = tuple(replace(step, work=recorded(step, statements)) for step in STEPS)
    night = timed(lambda: published(NIGHT, steps))
    return Round(night, timed(lambda: replay(statements)))


def recorded(step: Step, statements: list[Statement]) -> Callable[[Night], int]:
    """The step's work, noting its statements."""

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    def work(night: Night) -> int:
        with connection.execute_wrapper(note):
            return step.work(night)

    return step.work if step.name in _LEDGER else work


def replay(statements: list[Statement]) -> None:
    """Run them on a bare cursor in one transaction; what they wrote before is thrown away first."""
    with transaction.atomic():
        versions.open_partitions(current().pk)
    with transaction.atomic(), connection.cursor() as wrapped:
        give_memory(wrapped)
        cursor = wrapped.cursor
        for sql, params in statements:
            cursor.execute(sql, params)
            if cursor.description:
                cursor.fetchall()


def published(day: dt.date, steps: tuple[Step, ...] = STEPS, *, rebuild: bool = False) -> None:
    """Run the night; a night that fails ends the benchmark."""
    report = run(day, steps=steps, rebuild=rebuild)
    if not report.succeeded:
        raise RuntimeError(report.run.error)


def timed(work: Callable[[], object]) -> float:
    """The seconds it takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def current() -> Version:
    """The version of the last night."""
    return Version.objects.get(is_current=True)


def current_steps() -> list[JobStep]:
    """The steps of the last night."""
    return list(steps_of(current().runs.get()))
