"""Requests of tests run under the web role."""

from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse

from crm.roles import APP, JOB


class WebRoleMiddleware:
    """Takes crm_app for the request; in production the whole process is crm_app."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as crm_app."""
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {APP}")
        try:
            return self.get_response(request)
        finally:
            with connection.cursor() as cursor:
                cursor.execute(f"SET ROLE {JOB}")
