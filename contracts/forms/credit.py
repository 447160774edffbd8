"""What somebody asks for when a customer on hold is to ship on."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from contracts.rules.credit import LONGEST_RELEASE
from core.form_fields import AmountField, DayField, ReasonField


class ReleaseForm(forms.Form):
    """How much more, until when, why."""

    amount = AmountField(
        label=gettext_lazy("so much more than now"),
    )
    until = DayField(
        label=pgettext_lazy("a day", "through"),
    )
    reason = ReasonField()

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
