"""The page of what serving costs."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.models import Version
from core.requests import PageRequest
from organization.access import user_who_may
from organization.permissions import Action
from segmentation.models import Serving
from workspace.serving import figures
from workspace.statistics.pages import tabs


@require_safe
def page(request: PageRequest) -> HttpResponse:
    """Sums, effort against value, and the customers and lanes to speak about."""
    user = user_who_may(request, Action.VIEW_MARGIN)
    night = Version.objects.current()
    context: dict[str, Any] = {
        "night": night,
        "currency": settings.COMPANY_CURRENCY,
        "pages": tabs(user),
    }
    if night is not None:
        context |= {
            "totals": figures.totals(user),
            "tiers": figures.by_tier(user),
            "over": figures.uneven(user, Serving.Effort.OVER),
            "under": figures.uneven(user, Serving.Effort.UNDER),
            "dear": figures.over_ceiling(user),
            "least": figures.least_left(user),
            "lanes": figures.losing_lanes(user),
        }
    return render(request, "workspace/serving/page.html", context)
