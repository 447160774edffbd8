"""The job ledger and the nightly versions, to be read; all one can do is ask for a rerun."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy, ngettext

from core.formats import NOTHING
from core.models import JobRun, JobStep, Version
from core.templatetags.ui import chip

_TONES = {JobRun.Status.RUNNING: "accent", JobRun.Status.DONE: "ok", JobRun.Status.FAILED: "bad"}
_SHORT = 120


def took(run: JobRun) -> str:
    """Minutes and seconds from start to end, 1:05; a dash while it runs."""
    if run.finished_at is None:
        return NOTHING
    seconds = round((run.finished_at - run.started_at).total_seconds())
    return f"{seconds // 60}:{seconds % 60:02}"


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Nobody adds, changes or deletes here."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """No."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """No."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """No."""
        return False


class JobStepInline(admin.TabularInline[JobStep, JobRun]):
    """The run's steps, the latest version first."""

    model = JobStep
    template = "admin/core/steps.html"
    fields = readonly_fields = ("name",)  # the template says what is shown
    ordering = ["-version", "position"]
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """No."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[JobStep]:
        """With the versions' names."""
        return super().get_queryset(request).select_related("version")


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyAdmin):
    """What has run, is running or has failed, and why."""

    list_display = [
        "business_date",
        "job",
        "state",
        "is_replay",
        "started_at",
        "took",
        "failures",
        "short_error",
        "requested_by",
    ]
    fields = [
        "business_date",
        "job",
        "state",
        "is_replay",
        "version",
        "started_at",
        "took",
        "failures",
        "error",
        "requested_by",
        "requested_at",
    ]
    list_filter = ["status", "job", "is_replay"]
    date_hierarchy = "business_date"
    inlines = [JobStepInline]
    actions = ["run_again"]

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def state(self, run: JobRun) -> SafeString:
        """The status as a chip."""
        return chip(_TONES[JobRun.Status(run.status)], run.get_status_display())

    @admin.display(description=gettext_lazy("took"))
    def took(self, run: JobRun) -> str:
        """Minutes and seconds from start to end."""
        return took(run)

    @admin.display(description=gettext_lazy("error"))
    def short_error(self, run: JobRun) -> str:
        """The last line of the error, which names it."""
        lines = run.error.strip().splitlines()
        return Truncator(lines[-1]).chars(_SHORT) if lines else ""

    @admin.action(description=gettext_lazy("Run again"), permissions=["view"])
    def run_again(self, request: HttpRequest, queryset: QuerySet[JobRun]) -> None:
        """Write down who wants these dates computed anew; the next minute's tick does it."""
        asked = queryset.update(
            requested_at=timezone.now(), requested_by=request.user.get_username()
        )
        text = ngettext(
            "%(count)s run will be done again within a minute.",
            "%(count)s runs will be done again within a minute.",
            asked,
        )
        self.message_user(request, text % {"count": asked}, messages.SUCCESS)


@admin.register(Version)
class VersionAdmin(ReadOnlyAdmin):
    """The nightly results there are."""

    list_display = [
        "business_date",
        "id",
        "status",
        "is_current",
        "is_replay",
        "rule_version",
        "cutoff",
        "published_at",
    ]
    list_filter = ["status", "is_replay"]
    date_hierarchy = "business_date"
