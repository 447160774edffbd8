"""Who stands in for whom: a manager names a deputy, a head for anybody of the unit."""

import datetime as dt

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.htmx import drawer_saved, show
from core.requests import PageRequest
from organization.access import user_who_may
from organization.models import Deputy, OrgUnit, User
from organization.permissions import Action
from workspace.handover.forms import DeputyForm
from workspace.handover.tabs import tabs

CHANGED = "deputies-changed"
SHOWN = 200
_KEPT = dt.timedelta(days=90)  # how long past ones are listed


@require_safe
def deputies(request: PageRequest) -> HttpResponse:
    """Those of now and to come, and the latest past ones."""
    user = user_who_may(request, Action.VIEW_HANDOVERS)
    today = timezone.localdate()
    recent = _concerning(user).filter(ends_on__gte=today - _KEPT)
    found = recent.select_related("user", "deputy", "user__org_unit")
    context = {
        "views": tabs(user, "deputies"),
        "deputies": found.order_by("-ends_on", "pk")[:SHOWN],
        "own": user,
        "today": today,
    }
    return show(request, "workspace/handover/deputies.html", "content", context)


def _concerning(user: User) -> QuerySet[Deputy]:
    """One's own absences and where one stands in; for a head those of the unit's people."""
    if user.role == User.Role.ACCOUNT_MANAGER:
        return Deputy.objects.filter(Q(user=user) | Q(deputy=user))
    units = OrgUnit.objects.visible_to(user).order_by().values("pk")
    return Deputy.objects.filter(user__org_unit__in=units)


@require_http_methods(["GET", "POST"])
def deputy_new(request: PageRequest) -> HttpResponse:
    """Name one."""
    user = user_who_may(request, Action.VIEW_HANDOVERS)
    data = request.POST if request.method == "POST" else None
    form = DeputyForm(data, user=user, today=timezone.localdate())
    back = reverse("deputies")
    if form.is_valid():
        deputy = form.save()
        message = _("{deputy} stands in for {absent}.")
        said = message.format(deputy=deputy.deputy, absent=deputy.user)
        return drawer_saved(request, said, CHANGED, back=back)
    context = {"form": form, "title": _("Name a deputy"), "back": back}
    template = "workspace/handover/deputy_new.html"
    return show(request, template, "drawer", context, 422 if form.errors else 200)


@require_POST
def deputy_end(request: PageRequest, deputy: int) -> HttpResponse:
    """Over from now on: a past day is kept as its last one, what has not begun goes."""
    user = user_who_may(request, Action.VIEW_HANDOVERS)
    found = _concerning(user).filter(pk=deputy).first()
    if found is None or (user.role == User.Role.ACCOUNT_MANAGER and found.user_id != user.pk):
        raise Http404
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    if found.starts_on > yesterday:
        found.delete()
    elif found.ends_on > yesterday:
        found.ends_on = yesterday
        found.save(update_fields=["ends_on"])
    return drawer_saved(request, _("Ended."), CHANGED, back=reverse("deputies"))
