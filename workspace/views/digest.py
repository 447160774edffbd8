"""The digest of today, in the product."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from core.requests import PageRequest
from organization.access import user_who_may
from organization.permissions import Action
from workspace.digest.content import content


@require_safe
def digest(request: PageRequest) -> HttpResponse:
    """What is due, late and changed, as the e-mail of today says it."""
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    today = timezone.localdate()
    found = content(user, today)
    parts = [
        ("due", pgettext("digest", "Due"), found.due),
        ("late", pgettext("digest", "Late"), found.late),
        ("changed", pgettext("digest", "Changed"), found.changed),
    ]
    context = {"parts": parts, "today": today, "since": found.since, "is_empty": found.is_empty}
    return render(request, "workspace/digest.html", context)
