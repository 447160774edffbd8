"""Statistics: by part, over time, how safe the business is; and the tables to take away."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from core.requests import PageRequest, changed_query
from core.tables.download import download
from core.tables.write import Columns, Rows
from organization.access import confirm_first, user_who_may
from organization.models import User
from organization.permissions import UNIT_ROLES, Action, can, sees_all
from shipments.rules import first_day
from workspace.statistics import exports
from workspace.statistics import safety as dangers
from workspace.statistics.choice import TIERS, Choice, read_choice, shown_units
from workspace.statistics.dimensions import DIMENSIONS, labels_of, value_label
from workspace.statistics.figures import series_rows
from workspace.statistics.months import months_of
from workspace.statistics.parts import SHARED_CUSTOMERS, Table, drill, measures_for, table
from workspace.statistics.pictures import measure_labels, over_time, top_parts

_FOLDER = "workspace/statistics"
_ON_PHONES = ("shipments", "revenue", "growth")


@require_safe
def parts(request: PageRequest) -> HttpResponse:
    """The sums of the chosen period by one dimension, sorted, with all together."""
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    choice = read_choice(user, request.GET)
    measures = measures_for(user)
    sort = request.GET.get("sort", "")
    if sort.removeprefix("-") not in {one.name for one in measures}:
        sort = ""
    found = table(user, choice, sort)
    context = _frame(request, user, choice, "statistics") | {
        "table": found,
        "lines": [(part, changed_query(request, **drill(choice, part))) for part in found.parts],
        "heads": [(one, *_sorting(request, one.name, sort)) for one in measures],
        "measures": measures,
        "dimension": DIMENSIONS[choice.by],
        "phone": _ON_PHONES,
        "is_shared": choice.by in SHARED_CUSTOMERS,
        "chart": _chart(choice, found),
    }
    return _shown(request, "parts", context)


def _chart(choice: Choice, found: Table) -> Any:
    return top_parts(found, str(DIMENSIONS[choice.by].label), choice.currency)


@require_safe
def trend(request: PageRequest) -> HttpResponse:
    """The same customers month after month: years, season, best and worst, what comes next."""
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    choice = read_choice(user, request.GET)
    shown = measure_labels()
    if not can(user, Action.VIEW_MARGIN):
        del shown["margin"]
    asked = request.GET.get("measure", "")
    measure = asked if asked in shown else next(iter(shown))
    months = months_of(series_rows(user, choice), choice.span.last, choice.currency)
    context = _frame(request, user, choice, "statistics_trend") | {
        "measures": [
            (name, label, changed_query(request, measure=name)) for name, label in shown.items()
        ],
        "measure": measure,
        "found": over_time(months, measure, choice.currency) if months else None,
    }
    return _shown(request, "trend", context)


@require_safe
def safety(request: PageRequest) -> HttpResponse:
    """Dependence on few, loss-makers, months that swing; each with the customers behind it."""
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    choice = read_choice(user, request.GET)
    context = _frame(request, user, choice, "statistics_safety") | {
        "concentration": dangers.concentration(user, choice),
        "losses": dangers.losses(user, choice) if can(user, Action.VIEW_MARGIN) else None,
        "swings": dangers.swings(user, choice),
        "year": dangers.year_of(choice),
    }
    return _shown(request, "safety", context)


@require_safe
@confirm_first(back="statistics")
def export(request: HttpRequest) -> HttpResponse:
    """What the page shows, all its lines, as CSV or XLSX; `view=trend`: the months."""
    user = user_who_may(request, Action.EXPORT)
    choice = read_choice(user, request.GET)
    table_format = "xlsx" if request.GET.get("format") == "xlsx" else "csv"
    columns, rows = _exported(user, choice, request)
    return download(table_format, columns, rows, f"statistics-{choice.by}-{choice.day}")


def _exported(user: User, choice: Choice, request: HttpRequest) -> tuple[Columns, Rows]:
    if request.GET.get("view") == "trend":
        months = months_of(series_rows(user, choice), choice.span.last, choice.currency)
        return exports.MONTHS, exports.month_rows(months, choice)
    found = table(user, choice, request.GET.get("sort", ""), shown=None)
    return exports.PARTS, exports.part_rows(found, choice)


def _shown(request: PageRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    template = f"{_FOLDER}/{name}.html"
    return render(request, f"{template}#content" if request.htmx else template, context)


def tabs(user: User) -> list[tuple[str, str]]:
    """The pages of the statistics the person may open: name of the address, label."""
    pages = [
        ("statistics", _("By part")),
        ("statistics_trend", _("Over time")),
        ("statistics_safety", _("Safety of the business")),
    ]
    return pages + ([("serving", _("Cost of serving"))] if can(user, Action.VIEW_MARGIN) else [])


def _frame(request: HttpRequest, user: User, choice: Choice, page: str) -> dict[str, Any]:
    """What all three pages have: their tabs, the filters and what is chosen."""
    return {
        "choice": choice,
        "page": page,
        "pages": tabs(user),
        "query": changed_query(request),
        "units": shown_units(user),
        "tiers": TIERS,
        "dimensions": DIMENSIONS.values(),
        "periods": _periods(),
        "comparisons": [("year", _("the year before")), ("before", _("the period before"))],
        "chips": _chips(request, choice),
        "scope": _scope(user),
        "may_export": can(user, Action.EXPORT),
        "may_see_margin": can(user, Action.VIEW_MARGIN),
        **_months(choice),
    }


def _months(choice: Choice) -> dict[str, str]:
    """The ends of the span and of the one it is compared with, as form fields write months."""
    ends = (choice.span.first, choice.span.last, choice.before.first, choice.before.last)
    names = ("first", "last", "first_before", "last_before")
    return {name: f"{first_day(end):%Y-%m}" for name, end in zip(names, ends, strict=True)}


def _periods() -> list[tuple[str, str]]:
    return [
        ("12m", _("Last 12 months")),
        ("month", _("Last month")),
        ("quarter", _("Last quarter")),
        ("year", _("This year")),
        ("last_year", _("Last year")),
        ("own", _("Own months")),
    ]


def _chips(request: HttpRequest, choice: Choice) -> list[tuple[str, str, str, str, str]]:
    """What else narrows the customers: label, value, parameter, its value, the address without."""
    found = []
    for name, value in choice.values.items():
        if name in {"unit", "tier"}:
            continue
        dimension = DIMENSIONS[name]
        label = value_label(dimension, value)
        if name == "customer" and value.isascii() and value.isdigit():
            label = labels_of(dimension, [int(value[:17])]).get(int(value[:17]), (value, ""))[0]
        found.append(
            (str(dimension.label), label, name, value, changed_query(request, **{name: ""}))
        )
    return found


def _sorting(request: HttpRequest, name: str, sort: str) -> tuple[str, str]:
    """Where a column's head leads, and how it is sorted now."""
    now = sort or "revenue"
    if now == name:
        return changed_query(request, sort=f"-{name}"), "descending"
    return changed_query(request, sort=name), "ascending" if now == f"-{name}" else ""


def _scope(user: User) -> str:
    """Whose customers the pages count."""
    if sees_all(user):
        return pgettext("statistics of", "the whole company")
    if user.role in UNIT_ROLES and user.org_unit:
        return _("{unit} and the units below").format(unit=user.org_unit.name)
    return _("your own customers")
