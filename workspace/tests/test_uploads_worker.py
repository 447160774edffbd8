"""What becomes of uploads when messages, workers and time are lost, or two meet (R8, R15, R16)."""

import datetime as dt
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from celery.exceptions import OperationalError
from django.conf import settings as configured
from django.db import connection, connections
from django.utils import timezone

from core.claims import claimed
from core.tables.importer import ImportReport
from customers.models import Customer
from shipments.models import Waybill
from tests.cast import Cast
from tests.tabled import take
from workspace.models import Upload
from workspace.tests.uploading import GOOD, Person, counts, worked
from workspace.uploads import files, queue, work

CODE = Path(__file__).resolve().parents[2]
ROWS = 4000
single = pytest.mark.django_db
several = pytest.mark.django_db(transaction=True)


def many(rows: int = ROWS, mark: str = "K") -> str:
    lines = (f"{mark}{number:05},Customer {number},EAST-1" for number in range(rows))
    return "\n".join(["code,name,org_unit", *lines]) + "\n"


@pytest.fixture
def bruno(cast: Cast) -> Person:
    return Person(cast.bruno)


@single
def test_without_redis_the_upload_waits_for_the_next_tick(bruno: Person, monkeypatch):
    def no_broker(*_args, **_options):
        raise OperationalError("connection refused")

    monkeypatch.setattr("crm.celery.app.send_task", no_broker)
    upload = bruno.says_columns(bruno.brings(GOOD))
    queue.send(upload.pk)
    assert "waiting for a worker" in bruno.look(upload)
    work.make_good(timezone.now())
    upload.refresh_from_db()
    assert (upload.state, counts(upload)) == ("checked", (1, 1, 0, 0))


@single
def test_the_message_carries_the_number_and_nothing_else(bruno: Person, monkeypatch):
    sent = []
    monkeypatch.setattr("crm.celery.app.send_task", lambda *args, **_options: sent.append(args))
    queue.send(7)
    assert sent == [("crm.tasks.work_on_upload", [7])]


@single
def test_what_is_busy_shows_how_far_it_is_and_asks_again_until_it_ends(bruno: Person):
    upload = bruno.says_columns(bruno.brings(many(10)))
    assert 'hx-trigger="every 2s"' in bruno.look(upload)
    Upload.objects.filter(pk=upload.pk).update(started_at=timezone.now())
    files.note_progress(upload, 7)
    assert "7 of 11 rows read" in bruno.look(upload)
    Upload.objects.filter(pk=upload.pk).update(started_at=None)
    worked(upload)
    part = bruno.client.get(f"/imports/{upload.pk}/", headers={"HX-Request": "true"})
    assert "hx-trigger" not in part.content.decode()
    assert part.content.decode().lstrip().startswith('<div id="upload"')


@single
def test_a_worker_that_was_killed_left_nothing_and_one_can_start_again(bruno: Person):
    upload = bruno.says_columns(bruno.brings(GOOD))
    Upload.objects.filter(pk=upload.pk).update(started_at=timezone.now(), attempt=1)
    work.make_good(timezone.now())
    upload.refresh_from_db()
    assert (upload.state, upload.message) == ("broken", "It was broken off. Nothing was written.")
    page = bruno.look(upload)
    assert "Start again" in page
    bruno.post(upload, "check")
    assert worked(upload).state == "checked"


@several
def test_a_worker_that_lives_is_left_alone(bruno: Person):
    upload = bruno.says_columns(bruno.brings(GOOD))
    Upload.objects.filter(pk=upload.pk).update(started_at=timezone.now(), attempt=1)

    def elsewhere(ready: threading.Event, done: threading.Event) -> None:
        with claimed(work.CLAIM, upload.pk):
            ready.set()
            done.wait(10)
        connections.close_all()

    ready, done = threading.Event(), threading.Event()
    worker = threading.Thread(target=elsewhere, args=(ready, done))
    worker.start()
    ready.wait(10)
    work.make_good(timezone.now())
    upload.refresh_from_db()
    done.set()
    worker.join()
    assert upload.state == "checking"


@single
def test_an_upload_that_is_discarded_while_a_worker_is_at_it_writes_nothing(
    bruno: Person, monkeypatch
):
    upload = bruno.checks(bruno.brings(GOOD))
    bruno.post(upload, "take", rows="all")
    sealing = work._Watch.sealing

    def discarded_meanwhile(watch, report: ImportReport) -> None:
        Upload.objects.filter(pk=upload.pk).update(state="discarded")
        sealing(watch, report)

    monkeypatch.setattr(work._Watch, "sealing", discarded_meanwhile)
    worked(upload)
    assert not Customer.objects.filter(code="NEW").exists()


@single
def test_what_is_discarded_while_its_worker_is_killed_leaves_no_file(bruno: Person):
    upload = bruno.says_columns(bruno.brings(GOOD))
    Upload.objects.filter(pk=upload.pk).update(started_at=timezone.now(), attempt=1)
    bruno.post(upload, "discard")
    assert files.source(upload).exists(), "a worker may be reading it"
    work.make_good(timezone.now())
    assert not files.folder(upload.token).exists()


@single
def test_an_error_of_ours_is_told_and_nothing_is_written(bruno: Person, monkeypatch):
    upload = bruno.checks(bruno.brings(GOOD))
    bruno.post(upload, "take", rows="all")

    def bug(*_args):
        raise ZeroDivisionError

    monkeypatch.setattr(work.differences, "write", bug)
    worked(upload)
    assert (upload.state, upload.message) == (
        "broken",
        "An error of ours stopped it. Nothing was written.",
    )
    assert not Customer.objects.filter(code="NEW").exists()


@single
def test_old_files_go_and_what_was_done_stays_listed(bruno: Person, upload_folder: Path):
    done = bruno.takes(bruno.checks(bruno.brings(GOOD, "done.csv")))
    waiting = bruno.checks(bruno.brings(many(2), "waiting.csv"))
    orphan = upload_folder / "orphan"
    orphan.mkdir()
    os.utime(orphan, (0, 0))
    work.make_good(timezone.now() + dt.timedelta(days=29))
    assert files.source(done).exists()
    assert not orphan.exists()
    work.make_good(timezone.now() + dt.timedelta(days=31))
    for upload in (done, waiting):
        upload.refresh_from_db()
    assert (done.state, waiting.state) == ("done", "discarded")
    assert not any(upload_folder.iterdir())
    page = bruno.look(done)
    assert "Import another file" in page
    assert bruno.post(waiting, "check").state == "discarded"


WAYBILLS = "waybill_no,shipper_code,accepted_at,revenue\n"


@single
def test_of_waybills_the_first_rows_are_compared(cast: Cast, tmp_path: Path):
    stored = ("W1,ACME,2026-01-05 08:00,10", "W2,ACME,2026-01-05 09:00,5")
    take(tmp_path, "waybills", WAYBILLS.strip(), *stored)
    greta = Person(cast.greta)
    upload = greta.checks(
        greta.brings(
            WAYBILLS + "W1,ACME,2026-01-05 08:00,12.50\nW2,ACME,2026-01-05 09:00,5\n"
            "W3,BOLT,2026-02-01 10:00,1\n"
        )
    )
    assert (upload.kind, counts(upload)) == ("waybills", (1, 1, 1, 0))
    page = greta.look(upload)
    assert "<del>10.00</del>" in page
    assert "<ins>12.50</ins>" in page
    assert "W3" in page
    greta.takes(upload)
    assert Waybill.objects.get(waybill_no="W1").revenue == Decimal("12.50")
    assert "<del>10.00</del>" in greta.look(upload)


@several
def test_two_uploads_at_once_of_one_person_are_both_taken(bruno: Person):
    uploads = [bruno.says_columns(bruno.brings(many(300, mark))) for mark in "AB"]
    _at_once(*[lambda pk=upload.pk: work.work_on(pk) for upload in uploads])
    for upload in uploads:
        upload.refresh_from_db()
        assert (upload.state, upload.created) == ("checked", 300)
        bruno.post(upload, "take", rows="all")
    _at_once(*[lambda pk=upload.pk: work.work_on(pk) for upload in uploads])
    assert (
        Customer.objects.filter(name__startswith="Customer ", code__regex="^[AB]0").count() == 600
    )


@several
def test_two_workers_with_the_same_message_import_once(bruno: Person):
    upload = bruno.checks(bruno.brings(many(300)))
    bruno.post(upload, "take", rows="all")
    _at_once(*[lambda: work.work_on(upload.pk)] * 4)
    upload.refresh_from_db()
    assert (upload.state, upload.created, upload.attempt) == ("done", 300, 2)


def _at_once(*acts: Callable[[], None]) -> None:
    """Each in a thread with a connection of its own, all starting together."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], None]) -> None:
        barrier.wait()
        try:
            act()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


WORKER = (
    "import django; django.setup()\n"
    "import sys\n"
    "from workspace.uploads import work\n"
    "work.work_on(int(sys.argv[1]))\n"
)


def _start_worker(upload: Upload) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "YIHU_DB_NAME": connection.settings_dict["NAME"],
        "YIHU_DB_ROLE": "crm_job",
        "YIHU_UPLOAD_DIR": str(configured.UPLOAD_DIR),
        "DJANGO_SETTINGS_MODULE": "crm.settings",
    }
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(upload.pk)], cwd=CODE, env=environment
    )


def _wait_until(happens: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def _started(upload: Upload) -> bool:
    return Upload.objects.filter(pk=upload.pk, started_at__isnull=False).exists()


def _made_good(upload: Upload) -> bool:
    """Whether a tick has found out that the worker is gone."""
    for busy in Upload.objects.running():
        work.make_good(timezone.now())
        return busy.pk != upload.pk
    return True


@several
@pytest.mark.slow
def test_killed_in_the_middle_it_is_all_or_nothing_and_says_so(bruno: Person):
    chance = random.Random(16)
    upload = bruno.checks(bruno.brings(many()))
    outcomes = set()
    for part in range(4):
        bruno.post(upload, "take", rows="all")
        worker = _start_worker(upload)
        _wait_until(lambda: _started(upload))
        time.sleep((part + chance.random()) * 0.25)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        _wait_until(lambda: _made_good(upload))
        upload.refresh_from_db()
        written = Customer.objects.filter(code__startswith="K").count()
        outcomes.add((upload.state, written))
        if upload.state == "done":
            break
        bruno.post(upload, "check")
        worked(upload)
    assert outcomes <= {("broken", 0), ("done", ROWS)}
    assert ("broken", 0) in outcomes  # it was really killed on its way
    if upload.state == "checked":
        assert bruno.takes(upload).state == "done"
    assert Customer.objects.filter(code__startswith="K").count() == ROWS
