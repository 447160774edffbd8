"""Messages to a system's webhooks: what became of them, and sending them again."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import ApiView
from api.models import Delivery, Scope
from api.paging import Pages, page_of
from api.services.endpoints import replay
from api.v1.webhook_words import (
    MESSAGE,
    MESSAGES,
    SINCE,
    TRY,
    DeliveryQuery,
    DeliverySerializer,
    DeliveryWithTries,
    ReplayAnswer,
    ReplayRequest,
    answered,
    asked,
)


class _Latest(Pages):
    ordering = "-id"


class DeliveriesView(ApiView):
    """The list."""

    scopes: ClassVar = {"GET": Scope.ADMIN}

    @extend_schema(
        operation_id="list_webhook_messages",
        summary=_("List messages to webhooks"),
        parameters=[DeliveryQuery],
        responses=page_of(DeliverySerializer),
        examples=answered(MESSAGES),
    )
    def get(self, request: Request) -> Response:
        """Of the system's webhooks, the latest first."""
        query = DeliveryQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        said = query.validated_data
        wanted = {"state": said.get("state"), "endpoint": said.get("webhook")}
        found = Delivery.objects.visible_to(self.user)
        found = found.filter(**{name: value for name, value in wanted.items() if value})
        pages = _Latest()
        page: Any = pages.paginate_queryset(found, request, self)
        return pages.get_paginated_response(DeliverySerializer(page, many=True).data)


class _OneDelivery(ApiView):
    def one(self, number: int) -> QuerySet[Delivery]:
        """The message of that number, if it is the system's."""
        found: QuerySet[Delivery] = Delivery.objects.visible_to(self.user).filter(pk=number)
        if not found.exists():
            raise Http404
        return found


class DeliveryView(_OneDelivery):
    """One message."""

    scopes: ClassVar = {"GET": Scope.ADMIN}

    @extend_schema(
        operation_id="read_webhook_message",
        summary=_("Read a message and its tries"),
        responses=DeliveryWithTries,
        examples=answered(MESSAGE | {"tries": [TRY]}),
    )
    def get(self, request: Request, number: int) -> Response:
        """With its tries, the latest first."""
        return Response(DeliveryWithTries(self.one(number).get()).data)


class ReplayView(_OneDelivery):
    """One message once more."""

    scopes: ClassVar = {"POST": Scope.ADMIN}

    @extend_schema(
        operation_id="replay_webhook_message",
        summary=_("Send a message once more"),
        request=None,
        responses=ReplayAnswer,
        examples=answered({"replayed": 1}),
    )
    def post(self, request: Request, number: int) -> Response:
        """Under the same id; 0 when it waits already or its webhook is off."""
        return Response({"replayed": replay(self.one(number), now=timezone.now())})


class ReplayFailedView(ApiView):
    """All that were given up."""

    scopes: ClassVar = {"POST": Scope.ADMIN}

    @extend_schema(
        operation_id="replay_failed_webhook_messages",
        summary=_("Send what was given up once more"),
        request=ReplayRequest,
        responses=ReplayAnswer,
        examples=[*asked(SINCE), *answered({"replayed": 12})],
    )
    def post(self, request: Request) -> Response:
        """Since a time."""
        body = ReplayRequest(data=request.data)
        body.is_valid(raise_exception=True)
        failed = Delivery.objects.visible_to(self.user)
        failed = failed.failed_since(body.validated_data["since"])
        if "webhook" in body.validated_data:
            failed = failed.filter(endpoint=body.validated_data["webhook"])
        return Response({"replayed": replay(failed, now=timezone.now())})
