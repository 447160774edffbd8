"""What people decide about a customer's credit, and why."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.form_fields import AmountField, DayField, ReasonField
from customers.models import DangerSign

_LONGEST_REVIEW = dt.timedelta(days=366 * 2)
_FARTHEST = dt.timedelta(days=366 * 5)


def _text(label: Any, rows: int, length: int, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=length, widget=widget, **options)


class LimitForm(forms.Form):
    """Another credit limit, until when, and why."""

    amount = AmountField(
        label=gettext_lazy("credit limit"),
        min_value=Decimal(0),
    )
    valid_until = DayField(label=gettext_lazy("valid until"), required=False)
    reason = ReasonField()

    def __init__(self, *args: Any, today: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today

    def clean_valid_until(self) -> dt.date | None:
        """A day to come, within five years."""
        until: dt.date | None = self.cleaned_data["valid_until"]
        if until and not self.today < until <= self.today + _FARTHEST:
            raise forms.ValidationError(_("Choose a day from tomorrow on, within five years."))
        return until


class ReviewForm(forms.Form):
    """What came of a look at the dossier."""

    outcome = _text(gettext_lazy("outcome"), 5, 2000)
    next_on = DayField(label=gettext_lazy("next review"))

    def __init__(self, *args: Any, today: dt.date, **options: Any) -> None:
        options.setdefault("initial", {"next_on": today + dt.timedelta(days=182)})
        super().__init__(*args, **options)
        self.today = today

    def clean_next_on(self) -> dt.date:
        """A day to come, within two years."""
        day: dt.date = self.cleaned_data["next_on"]
        if not self.today < day <= self.today + _LONGEST_REVIEW:
            raise forms.ValidationError(_("Choose a day from tomorrow on, within two years."))
        return day


class SignsForm(forms.Form):
    """The danger signs that stand."""

    signs = forms.MultipleChoiceField(
        label=gettext_lazy("danger signs"),
        choices=DangerSign.Sign.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = _text(gettext_lazy("what was seen"), 3, 500, required=False)


class ReasonForm(forms.Form):
    """Why somebody reads a number that is hidden."""

    reason = _text(
        gettext_lazy("reason"), 2, 200,
        error_messages={"required": gettext_lazy("Say why; reading it is recorded.")},
    )  # fmt: skip
