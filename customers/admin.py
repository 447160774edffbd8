"""What an administrator sets about the public pool and managers; no customer is shown here."""

from django.contrib import admin
from django.http import HttpRequest

from customers.models import ManagerLimit, PoolRule


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
