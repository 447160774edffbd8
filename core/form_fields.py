"""Fields of forms as the browser shows them: days with a calendar, amounts with number keys."""

from decimal import Decimal
from typing import Any

from django import forms


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
    """A day of the calendar."""

    widget = DayInput


class AmountField(forms.DecimalField):
    """Money of more than 0, to the cent, unless another least amount is named."""

    widget = NumberInput

    def __init__(self, *, min_value: Decimal = Decimal("0.01"), **options: Any) -> None:
        super().__init__(min_value=min_value, max_digits=18, decimal_places=2, **options)
