"""Where the work begins."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from organization.access import user_of


def home(request: HttpRequest) -> HttpResponse:
    """Administrators look after the jobs, everyone else after customers."""
    return redirect(
        "admin:core_jobrun_changelist" if user_of(request).is_staff else "customer_list"
    )
