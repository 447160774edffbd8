"""What a customer shall have instead of what its service policy says."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.form_fields import DayField, NumberInput, PercentField
from customers.models import ManagerLevel, PolicyPoint
from customers.rules.policies import POINTS, write_value
from customers.services.policies import LONGEST

_USUAL = dt.timedelta(days=90)


class DeviationForm(forms.Form):
    """Another value of one point, until when, and why."""

    ends_on = DayField(label=gettext_lazy("until"))
    reason = forms.CharField(
        label=gettext_lazy("reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say why; the reason stays in the history.")},
    )
    field_order = ("value", "ends_on", "reason")

    def __init__(self, *args: Any, point: PolicyPoint, today: dt.date, **options: Any) -> None:
        options.setdefault("initial", {"ends_on": today + _USUAL})
        super().__init__(*args, **options)
        self.today = today
        self.fields["value"] = _field(point)
        self.order_fields(self.field_order)

    def clean_value(self) -> str:
        """As it is kept."""
        value = self.cleaned_data["value"]
        return value if isinstance(value, str) else write_value(value)

    def clean_ends_on(self) -> dt.date:
        """A day from today on, within a year."""
        day: dt.date = self.cleaned_data["ends_on"]
        if not self.today <= day <= self.today + LONGEST:
            raise forms.ValidationError(
                _("A deviation ends: choose a day from today on, within a year.")
            )
        return day


def _field(point: PolicyPoint) -> forms.Field:
    """The field for a value of the point."""
    kind, label = POINTS[point], point.label
    if kind.kind == "flag":
        return forms.ChoiceField(
            label=label,
            choices=[
                ("true", pgettext_lazy("granted", "Yes")),
                ("false", pgettext_lazy("not granted", "No")),
            ],
            widget=forms.RadioSelect,
        )
    if kind.kind == "manager":
        return forms.ChoiceField(label=label, choices=ManagerLevel.choices)
    options: dict[str, Any] = {"required": not kind.optional}
    if kind.optional:
        options["help_text"] = (
            _("Empty: without a ceiling.") if kind.kind == "share" else _("Empty: not planned.")
        )
    if kind.kind == "share":
        label = format_lazy("{} (%)", label)
        return PercentField(label=label, most=Decimal(1), places=2, **options)
    unit = _("{label} (working hours)") if kind.kind == "hours" else _("{label} (days)")
    return forms.IntegerField(
        label=unit.format(label=label),
        min_value=kind.least,
        max_value=kind.most,
        widget=NumberInput,
        **options,
    )
