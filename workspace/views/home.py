"""Where the work begins."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from organization.access import user_of


def home(request: HttpRequest) -> HttpResponse:
    """Administrators look after the site, everyone else after customers."""
    return redirect("admin:index" if user_of(request).is_staff else "customer_list")
