"""The collections worklist."""

import datetime as dt
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core.requests import PageRequest, changed_query
from core.tables import fields
from core.tables.download import CONTENT_TYPES, download
from core.tables.schema import Column
from customers.querysets import managers_for
from organization.access import confirm_first, user_who_may
from organization.models import OrgUnit, User
from organization.permissions import Action, can
from workspace.collecting import worklist

TEMPLATE = "workspace/collecting/worklist.html"
COLUMNS = (
    Column("customer_code", _("Customer code"), fields.code()),
    Column("customer", _("Customer"), fields.text()),
    Column("line_no", _("Line"), fields.text()),
    Column("due_on", _("Due"), fields.date()),
    Column("days_late", _("Days late"), fields.integer()),
    Column("open", _("Open"), fields.money()),
    Column("interest_memo", _("Interest (memo)"), fields.money()),
    Column("currency", _("Currency"), fields.currency()),
    Column("next_step", _("Next step"), fields.text()),
    Column("promised_for", _("Promised for"), fields.date()),
    Column("promise", _("Promise to pay"), fields.text()),
    Column("account_manager", _("Manager"), fields.text()),
    Column("unit", _("Unit"), fields.text()),
)
STAGE_NAMES = {
    "before": _("not due yet"),
    "early": _("up to 14 days late"),
    "late": _("15 to 44 days late"),
    "last": _("45 days late and more"),
}


@require_safe
def collections(request: PageRequest) -> HttpResponse:
    """The list; all of its content when htmx filters, the next rows when htmx asks for them."""
    user = user_who_may(request, Action.VIEW_RECEIVABLES)
    today = timezone.localdate()
    narrowed = _narrowed(user, request)
    alerts = worklist.waiting(user, narrowed, today)
    after = request.GET.get("after", "")
    found = worklist.page(user, alerts, today, after)
    context: dict[str, Any] = {"rows": found.rows, "next": "", **_acts(user)}
    if found.next:
        context["next"] = changed_query(request, after=found.next)
    if request.htmx and after:
        return render(request, f"{TEMPLATE}#rows", context)
    context |= _around(user, narrowed, alerts, today)
    context |= {"may_export": can(user, Action.EXPORT), "query": request.GET.urlencode()}
    return render(request, f"{TEMPLATE}#content" if request.htmx else TEMPLATE, context)


@require_safe
@confirm_first(back="collections")
def export(request: PageRequest, kind: str) -> HttpResponse:
    """The chosen rows in their order as a file, `kind` csv or xlsx."""
    user = user_who_may(request, Action.EXPORT)
    if kind not in CONTENT_TYPES:
        raise Http404
    today = timezone.localdate()
    rows = worklist.every(user, worklist.waiting(user, _narrowed(user, request), today), today)
    return download(kind, COLUMNS, map(_cells, rows), f"collections-{today}")


def _cells(row: worklist.Row) -> tuple[Any, ...]:
    promise = row.promise
    return (
        row.customer.code,
        row.customer.name,
        row.alert.subject,
        row.alert.due_on,
        row.days,
        row.amount,
        row.interest,
        row.alert.currency,
        str(row.step.title),
        promise.due_on if promise else None,
        promise.get_state_display() if promise else "",
        str(row.customer.account_manager or ""),
        row.customer.org_unit.name,
    )


def _acts(user: User) -> dict[str, bool]:
    return {
        "may_promise": can(user, Action.NOTE_PROMISE),
        "may_remind": can(user, Action.WRITE_NOTE),
        "may_handle": can(user, Action.HANDLE_ALERT),
        "may_delegate": can(user, Action.HANDLE_TASK),
        "may_write": can(user, Action.WRITE_LETTER),
        "shows_manager": user.role != User.Role.ACCOUNT_MANAGER or len(managers_for(user)) > 1,
    }


def _around(user: User, narrowed: worklist.Narrowed, alerts: Any, today: dt.date) -> dict[str, Any]:
    """What stands around the list."""
    every = worklist.totals(worklist.waiting(user, worklist.Narrowed(), today))
    is_narrowed = narrowed != worklist.Narrowed()
    return {
        "narrowed": narrowed,
        "is_narrowed": is_narrowed,
        "totals": worklist.totals(alerts) if is_narrowed else every,
        "currencies": [total.currency for total in every],
        "stages": STAGE_NAMES,
        "units": _units(user),
        "managers": _managers(user),
    }


def _narrowed(user: User, request: PageRequest) -> worklist.Narrowed:
    """The choice of an address; what it does not know narrows nothing."""
    units = {unit.code: unit for unit in _units(user)}
    managers = {manager.username: manager for manager in _managers(user)}
    stage, currency = request.GET.get("stage", ""), request.GET.get("currency", "")
    return worklist.Narrowed(
        units.get(request.GET.get("unit", "")),
        managers.get(request.GET.get("manager", "")),
        stage if stage in worklist.STAGES else "",
        currency if len(currency) == len("CNY") and currency.isalpha() else "",
    )


def _units(user: User) -> list[OrgUnit]:
    if user.role == User.Role.ACCOUNT_MANAGER:
        return []
    return list(OrgUnit.objects.visible_to(user).order_by("path"))


def _managers(user: User) -> list[User]:
    """Whose customers one can choose: for an account manager those they stand in for."""
    managers = User.objects.filter(role=User.Role.ACCOUNT_MANAGER, is_active=True)
    if user.role == User.Role.ACCOUNT_MANAGER:
        mine = managers_for(user)
        return list(managers.filter(pk__in=mine).order_by("name")) if len(mine) > 1 else []
    units = OrgUnit.objects.visible_to(user).order_by().values("pk")
    return list(managers.filter(org_unit__in=units).order_by("name"))
