"""What people write beside a contract: service levels, rebates, amendments, extra work."""

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import Commitment, Contract, ExtraWork
from core.form_fields import DayField, NumberInput, PercentField
from customers.forms.contacts import colleagues_for
from organization.models import User

REBATE_STEPS = 4


def _decimal(label: Any, most: int | None = None, **options: Any) -> Any:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_value=most,
        max_digits=18,
        decimal_places=2,
        widget=NumberInput(),
        **options,
    )


def _percent(label: Any, places: int, **options: Any) -> Any:
    return PercentField(label=label, most=Decimal(1), places=places, required=False, **options)


class LevelsForm(forms.Form):
    """The service levels of a contract; what is left empty is not promised."""

    on_time = _percent(gettext_lazy("on time, at least (%)"), 2)
    damage = _percent(gettext_lazy("damaged, at most (%)"), 4)
    response = _decimal(gettext_lazy("first answer to complaints within (hours)"), 1000)

    def __init__(self, data: Any = None, *, levels: dict[str, Decimal]) -> None:
        shown: dict[str, Any] = dict(levels)
        if (hours := levels.get(Commitment.Measure.RESPONSE)) is not None:
            shown["response"] = f"{hours.normalize():f}"
        super().__init__(data, initial=shown)

    def levels(self) -> dict[str, Decimal]:
        """Agreed values by measure, shares as fractions."""
        return {name: value for name, value in self.cleaned_data.items() if value is not None}


class RebateForm(forms.Form):
    """The steps of a year-end rebate: from which revenue on, how many per cent of all of it."""

    def __init__(self, data: Any = None, *, steps: list[tuple[Decimal, Decimal]]) -> None:
        super().__init__(data)
        for number in range(1, REBATE_STEPS + 1):
            first, rate = steps[number - 1] if number <= len(steps) else (None, None)
            self.fields[f"from_{number}"] = _decimal(
                _("step {n}: from revenue").format(n=number), initial=first
            )
            self.fields[f"rate_{number}"] = _percent(
                _("step {n}: rebate (%)").format(n=number), 4, initial=rate
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
        return [(first, rate) for first, rate in pairs if first is not None and rate is not None]


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
    """What changes, and from when on; a term that is left empty stays.

    Whether that can be is said by the service (write_amendment).
    """

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

    def __init__(self, data: Any = None, *, today: dt.date) -> None:
        super().__init__(data, initial={"signed_on": today, "in_force_from": today})

    def changes(self) -> dict[str, Any]:
        """New values by field."""
        names = ("ends_on", "amount", "credit_days", "price_basis")
        data = self.cleaned_data
        return {name: data[name] for name in names if data[name] not in (None, "")}
