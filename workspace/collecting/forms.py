"""What people type when they collect."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import PlanLine
from contracts.services import Word
from core.form_fields import AmountField, DayField


class PromiseForm(forms.Form):
    """How much is promised, for which line, by when."""

    line: forms.ModelChoiceField[PlanLine] = forms.ModelChoiceField(
        PlanLine.objects.none(),
        label=gettext_lazy("plan line"),
        required=False,
        empty_label=gettext_lazy("all that is open"),
        to_field_name="line_no",
    )
    amount = AmountField(
        label=gettext_lazy("amount promised"),
    )
    due_on = DayField(
        label=gettext_lazy("promised for"),
    )
    note = forms.CharField(
        label=gettext_lazy("who said it, and what"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, *args: Any, lines: Any, currency: str, today: dt.date, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["line"].queryset = lines  # type: ignore[attr-defined]  # a field of choices
        self.currency, self.today = currency, today

    def clean_due_on(self) -> dt.date:
        """Today or later, within a year."""
        day: dt.date = self.cleaned_data["due_on"]
        if day < self.today:
            raise forms.ValidationError(_("The day promised has gone by already."))
        if day > self.today + dt.timedelta(days=365):
            raise forms.ValidationError(_("More than a year away is no promise."))
        return day

    def word(self) -> Word:
        """What a valid form says."""
        data = self.cleaned_data
        line: PlanLine | None = data["line"]
        currency = line.currency if line else self.currency
        return Word(data["amount"], currency, data["due_on"], line, data["note"])
