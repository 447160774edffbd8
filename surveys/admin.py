"""Surveys: their definitions only, no answers of customers."""

from django.contrib import admin
from django.http import HttpRequest

from surveys.models import Survey


@admin.register(Survey)
class SurveyAdmin(admin.ModelAdmin[Survey]):
    """Names of surveys; one that has answers cannot go, and an administrator sees no answers."""

    list_display = ["name", "code", "origin"]
    list_filter = ["origin"]
    search_fields = ["name", "code"]

    def get_readonly_fields(self, request: HttpRequest, obj: Survey | None = None) -> list[str]:
        """The code is what imports know the survey by."""
        return ["code", "origin"] if obj else ["origin"]

    def has_delete_permission(self, request: HttpRequest, obj: Survey | None = None) -> bool:
        """No."""
        return False
