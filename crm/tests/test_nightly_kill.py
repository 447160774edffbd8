"""R2, short: killed at any moment and run again, the night gives the same, whole, once."""

import datetime as dt
import multiprocessing
import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.context import ForkServerContext

import pytest
import redis
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction

from bench import _world
from core.models import JobRun, Version
from core.rules import add_months
from crm.embedded.lifetime import ensure_redis
from crm.night import Night, Step
from crm.nightly import STEPS, run
from crm.roles import JOB
from crm.tests import night_process, results
from segmentation.rules.sizes import TierCuts
from segmentation.ruleset import DEFAULT_RULES, PublicationRules
from segmentation.services import activate_rules, draft_rules

pytestmark = pytest.mark.django_db(transaction=True)
FIRST = dt.date(2025, 6, 30)
KILLS = 20
State = tuple[object, ...]
MOVING = replace(  # cuts at which customers of this small company change tier from month to month
    DEFAULT_RULES,
    tiers=TierCuts(medium="4000", large="12000"),
    publication=PublicationRules(max_moved_share="1"),
)


def company() -> None:
    _world.build(_world.Size(dt.date(2026, 6, 30), 60, 2600, lines=200, responses=40))
    activate_rules(draft_rules(MOVING))


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
def polling_reader() -> Iterator[set[State | None]]:
    """Somebody who reads again and again on a connection of their own; collects all they saw."""
    seen: set[State | None] = set()
    stop = threading.Event()
    problems: list[BaseException] = []

    def read() -> None:
        try:
            while not stop.wait(0.03):  # else it takes the time that the nights need
                seen.add(seen_by_a_reader())
        except BaseException as error:
            problems.append(error)
        finally:
            connections.close_all()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield seen
    finally:
        stop.set()
        reader.join()
    assert problems == []


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> ForkServerContext:
    """Processes of the job role on the tests' database."""
    monkeypatch.setenv("YIHU_DB_NAME", connection.settings_dict["NAME"])
    monkeypatch.setenv("YIHU_DB_ROLE", JOB)
    monkeypatch.setenv("PYTHONPATH", str(settings.BASE_DIR))
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([night_process.__name__])
    return context


def killed_nights(processes: ForkServerContext) -> list[dt.date]:
    """One month's end after another, each killed up to five times and then left in peace."""
    chance, killed, days = random.Random(os.urandom(8)), 0, []
    broker = redis.Redis.from_url(settings.REDIS_URL)
    seconds = 0.0  # from begin to end, as seen
    while killed < KILLS:
        days.append(add_months(FIRST, len(days)))
        for tries_left in range(5, -1, -1):
            begins = processes.Event()
            process = processes.Process(target=night_process.nightly, args=[str(days[-1]), begins])
            process.start()
            assert begins.wait(30)
            begun = time.monotonic()
            process.join(chance.uniform(0, seconds) if tries_left and seconds else None)
            process.kill()
            process.join()
            broker.flushall()
            if process.exitcode == 0:
                seconds = time.monotonic() - begun
            run_of_day = JobRun.objects.filter(business_date=days[-1]).first()
            if run_of_day and run_of_day.status == JobRun.Status.DONE:
                break
            assert tries_left, f"undisturbed it failed: {run_of_day and run_of_day.error}"
            killed += run_of_day is not None
    return days


def test_killed_at_random_moments_the_nights_are_the_same_as_undisturbed(
    processes: ForkServerContext,
):
    ensure_redis()
    company()
    with polling_reader() as seen:
        days = killed_nights(processes)
    after_kills = everything(days)
    for day in days:
        versions = Version.objects.filter(business_date=day, published_at__isnull=False)
        assert versions.count() == 1, "published twice"
    call_command("flush", interactive=False, verbosity=0)
    company()
    whole: set[State | None] = {None}
    for day in days:
        assert run(day).succeeded
        whole.add(seen_by_a_reader())
    assert everything(days) == after_kills
    assert len(whole) == len(days) + 1
    assert len(seen) > len(days) / 2
    assert seen <= whole, "a reader saw a mixture"


def everything(days: list[dt.date]) -> State:
    """All that the nights left: each date's figures, the tiers, the alerts, the recorded moves."""
    published = [Version.objects.published_on(day) for day in days]
    figures = [results.of_version(version.pk) for version in published if version]
    return (
        *(len(figures), figures, results.of_customers(), results.of_alerts()),
        *(results.of_history(), results.of_credit()),
    )


def look_between(looks: list[State | None], *, in_one_transaction: bool) -> list[Step]:
    """The night's steps with a reader who looks in after publishing, before the customers' turn."""

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
    return [*STEPS[:after], *rest]


def test_a_reader_in_the_middle_of_publication_sees_the_night_before():
    company()
    run(FIRST)
    before, looks = seen_by_a_reader(), []
    assert run(add_months(FIRST, 1), steps=look_between(looks, in_one_transaction=True)).succeeded
    assert looks == [before]


def test_published_in_two_transactions_a_reader_would_see_a_mixture():
    """The control: what the polling reader looks for is there once the protection is off."""
    company()
    run(FIRST)
    before, looks = seen_by_a_reader(), []
    assert run(add_months(FIRST, 1), steps=look_between(looks, in_one_transaction=False)).succeeded
    after = seen_by_a_reader()
    assert looks[0] not in {before, after}
