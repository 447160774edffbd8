"""What people may say about themselves, and what administrators enter about them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organization.models import User


class PreferencesForm(forms.ModelForm[User]):
    """Language, colours, row height of one person."""

    class Meta:
        model = User
        fields = ["language", "theme", "density"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(
            label=_("language"),
            required=False,
            choices=[("", _("As the browser")), ("zh-hans", "简体中文"), ("en", "English")],
        )


class NewUserForm(forms.ModelForm[User]):
    """A new account has no password: the person sets it by the invitation link."""

    class Meta:
        model = User
        fields = ["username", "name", "email", "role", "org_unit"]

    def save(self, commit: bool = True) -> User:
        """The account, waiting for its invitation."""
        self.instance.set_unusable_password()
        return super().save(commit)
