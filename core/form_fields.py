"""Fields of forms as the browser shows them: days with a calendar, amounts with number keys.

And what forms ask for in more than one app: a reason; until when and why something is granted.
"""

from datetime import date, timedelta
from decimal import Decimal, DecimalException
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.rules import LONGEST_GRANT, YEARS, ZERO, ends_in_time, percent_digits

_USUAL_GRANT = timedelta(days=90)


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


class ReasonField(forms.CharField):
    """Why somebody does it, which the history keeps."""

    widget = forms.Textarea(attrs={"rows": 3})
    default_error_messages = {"required": gettext_lazy("Say why; the reason stays in the history.")}

    def __init__(self, *, label: Any = "", **options: Any) -> None:
        super().__init__(label=label or gettext_lazy("reason"), max_length=500, **options)


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


class GrantForm(forms.Form):
    """What one customer is granted for a time: until when, and why; `today` is its first day."""

    ends_on = DayField(label=gettext_lazy("until"))
    reason = ReasonField()
    must_end: Any  # said where it would not end within a year

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        options["initial"] = {"ends_on": today + _USUAL_GRANT} | options.get("initial", {})
        super().__init__(*args, **options)
        self.today = today
        limits = {"min": today.isoformat(), "max": (today + LONGEST_GRANT).isoformat()}
        self.fields["ends_on"].widget.attrs.update(limits)

    def clean_ends_on(self) -> date:
        """A day from today on, within a year."""
        day: date = self.cleaned_data["ends_on"]
        if not ends_in_time(day, self.today):
            raise forms.ValidationError(self.must_end)
        return day
