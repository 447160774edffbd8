"""Units, their departments, and who stands in for whom."""

from django.contrib import admin

from organization.admin.again import AskedAgainAdmin
from organization.models import Department, Deputy, OrgUnit


@admin.register(OrgUnit)
class OrgUnitAdmin(AskedAgainAdmin[OrgUnit]):
    """The unit tree: who stands where sees what is below."""

    list_display = ["name", "code", "level", "parent", "closed_on"]
    list_filter = ["level"]
    search_fields = ["name", "code"]
    autocomplete_fields = ["parent"]
    list_select_related = ["parent"]


@admin.register(Department)
class DepartmentAdmin(admin.ModelAdmin[Department]):
    """Departments of units."""

    list_display = ["name", "unit", "kind", "ownership", "head"]
    list_filter = ["kind", "ownership"]
    search_fields = ["name", "unit__name"]
    autocomplete_fields = ["unit", "head"]
    list_select_related = ["unit", "head"]


@admin.register(Deputy)
class DeputyAdmin(AskedAgainAdmin[Deputy]):
    """Who stands in for whom, and when: a deputy sees what the absent one does."""

    list_display = ["user", "deputy", "starts_on", "ends_on"]
    search_fields = ["user__name", "user__username", "deputy__name", "deputy__username"]
    autocomplete_fields = ["user", "deputy"]
    list_select_related = ["user", "deputy"]
    date_hierarchy = "starts_on"
