"""What a worker does: checks an upload (a run that is taken back), then takes it when confirmed.

All or nothing: the rows and the word that they are in are one transaction. Killed at any moment,
nothing was written, and the next tick says so.
"""

import datetime as dt
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from psycopg2.errors import DeadlockDetected, LockNotAvailable

from core.claims import claimed, is_claimed
from core.context import acting
from core.tables.errors import TableError
from core.tables.importer import ImportReport, Observer, run_import
from core.tables.text_cells import listed
from customers.models import Erasure
from workspace.imports import IMPORTS
from workspace.models import Upload
from workspace.uploads import comparison, differences, errors, files, undo
from workspace.uploads.kinds import KINDS, kind_for

CLAIM = "upload"
State = Upload.State
logger = logging.getLogger(__name__)


class StoppedError(Exception):
    """The upload was discarded, or given to another worker: nothing may be written any more."""


def work_on(number: int) -> None:
    """Do what the upload is queued for; nothing when another worker has it or nobody wants it."""
    with claimed(CLAIM, number) as mine:
        if not mine:
            return
        upload = Upload.objects.queued().select_related("user").filter(pk=number).first()
        if upload is not None and _started(upload):
            with translation.override(upload.language):
                _do(upload)


def make_good(now: dt.datetime) -> None:
    """What messages and workers that were lost left undone; called every minute."""
    for upload in Upload.objects.running():
        if not is_claimed(CLAIM, upload.pk):
            with translation.override(upload.language):
                _break_off(upload, _("It was broken off. Nothing was written."))
    for number in Upload.objects.queued().values_list("pk", flat=True):
        work_on(number)
    tidy_up(now)


def tidy_up(now: dt.datetime) -> None:
    """Remove files kept long enough, and those a killed worker or a broken request left."""
    oldest = now - dt.timedelta(days=settings.KEEP_UPLOADS_DAYS)
    for upload in Upload.objects.kept_since(oldest):
        state = State.DISCARDED if upload.is_restartable else upload.state
        if Upload.objects.move(upload, state, files_removed_at=now):
            files.forget(upload.token)
    _forget_erased(now)
    for number in Upload.objects.discarded_with_files().values_list("pk", flat=True):
        if not is_claimed(CLAIM, number):  # else its worker removes them
            remove_discarded(number)
    tokens = Upload.objects.filter(files_removed_at=None).values_list("token", flat=True)
    for path in files.orphans({token.hex for token in tokens}):
        logger.info("removing %s: it belongs to no upload", path)
        files.remove_folder(path)


def _forget_erased(now: dt.datetime) -> None:
    """Remove tables of contacts from before somebody was erased: they may hold the person."""
    last = Erasure.objects.aggregate(at=Max("erased_at"))["at"]
    if last is None:
        return
    for upload in Upload.objects.kept_since(last).filter(kind="contacts"):
        state = State.DISCARDED if upload.is_restartable else upload.state
        if Upload.objects.move(upload, state, files_removed_at=now):
            files.forget(upload.token)


def remove_discarded(number: int) -> None:
    """Remove the files of an upload that was discarded, once no worker needs them."""
    upload = Upload.objects.discarded_with_files().filter(pk=number).first()
    if upload and Upload.objects.move(upload, State.DISCARDED, files_removed_at=timezone.now()):
        files.forget(upload.token)


def _started(upload: Upload) -> bool:
    """Write down that a worker is at it; false when it was discarded this very moment."""
    values = {"started_at": timezone.now(), "attempt": upload.attempt + 1}
    if not Upload.objects.move(upload, upload.state, **values):
        return False
    upload.attempt += 1
    return True


def _do(upload: Upload) -> None:
    """Check or take; every end is written down."""
    try:
        _check_right(upload)
        {State.CHECKING: _check, State.TAKING: _take, State.UNDOING: _undo}[State(upload.state)](
            upload
        )
    except StoppedError:
        logger.info("upload %s was stopped; nothing of it was written", upload.pk)
        remove_discarded(upload.pk)
    except TableError as error:
        _break_off(upload, str(error), State.REFUSED)
    except OperationalError as error:
        if not isinstance(error.__cause__, DeadlockDetected | LockNotAvailable):
            raise
        logger.info("upload %s met another one: %s", upload.pk, error)
        _break_off(upload, _("Others were changing the same rows. Nothing was written."))
    except Exception:
        logger.exception("upload %s failed", upload.pk)
        _break_off(upload, _("An error of ours stopped it. Nothing was written."))


def _check_right(upload: Upload) -> None:
    """The person may have left, or have another role by now."""
    kind = kind_for(upload.user, upload.kind)
    if kind is None or not upload.user.is_active:
        raise TableError(_("You may not import tables of this kind any more."))
    if withheld := set(upload.columns) & kind.withheld:
        names = listed(sorted(withheld))
        raise TableError(_("You may not fill these columns: {names}").format(names=names))


def _end(upload: Upload, state: str, message: str = "", **values: Any) -> bool:
    """Say how it ended, unless it was stopped meanwhile."""
    values = {"message": message, "started_at": None, "finished_at": timezone.now()} | values
    return Upload.objects.move(upload, state, **values)


def _break_off(upload: Upload, message: str, state: str = State.BROKEN) -> None:
    """Nothing was written; what was imported before, if it was being undone, stands."""
    if upload.state == State.UNDOING:
        _end(upload, State.DONE, message, finished_at=upload.finished_at)
    else:
        _end(upload, state, message)


class _Watch(Observer):
    """Notes progress, stops when the upload is not wanted any more, keeps what changes."""

    wants_rejects = True

    def __init__(self, upload: Upload, finish: Callable[[ImportReport], None]) -> None:
        self.upload = upload
        self.finish = finish

    def read(self, rows: int) -> None:
        """After a batch."""
        files.note_progress(self.upload, rows)
        state = {"state": self.upload.state, "attempt": self.upload.attempt}
        if not Upload.objects.filter(pk=self.upload.pk, **state).exists():
            raise StoppedError

    def sealing(self, report: ImportReport) -> None:
        """Before the end of the transaction."""
        self.finish(report)


def _check(upload: Upload) -> None:
    """Do all of it and take it back; the page then shows what would be."""
    kind = KINDS[upload.kind]
    files.forget_results(upload)
    shown: dict[str, Any] = {}
    keys, after = _sample(upload)

    def look(_report: ImportReport) -> None:
        if kind.has_history:
            found = differences.differences(kind, upload.user, _request_id(upload))
            shown.update(differences.write(files.differences(upload), found))
        else:
            after.update(comparison.stored(kind, keys))

    report = _run(upload, look, dry_run=True)
    if not kind.has_history:
        before = comparison.stored(kind, keys)
        found = comparison.compared(kind, upload.user, keys, before, after)
        shown.update(differences.write(files.differences(upload), found))
    _keep(upload, report, shown)
    _end(upload, State.CHECKED, **_counts(report))


def _sample(upload: Upload) -> tuple[list[str], dict[str, Any]]:
    """The rows to compare of a kind without history, and the place for what becomes of them."""
    kind = KINDS[upload.kind]
    if kind.has_history:
        return [], {}
    return comparison.sampled_keys(kind, files.source(upload), upload.columns), {}


def _take(upload: Upload) -> None:
    """Write the rows, and in the same transaction that they are written."""
    kind = KINDS[upload.kind]
    before = files.kept(upload.token, "report")
    shown = {name: before.get(name, []) for name in ("created", "updated")}

    def seal(report: ImportReport) -> None:
        if report.result.rejected and not upload.skips_bad_rows:
            return  # the run is about to take everything back
        if kind.has_history:
            found = differences.differences(kind, upload.user, _request_id(upload))
            shown.update(differences.write(files.differences(upload), found))
        if not _end(upload, State.DONE, **_counts(report)):
            raise StoppedError

    report = _run(upload, seal)
    _keep(upload, report, shown)
    if report.result.rejected and not upload.skips_bad_rows:
        message = _("Nothing was written: since the check, other data have changed. Check again.")
        _end(upload, State.BROKEN, message)


def _undo(upload: Upload) -> None:
    """Take the import back, and say in the same transaction that it is."""
    if not undo.is_in_time(upload):
        raise TableError(_("It cannot be undone any more: a night has computed with it."))
    with _context(upload, undo.request_id(upload))():
        done = undo.undo(upload)
        message = _(
            "Put back: {put_back}. Removed: {removed}. Changed or used since, kept: {kept}."
        )
        counts = {"put_back": done.put_back, "removed": done.removed, "kept": len(done.kept)}
        if not _end(upload, State.UNDONE, message.format(**counts)):
            raise StoppedError
    report = files.kept(upload.token, "report")
    files.keep(upload.token, "report", report | {"kept": done.kept[: differences.SHOWN]})


def _run(
    upload: Upload, finish: Callable[[ImportReport], None], *, dry_run: bool = False
) -> ImportReport:
    """One run on behalf of the person: what they may not see is as absent.

    Administrators see no customer and act for the whole company.
    """
    actor = None if upload.user.is_administrator else upload.user
    return run_import(
        IMPORTS[upload.kind](
            actor=actor, columns=upload.columns, corrections=files.corrections(upload)
        ),
        files.source(upload),
        dry_run=dry_run,
        on_error="skip" if upload.skips_bad_rows else "abort",
        observer=_Watch(upload, finish),
        context=_context(upload, _request_id(upload)),
    )


def _context(upload: Upload, request_id: str) -> Callable[[], AbstractContextManager[None]]:
    return partial(
        acting,
        user_id=upload.user.pk,
        actor=upload.user.get_username(),
        request_id=request_id,
    )


def _request_id(upload: Upload) -> str:
    """What the history calls this import; checks are taken back and leave nothing in it."""
    return f"{undo.imported(upload)}{upload.attempt}"


def _counts(report: ImportReport) -> dict[str, Any]:
    result = report.result
    names = ("rows", "created", "updated", "unchanged", "rejected")
    return {name: getattr(result, name) for name in names}


def _keep(upload: Upload, report: ImportReport, shown: dict[str, Any]) -> None:
    """What the page shows, and the bad rows for Excel."""
    found = {
        "errors": errors.shown(upload, report.errors),
        "error_count": report.error_count,
        **shown,
    }
    files.keep(upload.token, "report", found)
    if report.rejects:
        files.write_workbook_of_rejects(upload)
