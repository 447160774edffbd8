"""Setting up people and units. Administrators see no customer here."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import admin as _auth_admin  # noqa: F401  # registers groups
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organization.access import user_of
from organization.forms import NewUserForm
from organization.models import Department, Deputy, OrgUnit, User
from organization.services import deactivate, invitation_path, reactivate

admin.site.unregister(Group)  # the role decides, groups mean nothing here


@admin.register(OrgUnit)
class OrgUnitAdmin(admin.ModelAdmin[OrgUnit]):
    """The unit tree."""

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
class DeputyAdmin(admin.ModelAdmin[Deputy]):
    """Who stands in for whom, and when."""

    list_display = ["user", "deputy", "starts_on", "ends_on"]
    search_fields = ["user__name", "user__username", "deputy__name", "deputy__username"]
    autocomplete_fields = ["user", "deputy"]
    list_select_related = ["user", "deputy"]
    date_hierarchy = "starts_on"


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    """People. Nobody is deleted: history names them. Passwords are set by invitation only."""

    list_display = ["username", "name", "role", "org_unit", "is_active", "last_login"]
    list_filter = ["role", "is_active"]
    search_fields = ["username", "name", "email"]
    autocomplete_fields = ["org_unit"]
    list_select_related = ["org_unit"]
    fields = ["username", "name", "email", "role", "org_unit", "language", "is_active"]
    readonly_fields = ["is_active"]
    actions = ["send_invitation", "end_access", "give_access_back"]

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """A new account asks for less."""
        if obj is None:
            kwargs["form"] = NewUserForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """The fields of a new account, or all."""
        return NewUserForm.Meta.fields if obj is None else self.fields

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """People leave by losing access."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save; for a new account show the invitation link once."""
        super().save_model(request, obj, form, change)
        if not change:
            self._show_link(request, obj)

    def _show_link(self, request: HttpRequest, user: User) -> None:
        link = request.build_absolute_uri(invitation_path(user))
        text = _("Invitation for {name}, works once and for one day: {link}")
        self.message_user(request, text.format(name=user, link=link), messages.WARNING)

    @admin.action(description=gettext_lazy("Make a new invitation link"))
    def send_invitation(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """A link for each; it replaces a forgotten password too."""
        for user in queryset.filter(is_active=True):
            self._show_link(request, user)

    @admin.action(description=gettext_lazy("End access at once"))
    def end_access(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Sessions and passwords end now; one's own account is left out."""
        others = queryset.exclude(pk=user_of(request).pk)
        for user in others:
            deactivate(user)
        if queryset.count() > len(others):
            self.message_user(request, _("You cannot end your own access."), messages.ERROR)

    @admin.action(description=gettext_lazy("Give access back"))
    def give_access_back(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Active again; each needs a new invitation."""
        for user in queryset.filter(is_active=False):
            reactivate(user)
            user.refresh_from_db()
            self._show_link(request, user)
