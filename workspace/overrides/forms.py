"""The tier that somebody chooses for a customer."""

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.form_fields import GrantForm
from customers.models import Customer


class OverrideForm(GrantForm):
    """Which tier, until when, why; the code is typed, so that nobody does it by chance."""

    tier = forms.ChoiceField(label=gettext_lazy("tier"), choices=Customer.Tier.choices)
    typed = forms.CharField(
        label=gettext_lazy("code of the customer"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    must_end = gettext_lazy("An override ends: choose a day from today on, within a year.")
    field_order = ("tier", "ends_on", "reason", "typed")

    def __init__(self, *args: Any, customer: Customer, **options: Any) -> None:
        super().__init__(*args, initial={"tier": customer.tier}, **options)
        self.customer = customer
        sentence = _("Type {code} to confirm.")
        self.fields["typed"].help_text = format_html(sentence, code=customer.code)

    def clean_typed(self) -> str:
        """The code as it is written."""
        typed: str = self.cleaned_data["typed"]
        if typed.strip() != self.customer.code:
            raise forms.ValidationError(_("This is not the code of the customer."))
        return typed
