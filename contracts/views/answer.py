"""The customer's own page of a statement: read, confirmed or disputed without signing in."""

import time

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from contracts.models import Statement
from contracts.services import statements as services
from contracts.services.links import Link, open_link, read_link
from contracts.views.statements import ORDER, PAGE_SIZE
from core.errors import RefusedError
from core.keyset import read_page
from core.limits import wait_for
from organization.access import address_of

CALLS_A_MINUTE = 60  # by one link from one address
_NOTE = "note-"
_LONGEST_ID = 18  # digits


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def statement_answer(request: HttpRequest, token: str) -> HttpResponse:
    """The statement and its waybills; one and the same 404 for every link that opens nothing."""
    link = read_link(token)
    seconds = _wait(link, request) if link else 0
    if seconds:
        page = render(request, "contracts/statement_wait.html", status=429)
        page.headers["Retry-After"] = str(seconds)
        return _private(page)
    posted = request.method == "POST"
    found = open_link(link, today=timezone.localdate(), writing=posted) if link else None
    if found is None:
        return _private(render(request, "contracts/statement_gone.html", status=404))
    refusal = _answer(request, found) if posted else ""
    if posted and not refusal:
        return _private(redirect("statement_answer", token=token))
    return _private(_page(request, found, refusal))


def _wait(link: Link, request: HttpRequest) -> int:
    key = f"statement:{link.statement}:{link.key}:{address_of(request)}"
    return wait_for(key, CALLS_A_MINUTE, time.time())


def _page(request: HttpRequest, found: Statement, refusal: str) -> HttpResponse:
    said_wrong = Q(disputed=True) | Q(set_aside=True)
    after = request.GET.get("after", "")
    page = read_page(found.items.exclude(said_wrong), ORDER, after, PAGE_SIZE)
    said = _notes(request)
    context = {
        "statement": found,
        "due_on": found.line.due_on if found.line else services.agreed_due(found),
        "told": found.items.filter(said_wrong).order_by("accepted_on", "pk")[:PAGE_SIZE],
        "items": [(item, said.get(item.pk, "")) for item in page.rows],
        "next": page.next,
        "after": after,
        "refusal": refusal,
    }
    status = 422 if refusal else 200
    return render(request, "contracts/statement_answer.html", context, status=status)


def _answer(request: HttpRequest, found: Statement) -> str:
    """Keep what the customer says; the refusal, or ""."""
    today = timezone.localdate()
    try:
        if request.POST.get("answer") != "confirm":
            services.dispute_items(found, _notes(request), actor=None, today=today)
        elif request.POST.get("amount") != str(found.amount):
            return _("The statement has changed in the meantime: look at it once more.")
        else:
            services.confirm_statement(found, actor=None, today=today)
    except RefusedError as refusal:
        return str(refusal)
    return ""


def _notes(request: HttpRequest) -> dict[int, str]:
    """What was written about waybills, by the item's id."""
    written = {
        name.removeprefix(_NOTE): str(text).strip()
        for name, text in request.POST.items()
        if name.startswith(_NOTE)
    }
    return {
        int(number): text
        for number, text in written.items()
        if text and number.isascii() and number.isdigit() and len(number) <= _LONGEST_ID
    }


def _private(response: HttpResponse) -> HttpResponse:
    """Found by no search engine. No other site learns the address: that is so on every page."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
