"""Pages that read the ledger for all that one sees: ageing at any date, and its table."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.requests import PageRequest
from core.tables.download import download
from organization.access import confirm_first, user_who_may
from organization.permissions import Action
from workspace.receivables import exports
from workspace.receivables.asked import SPLITS, Asked, address, frame, read_asked
from workspace.receivables.then import beside, then

_FOLDER = "workspace/receivables"


@require_safe
def ageing(request: PageRequest) -> HttpResponse:
    """The ageing at the end of the day asked for, split as asked."""
    asked = _asked(request, Action.VIEW_RECEIVABLES)
    found = then(asked)
    context = frame(request, asked, "ageing_then", SPLITS) | {
        "then": found,
        "beside": beside(asked),
        "lines": [(part, address(request, part.changed)) for part in found.parts],
    }
    return _shown(request, "then", context)


@require_safe
@confirm_first(back="ageing_then")
def ageing_export(request: HttpRequest) -> HttpResponse:
    """All its parts as CSV or XLSX."""
    asked = _asked(request, Action.EXPORT)
    rows = exports.ageing_rows(then(asked, shown=None), asked)
    return _download(request, exports.AGEING, rows, f"ageing-{asked.by}-{asked.day}")


def _asked(request: HttpRequest, action: Action) -> Asked:
    return read_asked(user_who_may(request, action), request.GET, SPLITS)


def _download(request: HttpRequest, columns: Any, rows: Any, name: str) -> HttpResponse:
    return download("xlsx" if request.GET.get("format") == "xlsx" else "csv", columns, rows, name)


def _shown(request: PageRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    template = f"{_FOLDER}/{name}.html"
    return render(request, f"{template}#content" if request.htmx else template, context)
