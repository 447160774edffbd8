"""Nights killed at random moments, beside the same nights undisturbed (06 §2, R2).

The short form is a test, the long one a drill: they differ in numbers alone.
"""

import datetime as dt
import multiprocessing
import os
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.synchronize import Event
from signal import SIGKILL

import redis
from django.conf import settings
from django.db import connection, connections, transaction

from bench import _world
from core.models import JobRun, Version
from crm.embedded.lifetime import ensure_redis
from crm.night import Night, Step
from crm.nightly import STEPS, run
from drill import _night_process as night_process
from drill import _results as results
from segmentation.rules.sizes import TierCuts
from segmentation.ruleset import DEFAULT_RULES, PublicationRules
from segmentation.services import activate_rules, draft_rules

TRIES = 5  # of a date: after so many kills it is left in peace
LOOKS_EVERY = 0.03  # seconds: a reader without a pause takes the time that the nights need
State = tuple[object, ...]
Starter = Callable[[str, Event], None]  # given the date, it says when it begins
MOVING = replace(  # cuts at which customers of this small company change tier now and then
    DEFAULT_RULES,
    tiers=TierCuts(medium=Decimal(4000), large=Decimal(12000)),
    publication=PublicationRules(max_moved_share=Decimal(1)),
)


def company() -> None:
    """Sixty customers with two years of waybills, money and answers, and rules in force."""
    _world.build(_world.Size(dt.date(2026, 6, 30), 60, 2600, lines=200, responses=40))
    activate_rules(draft_rules(MOVING))


@dataclass
class Nights:
    """What a row of nights left behind, and what somebody saw who read all the time."""

    days: list[dt.date] = field(default_factory=list)
    figures: dict[dt.date, dict[str, str]] = field(default_factory=dict)
    published_twice: list[dt.date] = field(default_factory=list)
    kills: int = 0
    left: State = ()  # customers, alerts, history, credit after the last one
    seen: set[State | None] = field(default_factory=set)

    def end_of(self, day: dt.date) -> None:
        """Note what the date left; it may be tidied away later."""
        versions = list(Version.objects.filter(business_date=day, published_at__isnull=False))
        if len(versions) > 1:
            self.published_twice.append(day)
        self.days.append(day)
        self.figures[day] = results.of_version(versions[0].pk) if versions else {}
        self.left = (
            *(results.of_customers(), results.of_alerts()),
            *(results.of_history(), results.of_credit()),
        )


def seen_by_a_reader() -> State | None:
    """What one transaction reads: current date, its figures, the customers' tiers, the alerts."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        version = Version.objects.current()
        if version is None:
            return None
        figures = tuple(results.of_version(version.pk).values())
        return version.business_date, figures, results.of_customers(), results.of_alerts()


@contextmanager
def polling_reader(seen: set[State | None]) -> Iterator[None]:
    """Somebody reads again and again on a connection of their own; `seen` gets all they saw."""
    stop = threading.Event()
    problems: list[BaseException] = []

    def read() -> None:
        try:
            while not stop.wait(LOOKS_EVERY):
                seen.add(seen_by_a_reader())
        except BaseException as error:
            problems.append(error)
        finally:
            connections.close_all()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield
    finally:
        stop.set()
        reader.join()
    if problems:
        raise problems[0]


def processes() -> ForkServerContext:
    """Processes that run nights; they find the database by the environment of this one."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([night_process.__name__])
    return context


def killed(
    days: Iterator[dt.date], starters: Sequence[Starter], *, kills: int, dates: int = 1
) -> Nights:
    """One date after another until there were so many kills and dates.

    Each starter runs a date in a process of its own, all at once. They are killed at random
    moments, up to TRIES times, Redis forgets all with each, then the date is left in peace. Raises
    RuntimeError where a date left in peace fails.
    """
    nights = Nights()
    ensure_redis()
    killer = _Killer(nights, starters)
    with polling_reader(nights.seen):
        while nights.kills < kills or len(nights.days) < dates:
            day = next(days)
            killer.do(day)
            nights.end_of(day)
    return nights


@dataclass
class _Killer:
    """Starts dates and kills them."""

    nights: Nights
    starters: Sequence[Starter]
    seconds: float = 0.0  # from begin to end of a date, the least seen
    chance: random.Random = field(default_factory=lambda: random.Random(os.urandom(8)))  # noqa: S311  # no secret
    context: ForkServerContext = field(default_factory=processes)

    def do(self, day: dt.date) -> None:
        """The date, killed and begun again until it is done."""
        broker = redis.Redis.from_url(settings.REDIS_URL)
        for tries_left in range(TRIES, -1, -1):
            begun, started = time.monotonic(), self._start(day)
            for process in started:
                patience = self.chance.uniform(0, self.seconds) if self.seconds else None
                process.join(patience if tries_left else None)
                process.kill()
                process.join()
            if all(process.exitcode == 0 for process in started):
                took = time.monotonic() - begun
                self.seconds = min(self.seconds or took, took)
            broker.flushall()
            ledger = JobRun.objects.filter(business_date=day).first()
            if ledger and ledger.status == JobRun.Status.DONE:
                return
            self.nights.kills += sum(process.exitcode == -SIGKILL for process in started)
        raise RuntimeError(f"{day}, left in peace: {ledger and ledger.error}")

    def _start(self, day: dt.date) -> list[ForkServerProcess]:
        """Processes that have all begun with the date."""
        begins = [self.context.Event() for _each in self.starters]
        started = [
            self.context.Process(target=starter, args=[str(day), event])
            for starter, event in zip(self.starters, begins, strict=True)
        ]
        for process in started:
            process.start()
        if not all(event.wait(30) for event in begins):
            raise RuntimeError("a process did not begin within 30 seconds")
        return started


def undisturbed(days: Sequence[dt.date]) -> Nights:
    """The same dates in this process; `seen` is all that a reader may ever see."""
    nights = Nights(seen={None})
    for day in days:
        report = run(day)
        if not report.succeeded:
            raise RuntimeError(f"{day}: {report.run.error}")
        nights.end_of(day)
        nights.seen.add(seen_by_a_reader())
    return nights


def seen_in_the_middle(
    day: dt.date, *, in_one_transaction: bool
) -> tuple[State | None, State | None, State | None]:
    """What a reader sees before a night, after its publish step, and in the end.

    The customers' turn comes after publishing. Not in one transaction is the control: what the
    polling reader looks for is there once the protection is off.
    """
    looks: list[State | None] = []

    def look(_night: Night) -> int:
        def read() -> None:
            looks.append(seen_by_a_reader())
            connections.close_all()

        reader = threading.Thread(target=read)
        reader.start()
        reader.join()
        return 0

    after = [step.name for step in STEPS].index("publish") + 1
    rest = [Step("look", look, "publication"), *STEPS[after:]]
    if not in_one_transaction:
        rest = [replace(step, transaction="later") for step in rest]
    before = seen_by_a_reader()
    report = run(day, steps=[*STEPS[:after], *rest])
    if not report.succeeded:
        raise RuntimeError(report.run.error)
    return before, looks[0], seen_by_a_reader()
