"""What another person answers to who asks to put rules in force."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.form_fields import DayField, ReasonField


class ReasonForm(forms.Form):
    """Why a draft goes back to its author."""

    reason = ReasonField()


class StartForm(forms.Form):
    """From when the rules count; `seen` is what the person decides on."""

    starts_on = DayField(
        label=pgettext_lazy("rule set", "First business day"),
        required=False,
        help_text=_(
            "The night of that day is the first by these rules, and customers are served by their"
            " policies from the morning after. Without a day they count at once: from the next"
            " night on, their policies from now on."
        ),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def decided_on(self) -> tuple[int, str]:
        """The version in force and the moment of the question, as the person saw them."""
        active, _comma, asked = self.data.get("seen", "").partition(",")
        return int(active) if active.isdecimal() and len(active) < 10 else 0, asked
