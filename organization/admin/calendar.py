"""The work calendar: what differs from the published one, and the years that are not published."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from organization.models import CalendarDay
from organization.reports import work_calendar


@admin.register(CalendarDay)
class CalendarDayAdmin(admin.ModelAdmin[CalendarDay]):
    """Holidays and weekend days that are worked."""

    list_display = ["day", "name", "is_workday", "is_official"]
    list_filter = ["is_official", "is_workday"]
    search_fields = ["name"]
    date_hierarchy = "day"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """The list, and which of this year and the next are not published yet."""
        this = timezone.localdate().year
        calendar = work_calendar()
        for year in (this, this + 1):
            if year not in calendar.official:
                text = _(
                    "{year} is provisional: only weekends and holidays with a fixed date are known."
                    " Enter the days of the State Council's notice when it is published."
                )
                self.message_user(request, text.format(year=year), messages.WARNING)
        return super().changelist_view(request, extra_context)
