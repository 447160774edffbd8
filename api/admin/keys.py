"""Keys of systems: made here and shown once, revoked here."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from api.models import ApiKey, Scope
from api.services.keys import create_key, require_system, revoke_key
from core.errors import RefusedError
from organization.access import user_of
from organization.admin.again import AskedAgainAdmin
from organization.models import OrgUnit


class NewKeyForm(forms.ModelForm[ApiKey]):
    """Which system, at which unit, what it may do."""

    name = forms.CharField(
        label=gettext_lazy("Name of the system"),
        max_length=40,
        help_text=gettext_lazy(
            "Such as dispatch. A system that has a key already gets another one, so that the old"
            " one can be revoked once the new one is in use."
        ),
    )
    unit = forms.ModelChoiceField(
        OrgUnit.objects.none(),
        label=gettext_lazy("Unit"),
        help_text=gettext_lazy("The system reaches the customers of this unit and those below."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("scopes"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = ApiKey
        fields = ["per_minute", "expires_at"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.fields["unit"]
        if isinstance(unit, forms.ModelChoiceField):
            unit.queryset = OrgUnit.objects.filter(closed_on=None).order_by("path")

    def clean(self) -> dict[str, Any]:
        """What the service would refuse stands at the name."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "name" in data and "unit" in data:
            try:
                require_system(data["name"], data["unit"])
            except RefusedError as error:
                self.add_error("name", str(error))
        until = data.get("expires_at")
        if until is not None and until <= timezone.now():
            self.add_error("expires_at", _("This time has passed."))
        return data


@admin.register(ApiKey)
class ApiKeyAdmin(AskedAgainAdmin[ApiKey]):
    """A key is never shown again and never edited: a new one is made, the old one revoked."""

    form = NewKeyForm
    list_display = ["user", "prefix", "unit", "is_good", "shown_scopes", "last_used_at"]
    list_select_related = ["user__org_unit"]
    search_fields = ["prefix", "user__name"]
    ordering = ["-created_at"]
    actions = ["revoke"]

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        """A form for a new one, facts of one that is there."""
        if obj is None:
            return ["name", "unit", "scopes", "per_minute", "expires_at"]
        facts = ["user", "unit", "prefix", "is_good", "shown_scopes", "per_minute", "expires_at"]
        return [*facts, "created_at", "created_by", "last_used_at", "revoked_at"]

    def has_change_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        """No."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        """No: history names it."""
        return False

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        """Make the key and show it this once."""
        said = form.cleaned_data
        key, text = create_key(
            said["name"],
            scopes=said["scopes"],
            unit=said["unit"],
            per_minute=said["per_minute"],
            expires_at=said["expires_at"],
            actor=user_of(request),
        )
        obj.pk, obj.user, obj.prefix = key.pk, key.user, key.prefix
        shown = _("The key, shown this once: {key}").format(key=text)
        self.message_user(request, shown, messages.WARNING)

    @admin.display(description=gettext_lazy("unit"), ordering="user__org_unit__name")
    def unit(self, key: ApiKey) -> str:
        """Whose customers it reaches."""
        return str(key.user.org_unit)

    @admin.display(description=gettext_lazy("opens"), boolean=True)
    def is_good(self, key: ApiKey) -> bool:
        """Whether it opens anything now."""
        return key.is_good(timezone.now())

    @admin.display(description=gettext_lazy("scopes"))
    def shown_scopes(self, key: ApiKey) -> str:
        """As they are written."""
        return ", ".join(key.scopes)

    @admin.action(description=gettext_lazy("Revoke"), permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        """They open nothing from now on."""
        keys = list(queryset.filter(revoked_at=None))
        for key in keys:
            revoke_key(key, actor=user_of(request))
        text = ngettext("%(count)s key is revoked.", "%(count)s keys are revoked.",
                        len(keys))  # fmt: skip
        self.message_user(request, text % {"count": len(keys)}, messages.SUCCESS)
