"""What a customer shall have instead of what its service policy says."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.form_fields import GrantForm, NumberInput, PercentField
from customers.models import ManagerLevel, PolicyPoint
from customers.rules.policies import POINTS, write_value


class DeviationForm(GrantForm):
    """Another value of one point, until when, and why."""

    must_end = gettext_lazy("A deviation ends: choose a day from today on, within a year.")
    field_order = ("value", "ends_on", "reason")

    def __init__(self, *args: Any, point: PolicyPoint, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["value"] = _field(point)
        self.order_fields(self.field_order)

    def clean_value(self) -> str:
        """As it is kept."""
        value = self.cleaned_data["value"]
        return value if isinstance(value, str) else write_value(value)


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
