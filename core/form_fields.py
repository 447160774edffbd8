"""Fields of forms as the browser shows them: days with a calendar, amounts with number keys."""

from datetime import date
from decimal import Decimal, DecimalException
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.rules import YEARS, ZERO, percent_digits


class DayInput(forms.DateInput):
    """The browser's calendar; it reads and writes 2026-03-31 in every language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class NumberInput(forms.TextInput):
    """Number keys on a phone, and commas and marks may be typed, which a number field refuses."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off"} | (attrs or {}))


class DayField(forms.DateField):
    """A day of the calendar, in a year that tables take as well."""

    widget = DayInput

    def to_python(self, value: Any) -> date | None:
        """The day; other years are refused in words, not by whatever counts from it."""
        day: date | None = super().to_python(value)
        if day is not None and day.year not in YEARS:
            message = _("Choose a year from {first} to {last}.")
            raise forms.ValidationError(message.format(first=YEARS[0], last=YEARS[-1]))
        return day


class PercentField(forms.DecimalField):
    """A share that is typed in per cent and is a fraction in code."""

    widget = NumberInput

    def __init__(self, *, most: Decimal, places: int, **options: Any) -> None:
        """`most` is a fraction; `places` are those behind the point of the per cent."""
        message = format_lazy(gettext_lazy("At most {most}."), most=f"{percent_digits(most)}%%")
        options["error_messages"] = {"max_value": message}
        super().__init__(min_value=ZERO, max_value=most, decimal_places=places + 2, **options)

    def to_python(self, value: Any) -> Any:
        """The fraction of what was typed."""
        typed = super().to_python(value)
        try:
            return None if typed is None else typed.scaleb(-2)
        except DecimalException as error:  # as sNaN, or larger than any that can be reckoned with
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error

    def prepare_value(self, value: Any) -> Any:
        """A fraction in per cent; what was typed as it is."""
        return percent_digits(value) if isinstance(value, Decimal) else value


class AmountField(forms.DecimalField):
    """Money of more than 0, to the cent, unless another least amount is named."""

    widget = NumberInput

    def __init__(self, *, min_value: Decimal = Decimal("0.01"), **options: Any) -> None:
        super().__init__(min_value=min_value, max_digits=18, decimal_places=2, **options)
