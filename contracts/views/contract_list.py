"""The contracts of all customers in sight."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from contracts.models import Contract
from contracts.reports.contract_list import LABELS, contracts
from contracts.reports.terms import days_left, life_of
from core.htmx import show
from core.keyset import Order, read_page
from core.requests import PageRequest
from core.tables.fields import date
from organization.access import user_who_may
from organization.permissions import Action

PAGE_SIZE = 50
LATEST = Order("starts_on", descending=True, parse=date().parse)
SOONEST = Order("ends_on", parse=date().parse)
TEMPLATE = "contracts/contract_list.html"


@require_safe
def contract_list(request: PageRequest) -> HttpResponse:
    """Contracts, the latest first; those that end soon by their end."""
    user = user_who_may(request, Action.VIEW_RECEIVABLES)
    today = timezone.localdate()
    state = request.GET.get("state", "")
    state = state if state in LABELS else ""
    q = request.GET.get("q", "").strip()[:100]
    after = request.GET.get("after", "")
    found = contracts(user, state=state, q=q, day=today)
    order = SOONEST if state == "expiring" else LATEST
    page = read_page(
        found.select_related("customer", "customer__account_manager"), order, after, PAGE_SIZE
    )
    context: dict[str, Any] = {
        "rows": [_row(row, today) for row in page.rows],
        "next": page.next,
        "state": state,
        "states": LABELS,
        "q": q,
        "is_narrowed": bool(state or q),
    }
    return show(request, TEMPLATE, "rows" if request.htmx and after else "content", context)


def _row(row: Contract, today: dt.date) -> tuple[Contract, str, int | None]:
    return row, life_of(row, today).value, days_left(row, today)
