"""Requests of tests: under the web role, with the files of pages looked up once a run."""

from collections.abc import Callable
from typing import ClassVar

from django.db import connection
from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

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


class StaticFilesOnce(WhiteNoiseMiddleware):
    """Every test client makes all middleware anew; this one reads the folder for the first only."""

    _known: ClassVar[dict[str, StaticFile]] = {}

    def update_files_dictionary(self, root: str, prefix: str) -> None:
        """Take what the first one found."""
        if not self._known:
            super().update_files_dictionary(root, prefix)
            self._known.update(self.files)
        self.files = self._known
