"""What people write beside a contract: service levels, rebates, amendments, extra work."""

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import Commitment, Contract, ExtraWork
from core.form_fields import DayField, NumberInput
from core.rules import PERCENT, percent_digits
from customers.forms.contacts import colleagues_for
from organization.models import User

REBATE_STEPS = 4
_Measure = Commitment.Measure


def _decimal(label: Any, most: int | None = None, places: int = 2, **options: Any) -> Any:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_value=most,
        max_digits=18,
        decimal_places=places,
        widget=NumberInput(),
        **options,
    )


class LevelsForm(forms.Form):
    """The service levels of a contract; what is left empty is not promised."""

    on_time = _decimal(gettext_lazy("on time, at least (%)"), 100)
    damage = _decimal(gettext_lazy("damaged, at most (%)"), 100, 4)
    response = _decimal(gettext_lazy("first answer to complaints within (hours)"), 1000)

    def __init__(self, data: Any = None, *, levels: dict[str, Decimal]) -> None:
        shown = {
            name: (value if name == _Measure.RESPONSE else value * PERCENT).normalize()
            for name, value in levels.items()
        }
        super().__init__(data, initial={name: f"{value:f}" for name, value in shown.items()})

    def levels(self) -> dict[str, Decimal]:
        """Agreed values by measure, shares as fractions."""
        return {
            name: value if name == _Measure.RESPONSE else value / PERCENT
            for name, value in self.cleaned_data.items()
            if value is not None
        }


class RebateForm(forms.Form):
    """The steps of a year-end rebate: from which revenue on, how many per cent of all of it."""

    def __init__(self, data: Any = None, *, steps: list[tuple[Decimal, Decimal]]) -> None:
        super().__init__(data)
        for number in range(1, REBATE_STEPS + 1):
            first, rate = steps[number - 1] if number <= len(steps) else (None, None)
            self.fields[f"from_{number}"] = _decimal(
                _("step {n}: from revenue").format(n=number), initial=first
            )
            percent = None if rate is None else percent_digits(rate)
            self.fields[f"rate_{number}"] = _decimal(
                _("step {n}: rebate (%)").format(n=number), 100, 4, initial=percent
            )

    def clean(self) -> dict[str, Any]:
        """Each step whole; more revenue earns more."""
        data = super().clean() or {}
        for number in range(1, REBATE_STEPS + 1):
            pair = data.get(f"from_{number}"), data.get(f"rate_{number}")
            if (pair[0] is None) != (pair[1] is None) and not self.errors:
                missing = "from" if pair[0] is None else "rate"
                self.add_error(f"{missing}_{number}", _("A step has both."))
        revenues = [first for first, _rate in self.steps(data)]
        if revenues != sorted(set(revenues)):
            self.add_error(None, _("Order the steps by revenue, each once."))
        return data

    def steps(self, data: dict[str, Any] | None = None) -> list[tuple[Decimal, Decimal]]:
        """Revenue and rate (a fraction) of each step."""
        data = self.cleaned_data if data is None else data
        pairs = ((data.get(f"from_{n}"), data.get(f"rate_{n}")) for n in range(1, REBATE_STEPS + 1))
        return [
            (first, rate / PERCENT)
            for first, rate in pairs
            if first is not None and rate is not None
        ]


class ExtraWorkForm(forms.ModelForm[ExtraWork]):
    """Work beyond the contract; what is not billed needs its reason."""

    class Meta:
        model = ExtraWork
        fields = ("done_on", "what", "allowed_by", "cost", "billed", "reason")
        field_classes: ClassVar[dict[str, Any]] = {"done_on": DayField}
        widgets: ClassVar[dict[str, Any]] = {"reason": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, data: Any = None, *, user: User, contract: Contract, today: dt.date) -> None:
        work = ExtraWork(
            contract=contract,
            customer_id=contract.customer_id,
            currency=contract.currency,
            entered_by=user,
        )
        super().__init__(data, instance=work, initial={"done_on": today, "billed": 0})
        self.today = today
        allowed: Any = self.fields["allowed_by"]
        allowed.queryset = colleagues_for(user, contract.customer)
        allowed.required = True
        for name in ("cost", "billed"):
            self.fields[name].widget = NumberInput()
        self.fields["billed"].help_text = _("0: a favour; say why.")

    def clean(self) -> dict[str, Any]:
        """Done by today; billed, or with a reason."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("done_on") and data["done_on"] > self.today:
            self.add_error("done_on", _("This day has not come yet."))
        for name in ("cost", "billed"):
            if data.get(name) is not None and data[name] < 0:
                self.add_error(name, _("An amount is 0 or more."))
        if data.get("billed") == 0 and not data.get("reason"):
            self.add_error("reason", _("Say why it is not billed."))
        return data


class AmendmentForm(forms.Form):
    """What changes, and from when on; a term that is left empty stays."""

    signed_on = DayField(
        label=gettext_lazy("signed on"),
    )
    in_force_from = DayField(
        label=gettext_lazy("in force from"),
    )
    text = forms.CharField(
        label=gettext_lazy("what changes"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    ends_on = DayField(
        label=gettext_lazy("new end"),
        required=False,
    )
    amount = _decimal(gettext_lazy("new amount"))
    credit_days = forms.IntegerField(
        label=gettext_lazy("new credit days"), required=False, min_value=0, max_value=3650
    )
    price_basis = forms.CharField(
        label=gettext_lazy("new price basis or discount"), required=False, max_length=300
    )

    def __init__(self, data: Any = None, *, contract: Contract, today: dt.date) -> None:
        super().__init__(data, initial={"signed_on": today, "in_force_from": today})
        self.contract, self.today = contract, today

    def clean(self) -> dict[str, Any]:
        """Signed by today, in force within the term, which ends after it begins."""
        data = super().clean() or {}
        begin, end = data.get("in_force_from"), data.get("ends_on")
        if data.get("signed_on") and data["signed_on"] > self.today:
            self.add_error("signed_on", _("This day has not come yet."))
        if begin and begin < self.contract.starts_on:
            self.add_error("in_force_from", _("The contract has not begun by then."))
        if begin and end and end < begin:
            self.add_error("ends_on", _("It ends before the change is in force."))
        return data

    def changes(self) -> dict[str, Any]:
        """New values by field."""
        names = ("ends_on", "amount", "credit_days", "price_basis")
        data = self.cleaned_data
        return {name: data[name] for name in names if data[name] not in (None, "")}
