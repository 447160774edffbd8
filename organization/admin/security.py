"""What happened around signing in, and who is locked out just now."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from core.admin import ReadOnlyAdmin
from organization.access import user_of
from organization.models import SecurityEvent, SignInTry
from organization.services.events import device_words, note_event


@admin.register(SecurityEvent)
class SecurityEventAdmin(ReadOnlyAdmin):
    """Append-only: nobody changes what has happened."""

    list_display = ["at", "kind", "way", "user", "done_by", "address", "device"]
    list_filter = ["kind", "way"]
    search_fields = ["user__username", "user__name", "address"]
    date_hierarchy = "at"
    list_select_related = ["user", "actor"]

    @admin.display(description=gettext_lazy("done by"), empty_value="")
    def done_by(self, event: SecurityEvent) -> str | None:
        """Who did it, when it was somebody else."""
        return str(event.actor) if event.actor_id not in {None, event.user_id} else None

    @admin.display(description=gettext_lazy("device"))
    def device(self, event: SecurityEvent) -> str:
        """Browser and system in words."""
        return device_words(event.agent) if event.agent else ""


@admin.register(SignInTry)
class SignInTryAdmin(ReadOnlyAdmin):
    """Counts that run just now; beyond the limit the person waits, or is unlocked here."""

    list_display = ["user", "address", "tries", "ends_at"]
    list_select_related = ["user"]
    ordering = ["-ends_at"]
    actions = ["unlock"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SignInTry]:
        """Only counts that have not run out."""
        return super().get_queryset(request).filter(ends_at__gt=timezone.now())

    @admin.action(description=gettext_lazy("Unlock"), permissions=["view"])
    def unlock(self, request: HttpRequest, queryset: QuerySet[SignInTry]) -> None:
        """They may try again at once."""
        unlocked = list(queryset.select_related("user"))
        for counted in unlocked:
            kind = SecurityEvent.Kind.UNLOCKED
            note_event(request, kind, counted.user, actor=user_of(request))
            counted.delete()
        text = ngettext("%(count)s count begins again.", "%(count)s counts begin again.",
                        len(unlocked))  # fmt: skip
        self.message_user(request, text % {"count": len(unlocked)}, messages.SUCCESS)
