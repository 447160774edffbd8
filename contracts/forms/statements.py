"""From when a customer is billed by statements."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import Contract
from contracts.rules.due_dates import last_period_end, period_start
from contracts.rules.terms import END_OF_MONTH
from core.form_fields import DayField
from customers.models import Customer
from organization.models import User

_AHEAD = dt.timedelta(days=366)
_BACK = dt.timedelta(days=92)  # what was shipped earlier was billed by other means, surely


class BillingForm(forms.Form):
    """Which contract of monthly settlement, and the first day whose shipments are billed."""

    contract = forms.ModelChoiceField(
        Contract.objects.none(),
        label=gettext_lazy("contract"),
        empty_label=None,
        error_messages={"required": gettext_lazy("There is no contract of monthly settlement.")},
    )
    since = DayField(
        label=gettext_lazy("shipments from"),
        help_text=gettext_lazy("What was shipped earlier was billed elsewhere."),
    )

    def __init__(self, data: Any = None, *, user: User, customer: Customer, today: dt.date) -> None:
        chosen = (
            Contract.objects.visible_to(user)
            .agreed()
            .filter(customer=customer, settlement=Contract.Settlement.MONTHLY)
        )
        contracts = chosen.order_by("-starts_on", "-pk")
        super().__init__(data, initial={"since": _proposed(contracts.first(), today)})
        self.fields["contract"].queryset = contracts  # type: ignore[attr-defined]  # a choice of rows
        self.today = today

    def clean_since(self) -> dt.date:
        """No more than a quarter back, no more than a year ahead."""
        day: dt.date = self.cleaned_data["since"]
        if not self.today - _BACK <= day <= self.today + _AHEAD:
            message = _("Choose a day from {first} to {last}.")
            first, last = self.today - _BACK, self.today + _AHEAD
            raise forms.ValidationError(message.format(first=first, last=last))
        return day


def _proposed(contract: Contract | None, today: dt.date) -> dt.date:
    """The first day of the period that is over last."""
    cut_off = (contract.statement_day if contract else None) or END_OF_MONTH
    first = period_start(last_period_end(today, cut_off), cut_off)
    return max(first, contract.starts_on) if contract else first
