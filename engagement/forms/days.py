"""When to follow up: a few usual distances, or a day."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from core.form_fields import DayField
from engagement.rules.follow_ups import follow_up_day
from organization.reports import work_calendar

FARTHEST = dt.timedelta(days=730)
DISTANCES = (
    ("1", pgettext_lazy("when to follow up", "Tomorrow")),
    ("7", pgettext_lazy("when to follow up", "1 week")),
    ("14", pgettext_lazy("when to follow up", "2 weeks")),
    ("30", pgettext_lazy("when to follow up", "1 month")),
)


def refuse_odd_day(day: dt.date, today: dt.date) -> None:
    """ValidationError for a day that has gone by, or that nobody plans for."""
    if not today <= day <= today + FARTHEST:
        raise forms.ValidationError(
            _("Choose a day from today on, at most two years away."), code="day"
        )


class FollowUpMixin(forms.Form):
    """A distance in days, which ends on a workday, or a day of one's own, which goes before it."""

    next_in = forms.ChoiceField(
        label=_("next follow-up"),
        required=False,
        choices=[("", pgettext_lazy("when to follow up", "None")), *DISTANCES],
        widget=forms.RadioSelect,
    )
    next_on = DayField(label=_("or on a day"), required=False)
    today: dt.date

    def offer_days(self, days: int) -> None:
        """One of the distances is this one: that of the customer's service policy."""
        if str(days) not in dict(DISTANCES):
            label = ngettext("{n} day", "{n} days", days).format(n=days)
            field: Any = self.fields["next_in"]
            numbered = [(int(number or 0), number, words) for number, words in field.choices]
            numbered = sorted([*numbered, (days, str(days), label)], key=lambda each: each[0])
            field.choices = [(number, words) for _days, number, words in numbered]

    def clean_next_on(self) -> dt.date | None:
        """A day from today on."""
        day: dt.date | None = self.cleaned_data["next_on"]
        if day is not None:
            refuse_odd_day(day, self.today)
        return day

    def follow_up_on(self) -> dt.date | None:
        """The day chosen; None for none."""
        day: dt.date | None = self.cleaned_data["next_on"]
        distance = self.cleaned_data["next_in"]
        if day is not None or not distance:
            return day
        return follow_up_day(self.today, int(distance), work_calendar())
