"""What every page's frame needs."""

from datetime import date
from functools import cache, partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.nights import missing_night
from engagement.reports import capped, counted_up, due_tasks, open_alerts
from organization.models import User
from organization.permissions import Action, can
from organization.services.approvals import approvals_waiting
from workspace.my_day.queue import kinds_for
from workspace.navigation import Creation, NavigationItem, placed, tabs
from workspace.saved_views import Tab, pinned

_TOLD_OF_MISSING_NIGHTS = {User.Role.ADMINISTRATOR, User.Role.UNIT_MANAGER}


def shell(request: HttpRequest) -> dict[str, object]:
    """Colours, row height, navigation, and for those who can act on it whether a night is missing.

    No database query by itself: pages of errors are made where none is possible.
    """
    user = getattr(request, "user", None)  # an error page may come before anyone is known
    if not isinstance(user, User):
        return {"theme": User.Theme.AUTO, "density": User.Density.COMFORTABLE}
    pages = navigation(request, user)
    return {
        "theme": user.theme,
        "density": user.density,
        "navigation": pages,
        "creations": creations(user),
        "tabs": tabs(pages),
        "pinned": partial(_pinned, user),
        "waiting": cache(partial(waiting, user)),  # told more than once a page
        "missing_night": _missing_night if user.role in _TOLD_OF_MISSING_NIGHTS else None,
    }


def _pinned(user: User) -> list[Tab]:
    """Called by templates that show the side bar."""
    return pinned(user) if can(user, Action.VIEW_CUSTOMERS) else []


def waiting(user: User) -> dict[str, str]:
    """How much work (alerts, due tasks) and how many approvals wait, "" for none. One query."""
    if not can(user, Action.VIEW_CUSTOMERS):
        return {}
    today = timezone.localdate()
    found: dict[str, QuerySet[Any]] = {"alerts": open_alerts(user, today, kinds_for(user))}
    if can(user, Action.HANDLE_TASK):
        found["tasks"] = due_tasks(user, today)
    if user.role in (User.Role.UNIT_MANAGER, User.Role.FINANCE):  # others decide nothing
        found["approvals"] = approvals_waiting(user)
    number = counted_up(found)
    return {
        "alerts": capped(number["alerts"] + number["tasks"]),
        "approvals": capped(number["approvals"]),
    }


def _missing_night() -> date | None:
    """Called by templates that show the banner."""
    return missing_night(timezone.now())


def navigation(request: HttpRequest, user: User) -> list[NavigationItem]:
    """The pages the person's role opens, whatever the order they are named in here."""
    items = [("home", _("Today"), "checkbox")]
    if can(user, Action.VIEW_CUSTOMERS):
        items.append(("customer_list", _("Customers"), "building"))
        items.append(("prospects", _("Prospects"), "target"))
        items.append(("statistics", _("Statistics"), "chart-bar"))
        items.append(("tiers", _("Tiers"), "stack-2"))
        items.append(("survey_scores", _("Satisfaction"), "heartbeat"))
    if can(user, Action.HANDLE_TASK):
        items.append(("task_list", _("Tasks"), "list-check"))
    items += _money(user)
    if can(user, Action.VIEW_HANDOVERS):
        items.append(("handovers", _("Ownership"), "arrows-exchange"))
    if can(user, Action.ASK_APPROVAL):
        items.append(("approvals", _("Approvals"), "gavel"))
    if can(user, Action.IMPORT):
        items.append(("imports", _("Imports"), "upload"))
    if user.is_staff:
        items.append(("admin:index", _("Administration"), "settings"))
    return list(placed(request, items))


def _money(user: User) -> list[tuple[str, str, str]]:
    """The pages about money that is owed."""
    items = []
    if can(user, Action.VIEW_RECEIVABLES):
        items.append(("contracts", _("Contracts"), "file-text"))
        items.append(("receivables", _("Receivables"), "receipt-yuan"))
    if can(user, Action.NOTE_PROMISE):
        items.append(("collections", _("Collections"), "phone"))
    return items


def creations(user: User) -> list[Creation]:
    """What the person's role may make new, each in the drawer."""
    found = []
    if can(user, Action.EDIT_CUSTOMER):
        found.append(Creation(reverse("customer_new"), _("New customer"), "building", "n c"))
    if can(user, Action.HANDLE_TASK):
        found.append(Creation(reverse("task_new"), _("New task"), "list-check", "n t"))
    if can(user, Action.RECORD_RECEIPT):
        found.append(Creation(reverse("receipt_new"), _("Record a receipt"), "receipt-yuan", "n r"))
    return found
