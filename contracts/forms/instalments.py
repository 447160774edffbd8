"""In which parts a contract's amount is to be paid."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.rules.instalments import MOST, Schedule, equal
from core.form_fields import DayField, NumberInput

_EQUAL, _PORTIONS = "equal", "portions"
_PART = re.compile(r"\d{1,6}(\.\d{1,4})?")


class InstalmentsForm(forms.Form):
    """Equal parts by months, or portions such as 30/30/40; `seen` says which preview is meant."""

    by = forms.ChoiceField(
        label=gettext_lazy("parts"),
        choices=((_EQUAL, gettext_lazy("equal")), (_PORTIONS, gettext_lazy("by portions"))),
        widget=forms.RadioSelect,
    )
    count = forms.IntegerField(
        label=gettext_lazy("number of parts"), min_value=1, max_value=MOST, required=False
    )
    portions = forms.CharField(
        label=gettext_lazy("portions"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For example 30/30/40."),
        widget=NumberInput(),
    )
    first_on = DayField(
        label=gettext_lazy("first part asked for on"),
        help_text=gettext_lazy("Each is due by the terms of the contract after that day."),
    )
    months_apart = forms.TypedChoiceField(
        label=gettext_lazy("then every"),
        coerce=int,
        choices=(
            (1, gettext_lazy("month")),
            (2, gettext_lazy("2 months")),
            (3, gettext_lazy("quarter")),
            (6, gettext_lazy("half year")),
            (12, gettext_lazy("year")),
        ),
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, first_on: dt.date) -> None:
        initial = {"by": _EQUAL, "count": 4, "months_apart": 3, "first_on": first_on}
        super().__init__(data, initial=initial)

    def clean(self) -> dict[str, Any]:
        """As many parts as are said, or the portions as numbers."""
        data = super().clean() or {}
        if data.get("by") == _EQUAL and not data.get("count") and "count" not in self.errors:
            self.add_error("count", _("Say in how many parts."))
        if data.get("by") == _PORTIONS:
            self._read_portions(data)
        return data

    def _read_portions(self, data: dict[str, Any]) -> None:
        texts = re.split(r"[/／,，、\s]+", data.get("portions", "").replace("%", "").strip())
        if not all(_PART.fullmatch(text) for text in texts) or len(texts) > MOST:
            self.add_error("portions", _("Write numbers with a slash between them: 30/30/40."))
            return
        data["weights"] = tuple(Decimal(text) for text in texts)
        if not sum(data["weights"]):
            self.add_error("portions", _("One portion at least is more than 0."))

    def schedule(self) -> Schedule:
        """What a valid form says."""
        data = self.cleaned_data
        weights = equal(data["count"]) if data["by"] == _EQUAL else data["weights"]
        return Schedule(weights, data["first_on"], data["months_apart"])
