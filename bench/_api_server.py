"""The product's web server with one call more: an answer that says nothing, to measure against."""

from typing import ClassVar

from django.core.wsgi import get_wsgi_application
from django.urls import path

application = get_wsgi_application()

from drf_spectacular.utils import extend_schema  # noqa: E402  (needs Django set up)
from rest_framework.request import Request  # noqa: E402  # after the settings are in place
from rest_framework.response import Response  # noqa: E402  # after the settings are in place

from api.base import ApiView  # noqa: E402  # after the settings are in place
from api.models import Scope  # noqa: E402  # after the settings are in place
from crm import urls  # noqa: E402  # after the settings are in place


@extend_schema(exclude=True)
class EmptyView(ApiView):
    """Key, scope, limit, transaction, ETag, and nothing else."""

    scopes: ClassVar = {"GET": Scope.SERVICE_READ}

    def get(self, _request: Request) -> Response:
        """An empty object."""
        return Response({})


urls.urlpatterns.insert(0, path("api/v1/empty/", EmptyView.as_view()))
