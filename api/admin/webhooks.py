"""The console: webhooks of systems, what was sent to them, sending it again."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from api.models import Attempt, Delivery, Endpoint
from api.services.endpoints import (
    change_endpoint,
    create_endpoint,
    replay,
    require_address,
    rotate_secret,
    send_test,
    switch_endpoint,
)
from api.words import tried
from core.admin import ReadOnlyAdmin
from core.errors import RefusedError
from core.templatetags.ui import chip
from organization.access import user_of
from organization.admin.again import AskedAgainAdmin
from organization.models import User

_TONES = {
    Delivery.State.WAITING: "accent",
    Delivery.State.DELIVERED: "ok",
    Delivery.State.FAILED: "bad",
}


class EndpointForm(forms.ModelForm[Endpoint]):
    """Which system is told, where."""

    class Meta:
        model = Endpoint
        fields = ["system", "url", "description"]
        help_texts = {
            "system": gettext_lazy("It hears of the customers that the system sees."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        system = self.fields.get("system")  # only of a new one
        if isinstance(system, forms.ModelChoiceField):
            systems = User.objects.filter(role=User.Role.SYSTEM, is_active=True)
            system.queryset = systems.order_by("name")

    def clean_url(self) -> str:
        """An address that we may call."""
        url = str(self.cleaned_data["url"])
        try:
            require_address(url)
        except RefusedError as error:
            raise forms.ValidationError(str(error)) from error
        return url


@admin.register(Endpoint)
class EndpointAdmin(AskedAgainAdmin[Endpoint]):
    """A secret is shown once: when the webhook is made, and when it is changed over."""

    form = EndpointForm
    list_display = ["__str__", "system", "state", "waiting", "given_up", "failing_since"]
    list_select_related = ["system"]
    list_filter = ["is_active", "off"]
    actions = ["send_tests", "replay_failed", "switch_on", "switch_off", "rotate"]

    def get_fields(self, request: HttpRequest, obj: Endpoint | None = None) -> Any:
        """A form for a new one; how one that is there gets on."""
        if obj is None:
            return ["system", "url", "description"]
        facts = ["state", "failures", "failing_since", "rests_until", "old_until"]
        return ["system", "url", "description", *facts, "created_at", "created_by"]

    def get_readonly_fields(self, request: HttpRequest, obj: Endpoint | None = None) -> Any:
        """All but address and description."""
        shown = set(self.get_fields(request, obj)) - {"url", "description"}
        return [] if obj is None else sorted(shown)

    def has_delete_permission(self, request: HttpRequest, obj: Endpoint | None = None) -> bool:
        """No: its messages are the record of what was sent. One can switch it off."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Endpoint]:
        """With how many messages wait and were given up."""
        states = Delivery.State
        return (
            super()
            .get_queryset(request)
            .annotate(
                number_waiting=Count("deliveries", filter=Q(deliveries__state=states.WAITING)),
                number_failed=Count("deliveries", filter=Q(deliveries__state=states.FAILED)),
            )
        )

    def save_model(self, request: HttpRequest, obj: Endpoint, form: Any, change: bool) -> None:
        """Change it; or make it, and show its secret this once."""
        said = form.cleaned_data
        if change:
            change_endpoint(obj, url=said["url"], description=said["description"])
            return
        made, secret = create_endpoint(
            said["url"],
            system=said["system"],
            description=said["description"],
            actor=user_of(request),
        )
        obj.pk = made.pk
        self._show(request, secret)

    def _show(self, request: HttpRequest, secret: str) -> None:
        shown = _("The secret, shown this once: {secret}").format(secret=secret)
        self.message_user(request, shown, messages.WARNING)

    @admin.display(description=gettext_lazy("state"))
    def state(self, endpoint: Endpoint) -> SafeString:
        """On, resting, or why it is off."""
        if not endpoint.is_active:
            return chip("bad", endpoint.get_off_display())
        if endpoint.rests_until and endpoint.rests_until > timezone.now():
            return chip("warn", _("fails, is tried again"))
        return chip("ok", pgettext("webhook", "on"))

    @admin.display(description=gettext_lazy("waiting"), ordering="number_waiting")
    def waiting(self, endpoint: Any) -> int:
        """Messages that wait."""
        return int(endpoint.number_waiting)

    @admin.display(description=gettext_lazy("given up"), ordering="number_failed")
    def given_up(self, endpoint: Any) -> int:
        """Messages that were given up."""
        return int(endpoint.number_failed)

    @admin.action(description=gettext_lazy("Send a test message"), permissions=["change"])
    def send_tests(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        """One each; what became of it stands with the messages."""
        try:
            for endpoint in queryset:
                send_test(endpoint)
        except RefusedError as error:
            self.message_user(request, str(error), messages.ERROR)
            return
        text = _("It is on its way: look at the messages.")
        self.message_user(request, text, messages.SUCCESS)

    @admin.action(
        description=gettext_lazy("Send what was given up once more"), permissions=["change"]
    )
    def replay_failed(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        """All messages that were given up and are still kept."""
        failed = Delivery.objects.filter(endpoint__in=queryset.values("pk"))
        number = replay(failed.filter(state=Delivery.State.FAILED), now=timezone.now())
        tell_replayed(self, request, number)

    @admin.action(description=gettext_lazy("Switch on"), permissions=["change"])
    def switch_on(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        """What waits is sent at once."""
        for endpoint in queryset:
            switch_endpoint(endpoint, on=True)

    @admin.action(description=gettext_lazy("Switch off"), permissions=["change"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        """Nothing is sent or written for it until it is on again."""
        for endpoint in queryset:
            switch_endpoint(endpoint, on=False)

    @admin.action(description=gettext_lazy("Change over to a new secret"), permissions=["change"])
    def rotate(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        """Shown this once; the one before signs along for a day."""
        for endpoint in queryset:
            self._show(request, rotate_secret(endpoint, now=timezone.now()))


class AttemptInline(admin.TabularInline[Attempt, Delivery]):
    """The tries of a message, the latest first."""

    model = Attempt
    fields = readonly_fields = ("at", "status", "milliseconds", "what_went_wrong", "answer")
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Delivery | None = None) -> bool:
        """No."""
        return False

    @admin.display(description=gettext_lazy("error"))
    def what_went_wrong(self, attempt: Attempt) -> str:
        """In words where we know it."""
        return tried(attempt.error)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """What was sent, is to be sent, or was given up."""

    list_display = ["message", "endpoint", "code", "what", "shown_state", "attempts", "changed_at"]
    list_filter = ["state", "endpoint"]
    search_fields = ["message", "code"]
    date_hierarchy = "created_at"
    list_select_related = ["endpoint"]
    show_full_result_count = False
    fields = [
        *("message", "endpoint", "code", "what", "changed_at", "shown_state", "attempts"),
        *("next_try_at", "give_up_at", "finished_at"),
    ]
    inlines = [AttemptInline]
    actions = ["send_again"]

    @admin.display(description=gettext_lazy("what changed"))
    def what(self, delivery: Delivery) -> str:
        """As the message names it."""
        return ", ".join(delivery.fields) or pgettext("webhook", "test")

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, delivery: Delivery) -> SafeString:
        """As a chip."""
        return chip(_TONES[Delivery.State(delivery.state)], delivery.get_state_display())

    @admin.action(description=gettext_lazy("Send once more"), permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Under the same ids."""
        tell_replayed(self, request, replay(queryset, now=timezone.now()))


def tell_replayed(on: admin.ModelAdmin[Any], request: HttpRequest, number: int) -> None:
    """How many messages are sent once more."""
    text = ngettext(
        "%(count)s message is sent once more.", "%(count)s messages are sent once more.", number
    )
    on.message_user(request, text % {"count": number}, messages.SUCCESS)
