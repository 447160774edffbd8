"""People: invitations, leaving, unlocking, lost phones."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from organization.access import user_of
from organization.admin.again import AskedAgainAdmin
from organization.forms import NewUserForm
from organization.models import SecondFactor, SecurityEvent, User
from organization.services import deactivate, invitation_path, reactivate
from organization.services.events import note_event
from organization.services.second_factor import take_away
from organization.services.sessions import end_other_sessions
from organization.services.tries import unlock

Kind = SecurityEvent.Kind


@admin.register(User)
class UserAdmin(AskedAgainAdmin[User]):
    """People. Nobody is deleted: history names them. Passwords are set by invitation only.

    Roles and access matter: the administrator shows again that it is them before a change.
    """

    list_display = [
        "username",
        "name",
        "role",
        "org_unit",
        "is_active",
        "has_second_factor",
        "last_login",
    ]
    list_filter = ["role", "is_active"]
    search_fields = ["username", "name", "email"]
    autocomplete_fields = ["org_unit"]
    list_select_related = ["org_unit"]
    fields = ["username", "name", "email", "role", "org_unit", "language", "is_active"]
    readonly_fields = ["is_active"]
    actions = [
        "send_invitation",
        "end_access",
        "give_access_back",
        "unlock_sign_in",
        "take_second_factor_away",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With whether each has a second factor; systems stand with their API keys."""
        factors = SecondFactor.objects.filter(user=OuterRef("pk"))
        people = super().get_queryset(request).exclude(role=User.Role.SYSTEM)
        return people.annotate(with_factor=Exists(factors))

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The roles of people."""
        if db_field.name == "role":
            roles = db_field.get_choices(include_blank=True, blank_choice=[("", "---------")])
            kwargs["choices"] = [role for role in roles if role[0] != User.Role.SYSTEM]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("second factor"), boolean=True)
    def has_second_factor(self, user: User) -> bool:
        """Whether an authenticator app is set up."""
        return bool(getattr(user, "with_factor", False))

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
        note_event(request, Kind.INVITED, user, actor=user_of(request))

    @admin.action(description=gettext_lazy("Make a new invitation link"))
    def send_invitation(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """A link for each; it replaces a forgotten password too."""
        for user in queryset.filter(is_active=True):
            self._show_link(request, user)

    @admin.action(description=gettext_lazy("End access at once"))
    def end_access(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Sessions and passwords end now; one's own account is left out."""
        actor = user_of(request)
        others = queryset.exclude(pk=actor.pk)
        for user in others:
            deactivate(user, actor=actor)
        if queryset.count() > len(others):
            self.message_user(request, _("You cannot end your own access."), messages.ERROR)

    @admin.action(description=gettext_lazy("Give access back"))
    def give_access_back(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Active again; each needs a new invitation."""
        for user in queryset.filter(is_active=False):
            reactivate(user, actor=user_of(request))
            user.refresh_from_db()
            self._show_link(request, user)

    @admin.action(description=gettext_lazy("Unlock sign-in"))
    def unlock_sign_in(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """After too many tries they may try again at once, from everywhere."""
        unlocked = [user for user in queryset if unlock(user)]
        for user in unlocked:
            note_event(request, Kind.UNLOCKED, user, actor=user_of(request))
        text = ngettext("%(count)s person may try again.", "%(count)s people may try again.",
                        len(unlocked))  # fmt: skip
        self.message_user(request, text % {"count": len(unlocked)}, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Take the second factor away"))
    def take_second_factor_away(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """For a lost phone: their sessions end, and they set up another one where it is needed."""
        actor = user_of(request)
        others = queryset.exclude(pk=actor.pk)
        taken = [user for user in others if take_away(user)]
        for user in taken:
            end_other_sessions(user, kept=None)
            note_event(request, Kind.SECOND_FACTOR_REMOVED, user, actor=actor)
        text = ngettext("The second factor of %(count)s person is removed.",
                        "The second factor of %(count)s people is removed.",
                        len(taken))  # fmt: skip
        self.message_user(request, text % {"count": len(taken)}, messages.SUCCESS)
