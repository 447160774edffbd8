"""Where the work begins: my day, and an administrator's."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from core.models import Version
from core.requests import PageRequest
from organization.access import user_of, user_who_may
from organization.models import User
from organization.permissions import Action
from workspace.my_day import pictures
from workspace.my_day.administration import overview
from workspace.my_day.figures import standing
from workspace.my_day.moves import moves
from workspace.my_day.queue import queue
from workspace.my_day.scope import Scope, scope_of

_NOON, _EVENING, _DAWN = 12, 18, 5


@require_safe
def home(request: PageRequest) -> HttpResponse:
    """What waits and how the customers in scope stand; for administrators how the site does."""
    user = user_of(request)
    now = timezone.localtime()
    if user.is_staff:
        context = {"overview": overview(), "greeting": greeting(user, now), "today": now.date()}
        return render(request, "workspace/admin_day.html", context)
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    scope = scope_of(user, request.GET.get("unit", ""))
    context = _queue_context(request, scope, now.date()) | {"greeting": greeting(user, now)}
    version = Version.objects.current()
    if version is not None:
        stand = standing(scope, version)
        context |= {
            "standing": stand,
            "month_label": month_label(stand.day, now.date()),
            "portfolio": pictures.portfolio(scope, version),
            "tiers": pictures.tiers(stand.tiers),
            "moves": moves(scope, version),
        }
    return render(request, "workspace/my_day.html", context)


@require_safe
def work_queue(request: PageRequest) -> HttpResponse:
    """The queue alone, or the next rows of one kind; the page itself without htmx."""
    if not request.htmx:
        return home(request)
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    scope = scope_of(user, request.GET.get("unit", ""))
    part = "next_rows" if request.GET.get("after") else "queue"
    context = _queue_context(request, scope, timezone.localdate())
    return render(request, f"workspace/work_queue.html#{part}", context)


def _queue_context(request: PageRequest, scope: Scope, today: dt.date) -> dict[str, Any]:
    found = queue(scope, today, request.GET.get("kind", ""), request.GET.get("after", ""))
    return {
        "queue": found,
        "scope": scope,
        "unit": scope.unit.pk if scope.unit and scope.unit_ids else None,
        "today": today,
        "company_currency": settings.COMPANY_CURRENCY,
    }


def greeting(user: User, now: dt.datetime) -> str:
    """By the hour."""
    if _DAWN <= now.hour < _NOON:
        words = _("Good morning, {name}")
    elif _NOON <= now.hour < _EVENING:
        words = _("Good afternoon, {name}")
    else:
        words = _("Good evening, {name}")
    return words.format(name=user.get_full_name())


def month_label(day: dt.date, today: dt.date) -> str:
    """Which month the figures of `day` are of."""
    if (day.year, day.month) == (today.year, today.month):
        return pgettext("key figure", "Revenue this month")
    return _("Revenue in {month}").format(month=f"{day:%Y-%m}")
