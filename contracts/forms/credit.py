"""What somebody asks for when a customer on hold is to ship on."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from contracts.rules.credit import LONGEST_RELEASE


class ReleaseForm(forms.Form):
    """How much more, until when, why."""

    amount = forms.DecimalField(
        label=gettext_lazy("so much more than now"),
        min_value=Decimal("0.01"),
        max_digits=18,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    until = forms.DateField(
        label=pgettext_lazy("a day", "through"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label=gettext_lazy("reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say why; the reason stays in the history.")},
    )

    def __init__(self, *args: Any, today: dt.date, **options: Any) -> None:
        options.setdefault("initial", {"until": today + dt.timedelta(7)})
        super().__init__(*args, **options)
        self.today = today

    def clean_until(self) -> dt.date:
        """From today on, and not for long."""
        until: dt.date = self.cleaned_data["until"]
        if not self.today <= until <= self.today + dt.timedelta(LONGEST_RELEASE):
            message = _("A release lasts {n} days at most: choose a day from today on.")
            raise forms.ValidationError(message.format(n=LONGEST_RELEASE))
        return until
