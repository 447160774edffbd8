"""A system's webhooks: where it is told of changes by itself."""

from typing import ClassVar

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import ApiView
from api.models import Endpoint, Scope
from api.services.endpoints import (
    change_endpoint,
    create_endpoint,
    rotate_secret,
    send_test,
    switch_endpoint,
)
from api.v1.webhook_words import (
    MESSAGE,
    WEBHOOK,
    WITH_SECRET,
    DeliverySerializer,
    NewWebhook,
    WebhookChange,
    WebhookList,
    WebhookSerializer,
    WebhookWithSecret,
    answered,
    asked,
)


class WebhooksView(ApiView):
    """The list."""

    scopes: ClassVar = {"GET": Scope.ADMIN, "POST": Scope.ADMIN}

    @extend_schema(
        operation_id="list_webhooks",
        summary=_("List webhooks"),
        responses=WebhookList,
        examples=answered({"results": [WEBHOOK]}),
    )
    def get(self, request: Request) -> Response:
        """Those of the system."""
        own = Endpoint.objects.visible_to(self.user)
        return Response({"results": WebhookSerializer(own, many=True).data})

    @extend_schema(
        operation_id="create_webhook",
        summary=_("Create a webhook"),
        request=NewWebhook,
        responses={201: WebhookWithSecret},
        examples=[
            *asked({"url": WEBHOOK["url"], "description": "dispatch"}),
            *answered(WITH_SECRET, 201),
        ],
    )
    def post(self, request: Request) -> Response:
        """A new one and its secret."""
        body = NewWebhook(data=request.data)
        body.is_valid(raise_exception=True)
        endpoint, secret = create_endpoint(
            body.validated_data["url"],
            system=self.user,
            description=body.validated_data["description"],
            actor=self.user,
        )
        return Response({**WebhookSerializer(endpoint).data, "secret": secret}, status=201)


class _OneWebhook(ApiView):
    def endpoint(self, number: int) -> Endpoint:
        """The system's webhook of that number; anybody else's is not there."""
        found = Endpoint.objects.visible_to(self.user).filter(pk=number).first()
        if found is None:
            raise Http404
        return found


class WebhookView(_OneWebhook):
    """One webhook."""

    scopes: ClassVar = {"GET": Scope.ADMIN, "PATCH": Scope.ADMIN, "DELETE": Scope.ADMIN}

    @extend_schema(
        operation_id="read_webhook",
        summary=_("Read a webhook"),
        responses=WebhookSerializer,
        examples=answered(WEBHOOK),
    )
    def get(self, request: Request, number: int) -> Response:
        """How it is."""
        return Response(WebhookSerializer(self.endpoint(number)).data)

    @extend_schema(
        operation_id="change_webhook",
        summary=_("Change a webhook, or switch it on or off"),
        request=WebhookChange,
        responses=WebhookSerializer,
        examples=[*asked({"is_active": True}), *answered(WEBHOOK)],
    )
    def patch(self, request: Request, number: int) -> Response:
        """Another address or description; on again, what waits is sent at once."""
        body = WebhookChange(data=request.data)
        body.is_valid(raise_exception=True)
        endpoint = self.endpoint(number)
        said = body.validated_data
        endpoint = change_endpoint(
            endpoint,
            url=said.get("url", endpoint.url),
            description=said.get("description", endpoint.description),
        )
        if "is_active" in said:
            endpoint = switch_endpoint(endpoint, on=said["is_active"])
        return Response(WebhookSerializer(endpoint).data)

    @extend_schema(
        operation_id="delete_webhook", summary=_("Delete a webhook"), responses={204: None}
    )
    def delete(self, request: Request, number: int) -> Response:
        """It and its messages are gone."""
        self.endpoint(number).delete()
        return Response(status=204)


class WebhookSecretView(_OneWebhook):
    """Its secret."""

    scopes: ClassVar = {"POST": Scope.ADMIN}

    @extend_schema(
        operation_id="rotate_webhook_secret",
        summary=_("Change over to a new secret"),
        request=None,
        responses=WebhookWithSecret,
        examples=answered(WITH_SECRET),
    )
    def post(self, request: Request, number: int) -> Response:
        """A new one; the one before signs along for 24 hours."""
        endpoint = self.endpoint(number)
        secret = rotate_secret(endpoint, now=timezone.now())
        endpoint.refresh_from_db()
        return Response({**WebhookSerializer(endpoint).data, "secret": secret})


class WebhookTestView(_OneWebhook):
    """A message that says nothing."""

    scopes: ClassVar = {"POST": Scope.ADMIN}

    @extend_schema(
        operation_id="test_webhook",
        summary=_("Send a test message"),
        request=None,
        responses={202: DeliverySerializer},
        examples=answered(MESSAGE | {"state": "waiting"}, 202),
    )
    def post(self, request: Request, number: int) -> Response:
        """It is on its way; what became of it stands with the messages."""
        return Response(DeliverySerializer(send_test(self.endpoint(number))).data, status=202)
