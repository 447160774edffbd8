"""The customer list and its export."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from core.keyset import read_page
from core.models import Version
from core.requests import PageRequest
from core.tables.write import iter_csv
from customers.filters import CustomerFilter
from customers.models import Customer
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action, can
from workspace import listing
from workspace.list_export import COLUMNS, rows_of
from workspace.uploads.kinds import may_import


@require_safe
@vary_on_headers("HX-Request")
def customer_list(request: PageRequest) -> HttpResponse:
    """The page; its list when htmx filters or sorts; the next rows when htmx asks for them."""
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    version = Version.objects.current()
    filters, found = _found(request, user)
    sort, order = listing.order_of(
        request.GET.get("sort", ""), default="-revenue" if version else "code"
    )
    after = request.GET.get("after", "")
    page = read_page(listing.with_figures(found, version), order, after, listing.PAGE_SIZE)
    context: dict[str, object] = {
        "lines": listing.lines(page.rows, version),
        "next": _url(request, after=page.next) if page.next else "",
        "filter": filters,
        "heads": listing.heads(sort),
        "sort": sort,
        "version": version,
        "may_export": can(user, Action.EXPORT),
        "may_import": may_import(user, "customers"),
        "export_query": _query(request, sort="", after=""),
    }
    template = "workspace/customer_list.html"
    if request.htmx and after:
        return render(request, f"{template}#rows", context)
    context["count"] = listing.count(found)
    context["is_filtered"] = any(request.GET.get(name) for name in filters.filters)
    return render(request, f"{template}#list" if request.htmx else template, context)


@require_safe
def customer_export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The filtered list as CSV, all rows, sorted by code."""
    user = user_who_may(request, Action.EXPORT)
    version = Version.objects.current()
    _filters, found = _found(request, user)
    name = f"customers-{version.business_date}.csv" if version else "customers.csv"
    rows = rows_of(user, listing.with_figures(found, version), version)
    return StreamingHttpResponse(
        _encoded(iter_csv(COLUMNS, rows, bom=True)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _found(request: HttpRequest, user: User) -> tuple[CustomerFilter, QuerySet[Customer]]:
    """The filters, and the visible customers they leave; none when a filter is not understood."""
    visible = listing.customers_for(user)
    filters = CustomerFilter(request.GET, queryset=visible, request=request)
    return filters, filters.qs if filters.is_valid() else visible.none()


def _query(request: HttpRequest, **changed: str) -> str:
    """The query string of this page with some parameters changed; empty ones are left out."""
    query = request.GET.copy()
    for name, value in changed.items():
        query[name] = value
    for name in [name for name in query if not query[name]]:
        del query[name]
    return query.urlencode()


def _url(request: HttpRequest, **changed: str) -> str:
    return f"?{_query(request, **changed)}"


def _encoded(pieces: Iterator[str]) -> Iterator[bytes]:
    for piece in pieces:
        yield piece.encode("utf-8")
