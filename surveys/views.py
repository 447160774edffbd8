"""Survey results: the list, and one survey with its scores, groups and words."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from core.charts import Chart
from core.keyset import Order, read_page
from core.models import Version
from core.requests import PageRequest, changed_query
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action
from surveys import charts, reports
from surveys.messages import question_label
from surveys.presentation import Shown, details, group_line, scope_label
from surveys.reports import Figure, SurveyRow
from surveys.rules.changes import Change

PAGE_SIZE = 20


def _moment(text: str) -> dt.datetime:
    moment = parse_datetime(text)
    if moment is None or moment.tzinfo is None:
        raise ValueError(text)
    return moment


_WORDS = Order("answered_at", descending=True, parse=_moment)


@require_safe
def survey_list(request: HttpRequest) -> HttpResponse:
    """Every survey whose answers the person may see, with its main scores."""
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    version = Version.objects.current()
    rows = reports.survey_rows(user, version)
    context = {"rows": rows, "version": version, "scope": scope_label(user)}
    return render(request, "surveys/list.html", context)


def _part(request: PageRequest) -> str:
    """What of the page htmx asks for; "" for all of it."""
    if not request.htmx:
        return ""
    parts = (("after", "rows"), ("tone", "words"), ("measure", "measured"))
    return next((part for name, part in parts if name in request.GET), "")


@require_safe
@vary_on_headers("HX-Request")
def survey(request: PageRequest, code: str) -> HttpResponse:
    """One survey; its measure when htmx switches it, its words when htmx asks for them."""
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    version = Version.objects.current()
    rows = reports.survey_rows(user, version)
    row = next((row for row in rows if row.survey.code == code), None)
    if row is None or version is None:
        raise Http404
    context: dict[str, Any] = {"row": row, "version": version, "scope": scope_label(user)}
    template = "surveys/survey.html"
    part = _part(request)
    if part != "measured":
        context |= _words(request, user, row, version)
    if part in {"rows", "words"}:
        return render(request, f"{template}#{part}", context)
    figure = row.figures.get(request.GET.get("measure", "")) or row.main
    if figure is not None:
        context |= _measured(user, rows, row, version, figure)
    if part:
        return render(request, f"{template}#{part}", context)
    context["pairs"] = pairs = reports.rater(user, row.survey, version.business_date, row.figures)
    context["rater"] = charts.rater(code, pairs) if pairs else None
    context["questions"] = _questions(row)
    return render(request, template, context)


def _measured(
    user: User, rows: list[SurveyRow], row: SurveyRow, version: Version, figure: Figure
) -> dict[str, Any]:
    """A score of the survey, how it moved, and who gives which."""
    series = [other for other in reversed(rows) if _same(other, figure)]
    before = series[series.index(row) - 1] if series.index(row) else None
    found = reports.groups(user, row.survey, version, figure)
    return {
        "main": Shown.of(figure),
        "details": details(figure),
        "measures": [metric for metric in reports.MAIN if metric in row.figures],
        "measure": figure.metric,
        "others": [
            Shown.of(row.figures[metric])
            for metric in reports.MAIN
            if metric in row.figures and metric != figure.metric
        ],
        "change": _change(figure, before),
        "trend": _trend(user, row, series, figure, version),
        "is_over_surveys": len(series) > 1,
        "groups": [
            (_dimension(group.dimension), [group_line(group.dimension, one) for one in group.rows])
            for group in found
        ],
        "limits": _limits(figure),
    }


def _same(row: SurveyRow, figure: Figure) -> bool:
    """Whether the survey asked the same on the same scale: others are never compared."""
    other = row.figures.get(figure.metric)
    return other is not None and other.question == figure.question


def _change(figure: Figure, before: SurveyRow | None) -> Change | None:
    return figure.change_since(before.figures[figure.metric]) if before else None


def _trend(
    user: User, row: SurveyRow, series: Sequence[SurveyRow], figure: Figure, version: Version
) -> Chart:
    """Over the surveys that asked the same; of an only one over its months."""
    if len(series) > 1:
        points = [(f"{one.first:%Y-%m}", one.figures[figure.metric]) for one in series]
    else:
        months = reports.by_month(user, row.survey, version.business_date, figure)
        points = [(f"{month:%Y-%m}", found) for month, found in months]
    return charts.trend(row.survey.code, points, figure)


def _limits(figure: Figure) -> tuple[Decimal | int, Decimal | int]:
    """The ends of the forest plot's axis."""
    if figure.is_nps:
        return -100, 100
    return (0, 1) if figure.is_share else (figure.scale.low, figure.scale.high)


def _dimension(name: str) -> str:
    return {"tier": _("Tier"), "unit": _("Unit"), "role": _("Role of the respondent")}[name]


def _words(request: HttpRequest, user: User, row: SurveyRow, version: Version) -> dict[str, Any]:
    """A page of what people wrote, newest first."""
    tone = request.GET.get("tone", "")
    tone = tone if tone in reports.TONES else reports.TONES[0]
    tone = tone if row.main else reports.TONES[-1]
    found = reports.verbatims(user, row.survey, version.business_date, row.main, tone)
    page = read_page(found, _WORDS, request.GET.get("after", ""), PAGE_SIZE)
    return {
        "words": list(reports.with_values(page.rows, row.main)),
        "next": changed_query(request, after=page.next, tone=tone) if page.next else "",
        "tone": tone,
        "tones": _tones() if row.main else [],
    }


def _tones() -> list[tuple[str, str]]:
    return [
        ("low", pgettext("survey results", "Low scores")),
        ("high", _("High scores")),
        ("all", _("All")),
    ]


def _questions(row: SurveyRow) -> list[tuple[str, Shown]]:
    """Every question with its score, where a survey has more of a kind than its main ones."""
    asked = {
        metric: figure
        for metric, figure in sorted(row.figures.items())
        if not metric.startswith("rater_")
    }
    if set(asked) <= set(reports.MAIN):
        return []
    return [(question_label(figure.question), Shown.of(figure)) for figure in asked.values()]
