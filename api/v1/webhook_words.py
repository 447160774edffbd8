"""Webhooks and their messages in calls: their fields, and examples for the OpenAPI document."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from api.fields import ZonedDateTimeField
from api.models import Attempt, Delivery, Endpoint
from api.paging import Pages


class NewWebhook(serializers.Serializer[Any]):
    """Where to send what."""

    url = serializers.CharField(
        max_length=2000,
        help_text=_("https, port 443 or 8443, not in our own network unless that is allowed."),
    )
    description = serializers.CharField(
        required=False, allow_blank=True, max_length=200, default=""
    )


class WebhookChange(serializers.Serializer[Any]):
    """What is to be different."""

    url = serializers.CharField(required=False, max_length=2000)
    description = serializers.CharField(required=False, allow_blank=True, max_length=200)
    is_active = serializers.BooleanField(required=False)


class WebhookSerializer(serializers.ModelSerializer[Endpoint]):
    """One webhook, without its secret."""

    class Meta:
        model = Endpoint
        fields = [
            *("id", "url", "description", "is_active", "off", "failing_since", "failures"),
            *("rests_until", "old_until", "created_at"),
        ]


class WebhookWithSecret(WebhookSerializer):
    """With the secret, which is shown this once."""

    secret = serializers.CharField(help_text=_("whsec_…: shown this once."))

    class Meta(WebhookSerializer.Meta):
        fields = [*WebhookSerializer.Meta.fields, "secret"]


class WebhookList(serializers.Serializer[Any]):
    """All of them: a system has few."""

    results = WebhookSerializer(many=True)


class AttemptSerializer(serializers.ModelSerializer[Attempt]):
    """One try."""

    class Meta:
        model = Attempt
        fields = ["at", "status", "milliseconds", "error", "answer"]


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    """One message to one webhook."""

    webhook = serializers.IntegerField(source="endpoint_id")

    class Meta:
        model = Delivery
        fields = [
            *("id", "webhook", "message", "code", "fields", "changed_at", "state", "attempts"),
            *("next_try_at", "finished_at"),
        ]


class DeliveryWithTries(DeliverySerializer):
    """And each try to deliver it."""

    tries = AttemptSerializer(many=True)

    class Meta(DeliverySerializer.Meta):
        fields = [*DeliverySerializer.Meta.fields, "tries"]


class DeliveryQuery(serializers.Serializer[Any]):
    """Which messages."""

    state = serializers.ChoiceField(Delivery.State.choices, required=False)
    webhook = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=Pages.max_page_size)
    cursor = serializers.CharField(required=False, max_length=1000)


class ReplayRequest(serializers.Serializer[Any]):
    """Since when."""

    since = ZonedDateTimeField(help_text=_("Messages written at or after this time."))
    webhook = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class ReplayAnswer(serializers.Serializer[Any]):
    """How many."""

    replayed = serializers.IntegerField()


def asked(value: Any) -> list[OpenApiExample]:
    """An example of a body."""
    return [OpenApiExample("asked", value=value, request_only=True)]


def answered(value: Any, status: int = 200) -> list[OpenApiExample]:
    """An example of an answer."""
    return [OpenApiExample("answered", value=value, response_only=True, status_codes=[status])]


WEBHOOK = {
    "id": 7,
    "url": "https://dispatch.example.com/yihu",
    "description": "dispatch",
    "is_active": True,
    "off": "",
    "failing_since": None,
    "failures": 0,
    "rests_until": None,
    "old_until": None,
    "created_at": "2026-03-31T08:00:00+08:00",
}
WITH_SECRET = WEBHOOK | {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
MESSAGE = {
    "id": 1201,
    "webhook": 7,
    "message": "msg_5120",
    "code": "YC0001",
    "fields": ["tier"],
    "changed_at": "2026-04-01T01:12:30+08:00",
    "state": "delivered",
    "attempts": 1,
    "next_try_at": "2026-04-01T01:14:33+08:00",
    "finished_at": "2026-04-01T01:12:34+08:00",
}
TRY = {
    "at": "2026-04-01T01:12:34+08:00",
    "status": 204,
    "milliseconds": 48,
    "error": "",
    "answer": "",
}
MESSAGES = {"next": None, "previous": None, "results": [MESSAGE]}
SINCE = {"since": "2026-03-31T00:00:00+08:00"}
