"""Imports by hand: upload a table, say what its columns are, look at the check, confirm."""

import uuid
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from core.errors import RefusedError
from core.requests import PageRequest
from core.tables.blank import write_blank
from core.tables.download import CONTENT_TYPES
from core.tables.errors import TableError
from core.tables.write import iter_csv
from core.uploads import is_too_large
from organization.access import ask_again, user_who_may
from organization.models import User
from organization.permissions import Action
from workspace.models import Upload
from workspace.uploads import columns as chosen_columns
from workspace.uploads import errors, files, mapping, pages, queue, undo, work
from workspace.uploads.kinds import OF_ADMINISTRATORS, kind_for, kinds_for

State = Upload.State
MOST_UNFINISHED = 20  # a person's; the disk is everybody's
_PAGE = "workspace/imports/upload.html"


@csrf_exempt  # asked for below: what is too large must not be read for it
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """The page; a file sent to it leads to its own page, or 422 (413) and why it cannot be read."""
    user = user_who_may(request, Action.IMPORT)
    if request.method != "POST":
        return _overview(request, user)
    if is_too_large(request):
        return _overview(request, user, error=pages.too_large(), status=413)
    return _received(request)


imports.answers_too_large = True  # type: ignore[attr-defined]  # for core.uploads


@csrf_protect
def _received(request: HttpRequest) -> HttpResponse:
    user = user_who_may(request, Action.IMPORT)
    file = request.FILES.get("file")
    try:
        if file is None or not file.name:
            raise TableError(_("Choose a file first."))
        upload = _store(user, file, request.POST.get("kind", ""))
    except TableError as error:
        return _overview(request, user, error=str(error), status=422)
    return redirect("import_upload", upload.pk)


def _overview(
    request: HttpRequest, user: User, *, error: str = "", status: int = 200
) -> HttpResponse:
    context = pages.overview(user, request.GET.get("before", "")) | {"error": error}
    return render(request, "workspace/imports/index.html", context, status=status)


def _store(user: User, file: "UploadedFile[Any]", kind_name: str) -> Upload:
    """Keep the file and what its beginning shows; nothing of it stays when it cannot be read."""
    if Upload.objects.of(user).unfinished().count() >= MOST_UNFINISHED:
        message = _("{count} of your files wait to be imported: import or discard some first.")
        raise TableError(message.format(count=MOST_UNFINISHED))
    token = uuid.uuid4()
    try:
        lines = files.store(file, token)
        look = files.look_into(token)
        files.keep(token, "sample", {"rows": look.sample})
        kind = kind_for(user, kind_name) or mapping.guessed(look.header, kinds_for(user))
        return Upload.objects.create(
            token=token,
            user=user,
            kind=kind.name if kind else "",
            name=pages.safe_name(file.name or ""),
            size=file.size or 0,
            form=look.form,
            language=get_language() or "",
            header=look.header,
            columns=mapping.suggested(user, kind, look.header) if kind else [],
            lines=None if look.form == "XLSX" else lines,
        )
    except BaseException:
        files.forget(token)
        raise


@require_safe
@vary_on_headers("HX-Request")
def upload(request: PageRequest, number: int) -> HttpResponse:
    """One upload as it stands now; only its state when htmx asks, which it does while it is busy.

    `kind` shows its columns as those of another kind, `columns` shows them again after a check.
    """
    user, found = _own(request, number)
    kind = kind_for(user, request.GET.get("kind", found.kind))
    as_columns = "kind" in request.GET or "columns" in request.GET
    context = pages.upload_page(user, found, kind, as_columns=as_columns)
    return render(request, f"{_PAGE}#state" if request.htmx else _PAGE, context)


@require_POST
def choose_columns(request: HttpRequest, number: int) -> HttpResponse:
    """Say what the columns are and have the file checked; 422 when some are missing or doubled."""
    user, found = _own(request, number)
    kind = kind_for(user, request.POST.get("kind", ""))
    if not found.is_restartable:
        return redirect("import_upload", number)
    columns = chosen_columns.chosen(request.POST, kind, len(found.header)) if kind else []
    error = chosen_columns.problems(kind, columns) if kind else _("Say what the file holds.")
    if kind is None or error:
        context = pages.upload_page(
            user, found, kind, as_columns=True, columns=columns, error=error
        )
        return render(request, _PAGE, context, status=422)
    mapping.remember(user, kind.name, found.header, columns)
    _queue(found, State.CHECKING, kind=kind.name, columns=columns, skips_bad_rows=False)
    return redirect("import_upload", number)


@require_POST
def check_again(request: HttpRequest, number: int) -> HttpResponse:
    """Check once more, such as after it was broken off."""
    user, found = _own(request, number)
    kind = kind_for(user, found.kind)
    if found.is_restartable and kind and not chosen_columns.problems(kind, found.columns):
        _queue(found, State.CHECKING, skips_bad_rows=False)
    return redirect("import_upload", number)


@require_POST
def correct(request: HttpRequest, number: int) -> HttpResponse:
    """Put corrected cells in the place of the file's, and check again."""
    user, found = _own(request, number)
    if found.is_restartable and kind_for(user, found.kind) and found.columns:
        try:
            errors.corrected(found, request.POST.dict())
        except RefusedError as error:
            messages.error(request, str(error))
        else:
            _queue(found, State.CHECKING, skips_bad_rows=False)
    return redirect("import_upload", number)


@require_POST
def take(request: HttpRequest, number: int) -> HttpResponse:
    """Import what was checked; its bad rows are left out only if that is what one confirmed.

    Where roles and units come in, the person first shows again that it is them.
    """
    _user, found = _own(request, number)
    if found.kind in OF_ADMINISTRATORS:
        back = reverse("import_upload", args=[number])
        if (asked := ask_again(request, back=back)) is not None:
            return asked
    skips = request.POST.get("rows") == "good"
    if found.state == State.CHECKED and (skips or not found.rejected):
        _queue(found, State.TAKING, skips_bad_rows=skips)
    return redirect("import_upload", number)


def _queue(found: Upload, state: str, **values: Any) -> None:
    """Have a worker do it, once: who comes second finds the upload in another state."""
    values = {"message": "", "started_at": None, "finished_at": None} | values
    if Upload.objects.move(found, state, **values):
        queue.tell(found.pk)


@require_POST
def discard(request: HttpRequest, number: int) -> HttpResponse:
    """Stop and forget an upload that was not imported; its files are removed."""
    _user, found = _own(request, number)
    if found.is_stoppable:
        moved = Upload.objects.move(found, State.DISCARDED)
        if moved and found.started_at is None:  # else its worker removes them
            work.remove_discarded(found.pk)
        if not moved:
            return redirect("import_upload", number)
    return redirect("imports")


@require_POST
def take_back(request: HttpRequest, number: int) -> HttpResponse:
    """Undo a whole import, as long as that can be done."""
    _user, found = _own(request, number)
    if undo.can_undo(found):
        _queue(found, State.UNDOING, finished_at=found.finished_at)
    return redirect("import_upload", number)


@require_safe
def download(request: HttpRequest, number: int, name: str) -> FileResponse:
    """One of the files a check or an import has made."""
    _user, found = _own(request, number)
    paths = {
        "rejects.csv": files.rejects(found),
        "rejects.xlsx": files.rejects_workbook(found),
        "differences.csv": files.differences(found),
    }
    path = paths.get(name)
    if path is None or not path.exists():
        raise Http404
    title = f"{Path(found.name).stem}.{name}"
    return FileResponse(path.open("rb"), as_attachment=True, filename=title)


@require_safe
def blank(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """An empty table of a kind: XLSX with notes, or the header as CSV."""
    user = user_who_may(request, Action.IMPORT)
    found = kind_for(user, kind)
    if found is None or form not in {"xlsx", "csv"}:
        raise Http404
    response = HttpResponse(content_type=CONTENT_TYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{found.name}.{form}"'
    if form == "xlsx":
        write_blank(found.schema, response)  # type: ignore[arg-type]  # it can be written to
    else:
        response.writelines(iter_csv(found.schema.columns, [], bom=True))
    return response


def _own(request: HttpRequest, number: int) -> tuple[User, Upload]:
    """The person and an upload of theirs; somebody else's is answered as one that is not there."""
    user = user_who_may(request, Action.IMPORT)
    found = Upload.objects.of(user).filter(pk=number).first()
    if found is None:
        raise Http404
    return user, found
