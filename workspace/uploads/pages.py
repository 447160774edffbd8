"""What the import pages show."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from core.tables.schema import Column
from organization.models import User
from workspace.models import Upload
from workspace.uploads import columns as chosen_columns
from workspace.uploads import files, mapping, undo
from workspace.uploads.kinds import KINDS, Kind, kinds_for

PAGE_SIZE = 50
State = Upload.State
_TONES = {
    State.DONE: "ok",
    State.REFUSED: "bad",
    State.BROKEN: "bad",
    State.CHECKING: "accent",
    State.TAKING: "accent",
    State.UNDOING: "accent",
    State.UPLOADED: "warn",
    State.CHECKED: "warn",
}
_STEP_OF = {State.UPLOADED: 0, State.CHECKING: 1, State.CHECKED: 2, State.TAKING: 3, State.DONE: 4}
_STEPLESS = (State.DISCARDED, State.UNDOING, State.UNDONE)


@dataclass(frozen=True, slots=True)
class Line:
    """One upload in the list of past ones."""

    upload: Upload
    kind: object
    tone: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way of a file; state: done, now or next."""

    label: str
    state: str


def overview(user: User, before: str) -> dict[str, Any]:
    """The page one comes to: what may be brought in, and what was."""
    uploads = Upload.objects.listed_for(user).select_related("user").order_by("-pk")
    if before.isascii() and before.isdigit() and len(before) < 18:
        uploads = uploads.filter(pk__lt=int(before))
    found = list(uploads[: PAGE_SIZE + 1])
    return {
        "kinds": kinds_for(user),
        "most": settings.UPLOAD_MAX_MB,
        "lines": [_line(each, user) for each in found[:PAGE_SIZE]],
        "older": found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None,
        "shows_people": user.is_administrator,
        "keep_days": settings.KEEP_UPLOADS_DAYS,
    }


def _line(upload: Upload, user: User) -> Line:
    return Line(
        upload=upload,
        kind=label_of(upload.kind),
        tone=_TONES.get(State(upload.state), ""),
        is_own=upload.user_id == user.pk,
    )


def label_of(kind: str) -> object:
    """What a kind is called."""
    return KINDS[kind].label if kind in KINDS else ""


def upload_page(
    user: User,
    upload: Upload,
    kind: Kind | None,
    *,
    as_columns: bool = False,
    columns: mapping.Columns | None = None,
    error: str = "",
) -> dict[str, Any]:
    """One upload as it stands: its columns to be said, its progress, or what was found."""
    shows_columns = upload.is_restartable and (as_columns or upload.state == State.UPLOADED)
    context: dict[str, Any] = {
        "upload": upload,
        "kind": label_of(upload.kind),
        "tone": _TONES.get(State(upload.state), ""),
        "steps": [] if upload.state in _STEPLESS else _steps(upload, shows_columns),
        "shows_columns": shows_columns,
        "error": error,
    }
    if shows_columns:
        return context | _columns(user, upload, kind, columns)
    if upload.is_busy:
        return context | {"read": files.progress(upload), "total": upload.rows or upload.lines}
    return context | _found(upload)


def _steps(upload: Upload, shows_columns: bool) -> list[Step]:
    """Where a file is on its way."""
    labels = (_("Columns"), _("Check"), _("Confirm"), _("Result"))
    now = 0 if shows_columns else _STEP_OF.get(State(upload.state), 1)
    return [
        Step(label, "done" if place < now else "now" if place == now else "next")
        for place, label in enumerate(labels)
    ]


def _columns(
    user: User, upload: Upload, kind: Kind | None, columns: mapping.Columns | None
) -> dict[str, Any]:
    """The columns of the file and what each may be."""
    if columns is None and kind is not None:
        is_same = kind.name == upload.kind and len(upload.columns) == len(upload.header)
        columns = upload.columns if is_same else mapping.suggested(user, kind, upload.header)
    shown = []
    if kind is not None and columns is not None:
        sample = files.kept(upload.token, "sample").get("rows", [])
        is_sure = mapping.is_remembered(user, kind, upload.header)
        known = columns if is_sure else kind.schema.recognise(upload.header)
        shown = chosen_columns.file_columns(upload.header, sample, columns, known)
    return {
        "kinds": kinds_for(user),
        "chosen_kind": kind.name if kind else "",
        "file_columns": shown,
        "choices": kind.schema.columns if kind else (),
        "doubled": chosen_columns.doubled(columns or []),
        "missing": kind.schema.missing(columns or []) if kind else [],
        "withheld": _withheld(kind, upload.header) if kind else [],
    }


def _withheld(kind: Kind, header: Sequence[str]) -> list[Column]:
    """Columns of the file that only others may fill."""
    named = kind.withheld & set(kind.whole_schema.recognise(header))
    return [column for column in kind.whole_schema.columns if column.name in named]


def _found(upload: Upload) -> dict[str, Any]:
    """What a check or an import has found."""
    report = files.kept(upload.token, "report")
    errors: Sequence[Any] = report.get("errors", [])
    created, updated = report.get("created", []), report.get("updated", [])
    return {
        "errors": errors,
        "more_errors": report.get("error_count", 0) - len(errors),
        "created": created,
        "more_created": max(0, (upload.created or 0) - len(created)),
        "updated": updated,
        "more_updated": max(0, (upload.updated or 0) - len(updated)),
        "good": (upload.created or 0) + (upload.updated or 0),
        "has_rejects": files.rejects(upload).exists(),
        "has_workbook": files.rejects_workbook(upload).exists(),
        "has_differences": files.differences(upload).exists(),
        "kept": report.get("kept", []),
        "can_undo": undo.can_undo(upload),
    }


def too_large() -> str:
    """What is said of a file above the limit."""
    return _(
        "The file is larger than {limit} MB: split it, or import it at the command line."
    ).format(limit=settings.UPLOAD_MAX_MB)


def safe_name(name: str) -> str:
    """The file's own name, without folders and what cannot be seen."""
    plain = "".join(c for c in PurePath(name.replace("\\", "/")).name if c.isprintable())
    return plain[-200:].strip(". ") or "table"
