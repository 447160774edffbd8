"""How long an alert may wait, and why."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.form_fields import DayField

_LONGEST_DELAY = 92  # days


class SnoozeForm(forms.Form):
    """Until when an alert may wait, and why."""

    until = DayField(
        label=_("remind me on"),
    )
    reason = forms.CharField(
        label=pgettext_lazy("snooze", "reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why it can wait; the reason stays in the history.")},
        help_text=_("For example: payment promised, customer on holiday."),
    )

    def __init__(self, *args: Any, today: dt.date, **options: Any) -> None:
        options.setdefault("initial", {"until": today + dt.timedelta(1)})
        super().__init__(*args, **options)
        self.today = today

    def clean_until(self) -> dt.date:
        """A day within three months from tomorrow."""
        until: dt.date = self.cleaned_data["until"]
        if not dt.timedelta(0) < until - self.today <= dt.timedelta(_LONGEST_DELAY):
            raise forms.ValidationError(
                _("Choose a day from tomorrow on, at most three months away.")
            )
        return until
