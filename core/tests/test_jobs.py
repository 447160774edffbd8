"""The job ledger: one runner at a time, and an overtaken one writes nothing."""

import datetime as dt
import threading
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, connections, transaction

from conftest import as_role
from core.errors import FenceLostError
from core.jobs import JobBusyError, Runner, fail_run, finish_run, is_running, runner, start_run
from core.models import Fence, JobRun, Version

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.date(2026, 3, 31)


@pytest.fixture
def overtaken() -> Iterator[tuple[Runner, Runner]]:
    """A runner that lost its lock while it lives on, and the one that took over."""
    with runner("nightly") as old:
        _end_lock_connections()
        with runner("nightly") as new:
            yield old, new


def _end_lock_connections() -> None:
    """What a network failure does: the sessions that hold advisory locks are gone."""
    with as_role("postgres"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks"
            " JOIN pg_database ON pg_database.oid = database AND datname = current_database()"
            " WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
        )


def test_while_one_runs_nobody_else_may():
    with runner("nightly"):
        assert is_running("nightly")
        with pytest.raises(JobBusyError, match="nightly"), runner("nightly"):
            pytest.fail("two runners at once")
        with runner("digest"):
            assert is_running("digest")
    assert not is_running("nightly")


def test_who_waits_gets_the_job_when_the_other_ends():
    began, may_end = threading.Event(), threading.Event()

    def work() -> None:
        with runner("nightly"):
            began.set()
            may_end.wait(10)
        connections.close_all()

    other = threading.Thread(target=work)
    other.start()
    began.wait(10)
    threading.Timer(0.3, may_end.set).start()
    with runner("nightly", wait_seconds=10) as own:
        assert own.number == Fence.objects.get(job="nightly").number
    other.join()


def test_every_runner_has_a_higher_number():
    numbers = []
    for _ in range(3):
        with runner("nightly") as own:
            numbers.append(own.number)
    assert numbers == sorted(set(numbers))


def test_an_overtaken_runner_writes_nothing(overtaken: tuple[Runner, Runner]):
    old, new = overtaken
    with pytest.raises(FenceLostError), old.writing(actor="old"):
        start_run(old, DAY, is_replay=False)
    assert not JobRun.objects.exists()
    with new.writing(actor="new"):
        start_run(new, DAY, is_replay=False)
    assert JobRun.objects.get().fence == new.number


def test_without_the_fence_an_overtaken_runner_would_write(overtaken: tuple[Runner, Runner]):
    """The control: the protection is the fence, nothing else stops the old runner."""
    old, _new = overtaken
    with transaction.atomic():
        start_run(old, DAY, is_replay=False)
    assert JobRun.objects.get().fence == old.number


def test_a_new_runner_waits_for_the_transaction_the_old_one_is_in():
    """Taking over never falls into the middle of a write: it comes before or after."""
    order: list[str] = []

    def take_over() -> None:
        with runner("nightly"):
            order.append("taken over")
        connections.close_all()

    with runner("nightly") as old:
        _end_lock_connections()
        with old.writing(actor="old"):
            start_run(old, DAY, is_replay=False)
            newcomer = threading.Thread(target=take_over)
            newcomer.start()
            newcomer.join(0.5)
            assert newcomer.is_alive()
            order.append("written")
        newcomer.join(10)
    assert order == ["written", "taken over"]
    assert JobRun.objects.count() == 1


def test_a_snapshot_does_not_see_what_is_written_meanwhile():
    def write() -> None:
        Version.objects.create(business_date=DAY)
        connections.close_all()

    with runner("nightly") as own:
        with own.writing(actor="night", snapshot=True):
            meanwhile = threading.Thread(target=write)
            meanwhile.start()
            meanwhile.join()
            assert not Version.objects.exists()
        assert Version.objects.count() == 1


def test_failures_in_a_row_are_counted_until_one_succeeds():
    with runner("nightly") as own:
        for failures in (1, 2):
            run = start_run(own, DAY, is_replay=False)
            fail_run(run, "disk full")
            run.refresh_from_db()
            assert (run.status, run.failures, run.error) == ("failed", failures, "disk full")
        run = start_run(own, DAY, is_replay=False)
        assert (run.status, run.error, run.finished_at) == ("running", "", None)
        finish_run(run)
    run.refresh_from_db()
    assert (run.status, run.failures) == ("done", 0)
    assert JobRun.objects.count() == 1


def test_web_processes_can_only_ask_for_a_rerun():
    with runner("nightly") as own:
        run = start_run(own, DAY, is_replay=False)
    with as_role("crm_app"):
        JobRun.objects.filter(pk=run.pk).update(requested_at=run.started_at, requested_by="adam")
        for forbidden in (
            lambda: JobRun.objects.filter(pk=run.pk).update(status="done"),
            lambda: JobRun.objects.filter(pk=run.pk).delete(),
            lambda: Fence.objects.update(number=99),
            lambda: Version.objects.create(business_date=DAY),
        ):
            with pytest.raises(DatabaseError, match="permission denied"):
                forbidden()
    run.refresh_from_db()
    assert (run.requested_by, run.status) == ("adam", "running")
