"""The customer list and its export."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.keyset import read_page
from core.models import Version
from core.requests import PageRequest, changed_query
from core.tables.download import streamed
from customers.models import Customer
from organization.access import confirm_first, user_who_may
from organization.models import User
from organization.permissions import Action, can
from workspace import columns, listing, saved_views
from workspace.filters import ListFilter
from workspace.list_export import COLUMNS, rows_of
from workspace.uploads.kinds import may_import

TEMPLATE = "workspace/customer_list.html"


@require_safe
def customer_list(request: PageRequest) -> HttpResponse:
    """The page; its list when htmx filters or sorts; the next rows when htmx asks for them."""
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    version = Version.objects.current()
    filters, found = filtered(request.GET, request, user, version)
    usual = "-revenue" if version else "code"
    sort, order = listing.order_of(request.GET.get("sort", ""), default=usual)
    after = request.GET.get("after", "")
    figures = listing.with_figures(found, version)
    page = read_page(figures, order, after, listing.PAGE_SIZE)
    shown = columns.chosen(user)
    names = {column.name for column in shown}
    context: dict[str, object] = {
        "lines": listing.lines(
            page.rows,
            version,
            volumes="volume" in names,
            credit="owed" in names and can(user, Action.VIEW_CREDIT),
        ),
        "next": changed_query(request, after=page.next) if page.next else "",
        "columns": shown,
        "heads": columns.heads(shown, sort),
        "can_select": may_change_many(user),
    }
    if request.htmx and after:
        return render(request, f"{TEMPLATE}#rows", context)
    canonical = partial(saved_views.canonical, names=filters.filters, usual=usual)
    context |= {
        "totals": listing.totals(figures, version),
        "filter": filters,
        "sort": sort,
        "version": version,
        "query": canonical(request.GET),
        "chips": chips(request.GET, filters),
        "is_filtered": any(request.GET.get(name) for name in filters.filters),
        **_views(user, request.GET, canonical),
        **_acts(user),
    }
    return render(request, f"{TEMPLATE}#answer" if request.htmx else TEMPLATE, context)


@require_safe
@confirm_first(back="customer_list")
def customer_export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The filtered list as CSV, all rows, sorted by code."""
    user = user_who_may(request, Action.EXPORT)
    version = Version.objects.current()
    _filters, found = filtered(request.GET, request, user, version)
    return csv_of(user, found, version)


def csv_of(
    user: User, customers: QuerySet[Customer], version: Version | None
) -> StreamingHttpResponse:
    """The customers as a download."""
    name = f"customers-{version.business_date}" if version else "customers"
    rows = rows_of(user, listing.with_figures(customers, version), version)
    return streamed(COLUMNS, rows, name)


def filtered(
    data: QueryDict, request: HttpRequest, user: User, version: Version | None
) -> tuple[ListFilter, QuerySet[Customer]]:
    """The filters, and the visible customers they leave; none when a filter is not understood."""
    visible = listing.customers_for(user)
    filters = ListFilter(data, queryset=visible, request=request, version=version)
    return filters, filters.qs if filters.is_valid() else visible.none()


def chips(data: QueryDict, filters: ListFilter) -> list[saved_views.Chip]:
    """The filters in force besides the search box."""
    found = []
    for field in filters.form:
        text = data.get(field.name, "")
        if not text or field.name == "q":
            continue
        choices = {str(value): label for value, label in getattr(field.field, "choices", [])}
        rest = data.copy()
        for name in (field.name, "after"):
            rest.pop(name, None)
        label = choices.get(text, text)
        found.append(saved_views.Chip(field.name, field.label, label, f"?{rest.urlencode()}"))
    return found


def may_change_many(user: User) -> bool:
    """Whether the person may do anything to several customers."""
    acts = (Action.ASSIGN_CUSTOMER, Action.EDIT_CUSTOMER, Action.EXPORT)
    return any(can(user, act) for act in acts)


def _acts(user: User) -> dict[str, bool]:
    return {
        "may_export": can(user, Action.EXPORT),
        "may_merge": can(user, Action.MERGE),
        "may_assign": can(user, Action.ASSIGN_CUSTOMER),
        "may_import": may_import(user, "customers"),
        "may_tag": can(user, Action.EDIT_CUSTOMER),
    }


def _views(user: User, data: QueryDict, canonical: Callable[[QueryDict], str]) -> dict[str, Any]:
    """The tabs over the list, and whether what one sees is no longer the view one chose."""
    views = saved_views.views_of(user)
    current = saved_views.current_view(views, data.get("view", ""))
    # By the same measure: what a view kept may be what the list does by itself.
    kept = canonical(saved_views.parsed(current)) if current else ""
    mine = user.role == User.Role.ACCOUNT_MANAGER
    everything = _("My customers") if mine else _("All customers")
    return {
        "tabs_of_views": list(saved_views.tabs(views, current, everything)),
        "view": current,
        "is_changed": canonical(data) != kept,
    }
