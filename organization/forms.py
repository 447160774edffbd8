"""What people may say about themselves, and what administrators enter about them."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from organization.access import address_of
from organization.models import User
from organization.services.tries import Try, count_password_try


class PreferencesForm(forms.ModelForm[User]):
    """Language, colours, row height, keys and digest of one person."""

    class Meta:
        model = User
        fields = ["language", "theme", "density", "letter_keys", "digest_mail"]

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


class SignInForm(AuthenticationForm):
    """User name and password. The try is counted before the password is looked at."""

    counted: Try | None = None

    def clean(self) -> dict[str, Any]:
        """The person in `get_user()`. Raises one and the same error for all that does not match."""
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if username and password and self.request:
            self.counted = count_password_try(username, address_of(self.request))
            if not self.counted.allowed:
                raise forms.ValidationError("", code="locked")
        return super().clean()

    @property
    def minutes_left(self) -> int:
        """How long the person has to wait; 0 when they may try again now."""
        if self.counted is None or self.counted.allowed:
            return 0
        return self.counted.minutes_left(timezone.now())


class CodeForm(forms.Form):
    """A code of the authenticator app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "autofocus": True}
        ),
    )


class ConfirmForm(forms.Form):
    """The password once more."""

    password = forms.CharField(
        label=_("Password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )


class AnswerForm(forms.Form):
    """What is said to a request for approval; a refusal needs its reason."""

    decision = forms.ChoiceField(
        choices=[(name, name) for name in ("approve", "refuse", "withdraw")], required=False
    )
    answer = forms.CharField(
        label=pgettext_lazy("approval", "answer"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """Who is refused wants to know why."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("decision") == "refuse" and not data.get("answer"):
            self.add_error("answer", _("Say why you refuse."))
        return data
