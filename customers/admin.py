"""What an administrator sets about files, the pool and managers; no customer is shown here."""

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from customers.messages import item_choices
from customers.models import FileStandard, ManagerLimit, PoolRule


class _FixedRows(admin.ModelAdmin):  # type: ignore[type-arg]  # of two models
    """Its rows are there from the start: one a tier, one a level."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """No."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """No."""
        return False


@admin.register(PoolRule)
class PoolRuleAdmin(_FixedRows):
    """After how many idle days customers of a tier go to their unit's pool."""

    list_display = ["tier", "idle_days", "warning_days"]
    readonly_fields = ["tier"]


@admin.register(ManagerLimit)
class ManagerLimitAdmin(_FixedRows):
    """What one manager may take in a day, and have."""

    list_display = ["level", "claims_per_day", "views_per_day", "most_customers"]
    readonly_fields = ["level"]


class FileStandardForm(forms.ModelForm[FileStandard]):
    """The items as boxes to tick, below their part of the file."""

    items = forms.MultipleChoiceField(
        label=_("required"),
        choices=item_choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = FileStandard
        fields = ["items", "max_age_days", "is_work"]


@admin.register(FileStandard)
class FileStandardAdmin(_FixedRows):
    """What the files of large, medium, small and potential customers have to hold."""

    form = FileStandardForm
    list_display = ["__str__", "max_age_days", "is_work"]
