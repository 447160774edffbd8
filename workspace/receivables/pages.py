"""Pages that read the ledger of all that one sees, with their tables to take away."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from contracts.rules.forecast import WEEKS
from core.htmx import show
from core.requests import PageRequest, changed_query
from core.tables.download import download
from organization.access import confirm_first, user_who_may
from organization.permissions import Action
from workspace.receivables import ahead, doubtful, exports, measures
from workspace.receivables.asked import GROUPS, SPLITS, Asked, frame, read_asked
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
        "lines": [(part, changed_query(request, **part.changed)) for part in found.parts],
    }
    return _shown(request, "then", context)


@require_safe
@confirm_first(back="ageing_then")
def ageing_export(request: HttpRequest) -> HttpResponse:
    """All its parts as CSV or XLSX."""
    asked = _asked(request, Action.EXPORT)
    rows = exports.ageing_rows(then(asked, shown=None), asked)
    return _download(request, exports.AGEING, rows, f"ageing-{asked.by}-{asked.day}")


@require_safe
def collecting(request: PageRequest) -> HttpResponse:
    """The measures of B5 by month and part, each with what it is made of."""
    asked = _asked(request, Action.VIEW_RECEIVABLES, GROUPS)
    wanted = measures.read_wanted(request.GET, asked.day)
    found = measures.page_of(asked, wanted)
    length = str(wanted.length)
    parts = found.parts if found else ()
    context = frame(request, asked, "collecting", GROUPS) | {
        "wanted": wanted,
        "found": found,
        "lines": [(part, line, changed_query(request, **part.changed)) for part, line in parts],
        "lengths": measures.LENGTHS,
        "length": length,
        "length_label": measures.LENGTHS[length],
        "measures": [
            (name, label, changed_query(request, measure=name))
            for name, label in measures.LABELS.items()
        ],
    }
    return _shown(request, "measures", context)


@require_safe
@confirm_first(back="collecting")
def collecting_export(request: HttpRequest) -> HttpResponse:
    """The months of all parts and of all together, as CSV or XLSX."""
    asked = _asked(request, Action.EXPORT, GROUPS)
    wanted = measures.read_wanted(request.GET, asked.day)
    rows = exports.month_rows(measures.page_of(asked, wanted), asked, wanted)
    return _download(request, exports.MONTHS, rows, f"collecting-{asked.by}-{wanted.month:%Y-%m}")


@require_safe
def doubtful_debts(request: PageRequest) -> HttpResponse:
    """What is to be set aside, given up and recovered (B15), split as asked."""
    asked = _asked(request, Action.VIEW_RECEIVABLES)
    found = doubtful.page_of(asked)
    parts = found.parts if found else ()
    context = frame(request, asked, "doubtful", SPLITS) | {
        "found": found,
        "bar": doubtful.bar(found.ages) if found else [],
        "lines": [(part, changed_query(request, **part.named.changed)) for part in parts],
    }
    return _shown(request, "doubtful", context)


@require_safe
@confirm_first(back="doubtful")
def doubtful_export(request: HttpRequest) -> HttpResponse:
    """All its parts as CSV or XLSX."""
    asked = _asked(request, Action.EXPORT)
    rows = exports.doubtful_rows(doubtful.page_of(asked, shown=None), asked)
    return _download(request, exports.DOUBTFUL, rows, f"doubtful-{asked.by}-{asked.day}")


@require_safe
def forecast(request: PageRequest) -> HttpResponse:
    """What comes in the next 13 weeks, by plan and by habit."""
    asked = _now(request, Action.VIEW_RECEIVABLES)
    found = ahead.page_of(asked)
    query = changed_query(request)
    context = frame(request, asked, "forecast", GROUPS) | {
        "found": found,
        "lines": [
            (part, changed_query(request, **part.changed))
            for part in (found.parts if found else ())
        ],
        "week_links": [
            (week, reverse("forecast_week", args=[week.number]) + query)
            for week in (found.weeks if found else ())
        ],
    }
    return _shown(request, "ahead", context)


@require_safe
def forecast_week(request: PageRequest, week: int) -> HttpResponse:
    """The lines expected in one week, in the drawer."""
    asked = _now(request, Action.VIEW_RECEIVABLES)
    if not 1 <= week <= WEEKS:
        raise Http404
    lines, number = ahead.lines_of(asked, week)
    context = {
        "asked": asked,
        "lines": lines,
        "more": number - len(lines),
        "first": asked.day + dt.timedelta(7 * week - 6),
        "last": asked.day + dt.timedelta(7 * week),
    }
    return show(request, f"{_FOLDER}/ahead_week.html", "drawer", context)


@require_safe
@confirm_first(back="forecast")
def forecast_export(request: HttpRequest) -> HttpResponse:
    """The weeks of all parts and of all together, as CSV or XLSX."""
    asked = _now(request, Action.EXPORT)
    rows = exports.week_rows(ahead.page_of(asked), asked)
    return _download(request, exports.WEEKS_AHEAD, rows, f"forecast-{asked.by}-{asked.day}")


def _now(request: HttpRequest, action: Action) -> Asked:
    """A forecast is made today, of what stands in the plan today."""
    return replace(_asked(request, action, GROUPS), day=timezone.localdate())


def _asked(request: HttpRequest, action: Action, splits: Mapping[str, Any] = SPLITS) -> Asked:
    return read_asked(user_who_may(request, action), request.GET, splits)


def _download(request: HttpRequest, columns: Any, rows: Any, name: str) -> HttpResponse:
    return download("xlsx" if request.GET.get("format") == "xlsx" else "csv", columns, rows, name)


def _shown(request: PageRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    template = f"{_FOLDER}/{name}.html"
    return render(request, f"{template}#content" if request.htmx else template, context)
