"""Receivables: who owes us most, how old it is, where, and what comes in next."""

from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contracts.exports import AGEING_COLUMNS
from core.context import acting
from core.keyset import read_page
from core.models import Version
from core.requests import PageRequest, changed_query
from core.tables.download import streamed
from organization.access import confirm_first, user_who_may
from organization.models import OrgUnit, User
from organization.permissions import Action, can
from workspace.receivables import figures, listing
from workspace.receivables.asked import tabs
from workspace.receivables.choice import NAMES, Choice, read_choice
from workspace.receivables.whose import TIERS

TEMPLATE = "workspace/receivables/page.html"
SHOWN_DAYS = 60


@require_safe
def receivables(request: PageRequest) -> HttpResponse:
    """The page; all of its content when htmx filters; the next rows when htmx asks for them."""
    user = user_who_may(request, Action.VIEW_RECEIVABLES)
    choice = read_choice(user, request.GET)
    context: dict[str, Any] = {
        "choice": choice,
        "may_export": can(user, Action.EXPORT),
        "page": "receivables",
        "pages": tabs(user),
    }
    if choice is None:
        return render(request, TEMPLATE, context)
    sort, order = listing.order_of(request.GET.get("sort", ""), choice.bucket)
    after = request.GET.get("after", "")
    rows = listing.with_customers(choice.rows(user))
    page = read_page(rows, order, after, listing.PAGE_SIZE)
    context |= {
        "lines": listing.lines(page.rows, choice),
        "next": changed_query(request, after=page.next) if page.next else "",
        "heads": listing.heads(sort, choice.bucket),
        "may_remind": can(user, Action.WRITE_NOTE),
    }
    if request.htmx and after:
        return render(request, f"{TEMPLATE}#rows", context)
    context |= _above(request, user, choice, sort)
    return render(request, f"{TEMPLATE}#content" if request.htmx else TEMPLATE, context)


def _above(request: HttpRequest, user: User, choice: Choice, sort: str) -> dict[str, Any]:
    """What stands around the list."""
    overview = figures.overview(user, choice)
    counts, sums = overview.sums.counts, overview.sums
    return {
        "overview": overview,
        "count": counts[choice.bucket] if choice.bucket else sums.customers,
        "sort": request.GET.get("sort", "") and sort,
        "tiers": TIERS.items(),
        "part_links": [
            (part, changed_query(request, **{**part.changed, "by": "", "after": ""}))
            for part in overview.parts
        ],
        "bucket_names": listing.BUCKET_NAMES,
        "days": Version.objects.published_dates()[:SHOWN_DAYS],
        "way": _way(user, choice),
        "company_currency": settings.COMPANY_CURRENCY,
        "may_record": can(user, Action.RECORD_RECEIPT),
        "query": changed_query(request, after=""),
        "is_filtered": any(request.GET.get(name) for name in NAMES),
    }


def _way(user: User, choice: Choice) -> list[OrgUnit]:
    """The units from the person's own down to the chosen one."""
    if choice.unit is None:
        return []
    ids = [int(pk) for pk in choice.unit.path.strip("/").split("/")]
    return list(OrgUnit.objects.visible_to(user).filter(pk__in=ids).order_by("path"))


@require_safe
def around(request: PageRequest) -> HttpResponse:
    """Bills in transit, disputes, collection rate: what the page loads by itself."""
    user = user_who_may(request, Action.VIEW_RECEIVABLES)
    choice = read_choice(user, request.GET)
    if choice is None:
        raise Http404
    context = {"choice": choice, "around": figures.around(user, choice)}
    template = "workspace/receivables/around.html"
    return render(request, f"{template}#facts" if request.htmx else template, context)


@require_safe
@confirm_first(back="receivables")
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The list as CSV with the columns of the ageing export, all rows, by customer code."""
    user = user_who_may(request, Action.EXPORT)
    choice = read_choice(user, request.GET)
    if choice is None:
        raise Http404
    return streamed(AGEING_COLUMNS, _rows(user, choice), f"receivables-{choice.day}")


def _rows(user: User, choice: Choice) -> Iterator[tuple[Any, ...]]:
    """They are read after the request's transaction has ended: in one of their own."""
    values = attrgetter("customer.code", *(column.name for column in AGEING_COLUMNS[1:]))
    with acting(user_id=user.pk, actor=user.get_username()):
        for row in listing.export_order(choice.rows(user)).iterator(chunk_size=2000):
            yield values(row)
