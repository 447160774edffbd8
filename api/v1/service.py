"""How customers are to be served, one by one and many at once."""

from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import ApiView
from api.models import Scope
from api.openapi import CODE
from api.reports.service import MOST_CODES, service_of
from api.v1.service_words import (
    ANSWER,
    LOOKED_UP,
    SUMMARY_MANY,
    SUMMARY_ONE,
    LookupAnswer,
    LookupRequest,
    ServiceAnswer,
)


class ServiceView(ApiView):
    """One customer."""

    scopes: ClassVar = {"GET": Scope.SERVICE_READ}

    @extend_schema(
        operation_id="read_service",
        summary=SUMMARY_ONE,
        parameters=[CODE],
        responses=ServiceAnswer,
        examples=[OpenApiExample("service", value=ANSWER, response_only=True)],
    )
    def get(self, request: Request, code: str) -> Response:
        """Tier, terms, credit, instructions of the customer a code or account number means."""
        found = service_of([code], self.user, timezone.localdate())
        if code not in found:
            raise Http404
        return Response(found[code])


class ServiceLookupView(ApiView):
    """Up to a thousand customers."""

    scopes: ClassVar = {"POST": Scope.SERVICE_READ}

    @extend_schema(
        operation_id="look_up_service",
        summary=SUMMARY_MANY,
        request=LookupRequest,
        responses=LookupAnswer,
        examples=[
            OpenApiExample("codes", value={"codes": ["YC0001", "YC9999"]}, request_only=True),
            OpenApiExample("found", value=LOOKED_UP, response_only=True),
        ],
    )
    def post(self, request: Request) -> Response:
        """The same for many codes, in the order asked; codes of nobody are named apart."""
        codes = _codes(request.data)
        found = service_of(codes, self.user, timezone.localdate())
        unknown = [code for code in codes if code not in found]
        return Response(
            {
                "results": [{"asked": code, **found[code]} for code in codes if code in found],
                "errors": [{"asked": code, "code": "unknown_customer"} for code in unknown],
            }
        )


def _codes(data: Any) -> list[str]:
    """The codes of the body, each once; ValidationError for anything else."""
    codes = data.get("codes") if isinstance(data, dict) else None
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        raise ValidationError({"codes": [_("A list of codes is needed.")]})
    if not 0 < len(codes) <= MOST_CODES:
        message = _("At least one and at most {most} codes.").format(most=MOST_CODES)
        raise ValidationError({"codes": [message]})
    return list(dict.fromkeys(codes))
