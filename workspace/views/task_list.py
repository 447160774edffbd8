"""The page of open tasks."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.requests import PageRequest
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action
from workspace.tasks.listing import task_list as read

TEMPLATE = "workspace/tasks/list.html"


@require_safe
def task_list(request: PageRequest) -> HttpResponse:
    """Heads begin with those of their unit, everybody else has their own."""
    user = user_who_may(request, Action.HANDLE_TASK)
    is_head = user.role == User.Role.UNIT_MANAGER
    wanted, after = request.GET.get("who", ""), request.GET.get("after", "")
    found = read(
        user,
        timezone.localdate(),
        when=request.GET.get("when", ""),
        mine=wanted == "me" if is_head else False,
        after=after,
    )
    part = "rows" if after else "list"
    context = {"list": found, "is_head": is_head, "who": "me" if found.mine else None}
    return render(request, f"{TEMPLATE}#{part}" if request.htmx else TEMPLATE, context)
