"""Addresses below /api/v1/ that are none."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from api.base import ApiView
from api.problems import ProblemError


@extend_schema(exclude=True)
class NowhereView(ApiView):
    """404 as a problem, whatever the method."""

    def http_method_not_allowed(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Say so."""
        slash = "" if request.path.endswith("/") else _("Addresses end with a slash.")
        raise ProblemError("not_found", slash)
