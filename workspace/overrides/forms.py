"""The tier that somebody chooses for a customer."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.form_fields import DayField
from customers.models import Customer
from segmentation.models.decided import LONGEST

_USUAL = dt.timedelta(days=90)


class OverrideForm(forms.Form):
    """Which tier, until when, why; the code is typed, so that nobody does it by chance."""

    tier = forms.ChoiceField(label=gettext_lazy("tier"), choices=Customer.Tier.choices)
    ends_on = DayField(label=gettext_lazy("until"))
    reason = forms.CharField(
        label=gettext_lazy("reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say why; the reason stays in the history.")},
    )
    typed = forms.CharField(
        label=gettext_lazy("code of the customer"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, customer: Customer, today: dt.date, **options: Any) -> None:
        options.setdefault("initial", {"ends_on": today + _USUAL, "tier": customer.tier})
        super().__init__(*args, **options)
        self.customer, self.today = customer, today
        sentence = _("Type {code} to confirm.")
        self.fields["typed"].help_text = format_html(sentence, code=customer.code)
        limits = {"min": today.isoformat(), "max": (today + LONGEST).isoformat()}
        self.fields["ends_on"].widget.attrs.update(limits)

    def clean_ends_on(self) -> dt.date:
        """A day from today on, within a year."""
        day: dt.date = self.cleaned_data["ends_on"]
        if not self.today <= day <= self.today + LONGEST:
            raise forms.ValidationError(
                _("An override ends: choose a day from today on, within a year.")
            )
        return day

    def clean_typed(self) -> str:
        """The code as it is written."""
        typed: str = self.cleaned_data["typed"]
        if typed.strip() != self.customer.code:
            raise forms.ValidationError(_("This is not the code of the customer."))
        return typed
