"""Signing in as somebody of the demonstration."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from organization.models import SecurityEvent
from organization.views.admission import complete
from workspace.demo.persons import offered


@require_POST
@login_not_required
def sign_in_as(request: HttpRequest) -> HttpResponse:
    """Be the person one chose; 404 for whoever is not offered, and where no demonstration is."""
    chosen = request.POST.get("person", "")
    for user, _who in offered():
        if user.username == chosen:
            way = SecurityEvent.Way.DEMONSTRATION
            return complete(request, user, way, then="", second_factor=False)
    raise Http404
