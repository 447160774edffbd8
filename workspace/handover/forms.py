"""Forms of handovers, of the pool and of deputies."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.form_fields import DayField
from customers.services import Terms
from organization.models import Deputy, OrgUnit, User
from workspace.list_forms import ManagerField

_READS_ON = dt.timedelta(days=30)  # what the form proposes


def managers_of(user: User) -> Any:
    """The active account managers of the units the person sees, by name."""
    units = OrgUnit.objects.visible_to(user).order_by().values("pk")
    managers = User.objects.filter(
        role=User.Role.ACCOUNT_MANAGER, is_active=True, org_unit__in=units
    )
    return managers.select_related("org_unit").order_by("name")


class HandoverForm(forms.Form):
    """To whom, when, why, and what goes along.

    `book` is the manager whose whole book goes: then the name is to be typed.
    """

    receiver = ManagerField(
        label=_("receiver"), queryset=User.objects.none(), empty_label=_("Choose ...")
    )
    effective_on = DayField(label=_("effective on"))
    reason = forms.CharField(
        label=_("reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Stays in the history of every customer."),
    )
    read_until = DayField(
        label=_("former manager may read until"),
        required=False,
        help_text=_("Empty: access ends with the handover. Nothing can be changed meanwhile."),
    )
    keeps_helpers = forms.BooleanField(label=_("helpers stay"), required=False, initial=True)
    typed = forms.CharField(label=_("name of the former manager"), max_length=200)

    def __init__(
        self, *args: Any, user: User, today: dt.date, book: User | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        managers = managers_of(user)
        if book is None:
            del self.fields["typed"]
        else:
            managers = managers.exclude(pk=book.pk)
            sentence = _("The whole book goes: type {name} to confirm.")
            self.fields["typed"].help_text = format_html(str(sentence), name=book)  # shown as HTML
        self.book = book
        self.fields["receiver"].queryset = managers  # type: ignore[attr-defined]  # a field of choices
        self.fields["effective_on"].widget.attrs["min"] = today.isoformat()
        self.initial = {"effective_on": today, "read_until": today + _READS_ON, **self.initial}

    def clean_typed(self) -> str:
        """The name as it is written, so that nobody hands over the wrong book."""
        typed: str = self.cleaned_data["typed"]
        if self.book is not None and typed.strip() not in {str(self.book), self.book.username}:
            raise forms.ValidationError(_("This is not the name of the former manager."))
        return typed

    def terms(self) -> Terms:
        """What was filled in."""
        names = Terms.__dataclass_fields__
        return Terms(**{name: self.cleaned_data[name] for name in names})


class ReasonForm(forms.Form):
    """Why something is done that stays in the history."""

    reason = forms.CharField(
        label=_("reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stays in the history of every customer."),
    )


class DeputyForm(forms.ModelForm[Deputy]):
    """Who stands in for whom from when until when. A manager names one's own deputy."""

    class Meta:
        model = Deputy
        fields = ["user", "deputy", "starts_on", "ends_on"]
        field_classes = {
            "user": ManagerField,
            "deputy": ManagerField,
            "starts_on": DayField,
            "ends_on": DayField,
        }

    def __init__(self, *args: Any, user: User, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        managers = managers_of(user)
        if user.role == User.Role.ACCOUNT_MANAGER:
            del self.fields["user"]
            self.instance.user = user
            managers = managers.exclude(pk=user.pk)
        else:
            self.fields["user"].queryset = managers  # type: ignore[attr-defined]  # a field of choices
        self.fields["deputy"].queryset = managers  # type: ignore[attr-defined]  # a field of choices
        self.today = today
        self.initial = {"starts_on": today, **self.initial}

    def clean(self) -> dict[str, Any] | None:
        """Another person, and days in their order that are not over."""
        cleaned = super().clean() or {}
        absent = cleaned.get("user", self.instance.user if "user" not in self.fields else None)
        if absent is not None and absent == cleaned.get("deputy"):
            self.add_error("deputy", _("Choose another person than the absent one."))
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The last day comes before the first."))
        elif ends and ends < self.today:
            self.add_error("ends_on", _("These days are over already."))
        return cleaned
