"""The job ledger: one runner at a time, fenced, every run and step written down.

A runner holds an advisory lock on a connection of its own and has the highest fence number. Should
that connection break while the process lives on, another runner takes over and raises the number;
the first one finds out at its next transaction and writes nothing any more.
"""

import datetime as dt
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.context import set_context
from core.errors import FenceLostError, RefusedError
from core.models import JobRun, JobStep

logger = logging.getLogger(__name__)
_LOCK_CLASS = 7100  # the first half of our advisory lock keys, the second is the job's name
_LOOK_FOR_CLIENT = "2s"  # how long a statement outlives its killed process
_WORK_MEM = "128MB"  # with 16 MB the indicators of a million customers wrote 2 GB to disk and back


class JobBusyError(RefusedError):
    """Another process is running the job."""


@dataclass(frozen=True)
class Runner:
    """The one process that may run the job, as long as nobody has raised the fence."""

    job: str
    number: int

    @contextmanager
    def writing(self, *, actor: str, snapshot: bool = False) -> Iterator[None]:
        """One transaction of the run; with `snapshot` all its statements see the same data.

        The fence is held until the end: a new runner waits for this commit or makes it impossible.
        Raises FenceLostError when another runner has taken over.
        """
        with transaction.atomic(durable=True):
            with connection.cursor() as cursor:
                if snapshot:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                _look_for_client(cursor, "LOCAL")
                give_memory(cursor)
                cursor.execute("SELECT number FROM core_fence WHERE job = %s FOR SHARE", [self.job])
                if cursor.fetchone() != (self.number,):
                    raise FenceLostError(f"{self.job}: another runner has taken over")
            set_context(user_id=None, actor=actor)
            yield


@contextmanager
def runner(job: str, *, wait_seconds: float = 0) -> Iterator[Runner]:
    """Be the job's runner; raises JobBusyError when another one is still at work after the wait."""
    lock = connection.copy()
    try:
        with lock.cursor() as cursor:
            _look_for_client(cursor, "SESSION")
            _take_lock(cursor, job, wait_seconds)
            number = _raise_fence(cursor, job)
        yield Runner(job, number)
    finally:
        _give_back(lock)


def _give_back(lock: BaseDatabaseWrapper) -> None:
    """Free the lock now: a closed connection frees it only when the server notices."""
    with suppress(DatabaseError, InterfaceError):  # a connection that is gone has freed it
        if lock.connection is not None:
            with lock.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock_all()")
    lock.close()


def give_memory(cursor: CursorWrapper) -> None:
    """Let the transaction's statements sort and add up in memory what a large company needs."""
    cursor.execute(f"SET LOCAL work_mem = '{_WORK_MEM}'")


def _look_for_client(cursor: CursorWrapper, scope: str) -> None:
    """Let the server notice a killed client while it works for it."""
    cursor.execute(f"SET {scope} client_connection_check_interval = '{_LOOK_FOR_CLIENT}'")


def _take_lock(cursor: CursorWrapper, job: str, wait_seconds: float) -> None:
    deadline = time.monotonic() + wait_seconds
    told = False
    while True:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [_LOCK_CLASS, job])
        if cursor.fetchone() == (True,):
            return
        if time.monotonic() >= deadline:
            raise JobBusyError(_("Another process is running “%(job)s” right now.") % {"job": job})
        if not told:
            logger.info("%s: waiting for the process that is running it", job)
            told = True
        time.sleep(0.2)


def _raise_fence(cursor: CursorWrapper, job: str) -> int:
    """A number higher than every earlier runner's; waits for a transaction that one has open."""
    cursor.execute(
        "INSERT INTO core_fence (job, number) VALUES (%s, 1)"
        " ON CONFLICT (job) DO UPDATE SET number = core_fence.number + 1 RETURNING number",
        [job],
    )
    return int(cursor.fetchone()[0])


def is_running(job: str) -> bool:
    """Whether a live process holds the job's lock; a killed one does not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND classid = %s AND objid = hashtext(%s)::oid)",
            [_LOCK_CLASS, job],
        )
        return bool(cursor.fetchone()[0])


def start_run(runner: Runner, day: dt.date, *, is_replay: bool) -> JobRun:
    """The ledger's row of that date, running from now on. Call it in `runner.writing()`."""
    run, _created = JobRun.objects.update_or_create(
        job=runner.job,
        business_date=day,
        defaults={
            "status": JobRun.Status.RUNNING,
            "is_replay": is_replay,
            "fence": runner.number,
            "started_at": timezone.now(),
            "finished_at": None,
            "error": "",
        },
    )
    return run


def finish_run(run: JobRun) -> None:
    """The run is done; call it in the transaction that publishes its results."""
    run.status = JobRun.Status.DONE
    run.finished_at = timezone.now()
    run.failures = 0
    run.save(update_fields=["status", "finished_at", "failures"])


def fail_run(run: JobRun, error: str) -> None:
    """The run has failed and says why."""
    run.status = JobRun.Status.FAILED
    run.finished_at = timezone.now()
    run.failures += 1
    run.error = error
    run.save(update_fields=["status", "finished_at", "failures", "error"])


@contextmanager
def measured_step(run: JobRun, version: int, position: int, name: str) -> Iterator[JobStep]:
    """Write the step down as done, in the transaction of its work; the block sets its `rows`."""
    step = JobStep(run=run, version_id=version, position=position, name=name)
    step.started_at, begun = timezone.now(), time.monotonic()
    yield step
    step.status = JobStep.Status.DONE
    step.finished_at = timezone.now()
    step.milliseconds = round((time.monotonic() - begun) * 1000)
    step.save(force_insert=True)


def failed_step(run: JobRun, version: int, position: int, name: str, error: str) -> JobStep:
    """Write down which step failed and why; nothing else of it remains."""
    now = timezone.now()
    return JobStep.objects.create(
        run=run,
        version_id=version,
        position=position,
        name=name,
        status=JobStep.Status.FAILED,
        milliseconds=0,
        error=error,
        started_at=now,
        finished_at=now,
    )


def steps_of(run: JobRun) -> QuerySet[JobStep]:
    """The steps written down for the run's version, in order."""
    return JobStep.objects.filter(version=run.version_id).order_by("position")
