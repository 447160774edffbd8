"""What the night does with plan lines: ageing, credit, alerts; against a bare scan of them (S4)."""

import datetime as dt
from collections.abc import Callable, Iterator
from statistics import median

from django.db import connection

from bench import _world
from bench.nightly import atomic, superuser, timed
from contracts import jobs
from contracts.models import PlanLine
from contracts.reports import iter_ageing
from contracts.reports.collecting import collecting
from contracts.reports.forecast import forecast
from contracts.reports.past import ageing_by
from core import versions
from core.models import Version
from core.rules import add_months
from customers.models import Customer

LINES, CUSTOMERS = 5_000_000, 1_000_000  # at scale 1
NIGHT = dt.date(2026, 3, 28)
TOUCHED = 0.003  # of the customers: who pays or is billed in a day
ROUNDS = 3
GOAL, CHANGE_GOAL = 20, 0.05
SCAN = "SELECT count(*), sum(amount - paid) FROM contracts_planline"


def main(scale: float) -> Iterator[dict[str, object]]:
    """Yield the full work of a night, what a day changes, and the pages that read the ledger."""
    build(scale)
    limit = median(timed(scan) for _ in range(ROUNDS))
    yield {"name": "alerts: bare scan of the lines", "seconds": round(limit, 3)}
    ageing = median(written(jobs.write_ageing) for _ in range(ROUNDS))
    credit = written(jobs.write_credit)
    first = timed(lambda: alerted(NIGHT))
    again = timed(lambda: alerted(NIGHT))
    yield told("alerts: ageing of all", ageing, limit)
    yield told("alerts: credit states of all, with score and rating", credit, limit)
    yield told("alerts: alerts, first run", first, limit)
    yield told("alerts: alerts, the same day again", again, limit)
    full = ageing + credit + first
    yield told("alerts: full", full, limit) | {"goal": GOAL, "lines": int(LINES * scale)}
    change = median(timed(lambda: touched(scale)) for _ in range(ROUNDS))
    yield told("alerts: ageing of the customers a day touches", change, full) | {
        "goal": CHANGE_GOAL,
        "customers": int(CUSTOMERS * scale * TOUCHED),
    }
    tomorrow = NIGHT + dt.timedelta(1)
    yield told("alerts: alerts of the next day", timed(lambda: alerted(tomorrow)), full)
    for name, page in pages():
        yield told(f"alerts: {name}", median(timed(page) for _ in range(ROUNDS)), limit)


def pages() -> list[tuple[str, Callable[[], object]]]:
    """What the pages about receivables read, for the whole company."""
    month = NIGHT.replace(day=1)
    starts = [add_months(month, back) for back in range(-35, 1)]
    return [
        ("ageing of a year ago by unit", lambda: ageing_by(None, add_months(NIGHT, -12), "unit")),
        ("ageing of today by unit", lambda: ageing_by(None, NIGHT, "unit")),
        ("measures of 35 months by unit", lambda: collecting(None, starts, "unit")),
        ("forecast of 13 weeks by unit", lambda: forecast(None, NIGHT, "unit")),
    ]


def told(name: str, seconds: float, limit: float) -> dict[str, object]:
    """A result held against its limit."""
    return {
        "name": name,
        "seconds": round(seconds, 3),
        "limit": round(limit, 3),
        "ratio": round(seconds / limit, 3),
    }


def scan() -> None:
    """Every line read once, and nothing else."""
    with atomic(), connection.cursor() as cursor:
        cursor.execute(SCAN)
        cursor.fetchall()


def written(write: Callable[[dt.date, int], int]) -> float:
    """The seconds in which the rows of all customers are written into a version of their own.

    Its partitions are there before, as in a night, which opens those of all tables at once.
    """
    version = Version.objects.create(business_date=NIGHT)
    with atomic():
        versions.open_partitions(version.pk)
    with atomic():
        return timed(lambda: write(NIGHT, version.pk))


def alerted(day: dt.date) -> None:
    """The alerts of the day, opened and closed."""
    with atomic():
        jobs.open_payment_alerts(day)
        jobs.close_settled_alerts(day)


def touched(scale: float) -> None:
    """The ageing of as many customers as a day touches."""
    every = max(1, round(1 / TOUCHED))
    some = Customer.objects.filter(pk__in=range(1, int(CUSTOMERS * scale), every))
    with atomic():
        list(iter_ageing(some, NIGHT))


def build(scale: float) -> None:
    """Lines of two years, most of them paid; not again when they are there."""
    if PlanLine.objects.count() == int(LINES * scale):
        return
    size = _world.Size(
        until=NIGHT,
        customers=int(CUSTOMERS * scale),
        waybills=0,
        lines=int(LINES * scale),
        responses=0,
        months=1,
    )
    with superuser():
        with _world.without_triggers():
            _world.build(size)
            _world.add_up(size)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
