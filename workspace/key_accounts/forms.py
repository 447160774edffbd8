"""Why a customer is named a key account, and why it is one no longer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.form_fields import DayField, ReasonField


class NamingForm(forms.Form):
    """Why, and up to which day, if it has a last one."""

    reason = ReasonField(help_text=_("What makes it important; the file and lists show it."))
    ends_on = DayField(
        label=_("until"), required=False, help_text=_("Empty: until somebody ends it.")
    )


class EndForm(forms.Form):
    """Why it ends."""

    reason = ReasonField()
