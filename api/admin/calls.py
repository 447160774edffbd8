"""The console: what systems call, and what failed."""

from django.contrib import admin
from django.db.models import F
from django.utils.translation import gettext_lazy

from api.models import CallCount, FailedCall
from core.admin import ReadOnlyAdmin


@admin.register(CallCount)
class CallCountAdmin(ReadOnlyAdmin):
    """Calls by key, address and hour; the latest first."""

    list_display = ["key", "method", "route", "hour", "calls", "failures", "mean", "last_at"]
    list_filter = ["key", "route"]
    date_hierarchy = "hour"
    list_select_related = ["key__user"]
    show_full_result_count = False

    @admin.display(
        description=gettext_lazy("milliseconds each"), ordering=F("milliseconds") / F("calls")
    )
    def mean(self, count: CallCount) -> int:
        """How long one took on average."""
        return round(count.milliseconds / count.calls) if count.calls else 0


@admin.register(FailedCall)
class FailedCallAdmin(ReadOnlyAdmin):
    """Each call that was answered with a problem, by the code that the system was told."""

    list_display = ["at", "key", "method", "route", "status", "code", "milliseconds", "request"]
    list_filter = ["code", "key", "route"]
    search_fields = ["request"]
    date_hierarchy = "at"
    list_select_related = ["key__user"]
    show_full_result_count = False
