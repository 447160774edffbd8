"""What people write into a credit dossier."""

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.form_fields import DayField, NumberInput
from customers.models import (
    BankAccount,
    CreditEvent,
    CreditFact,
    Guarantee,
    Qualification,
    Statement,
)

_SOURCE = ("source", "as_of")
_MONEY = ("amount", "assets", "liabilities", "revenue", "profit", "cash")
_DAYS = dict.fromkeys(("as_of", "issued_on", "starts_on", "expires_on", "settled_on"), DayField)


class DossierForm(forms.ModelForm[Any]):
    """A part of the dossier, with its source and a day that has been."""

    def __init__(self, *args: Any, today: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        self.initial.setdefault("as_of", today)
        for name, field in self.fields.items():
            if name in _MONEY:
                field.widget = NumberInput()
            if name == "currency":
                field.widget.attrs["maxlength"] = "3"
        self.fields["source"].help_text = _("For example: annual report, bank, talk with finance.")

    def clean_as_of(self) -> dt.date:
        """A day that has been."""
        day: dt.date = self.cleaned_data["as_of"]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def clean_currency(self) -> str:
        """Three capital letters."""
        currency: str = self.cleaned_data["currency"].strip().upper()
        if len(currency) != 3 or not currency.isalpha() or not currency.isascii():
            raise forms.ValidationError(_("Three capital letters, such as CNY."))
        return currency


class FactForm(DossierForm):
    """What is known about one topic, with an amount where the topic has one."""

    class Meta:
        model = CreditFact
        field_classes = _DAYS
        fields = ("amount", "currency", "text", *_SOURCE)
        widgets: ClassVar[dict[str, Any]] = {"text": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"].label = str(self.instance.get_topic_display())
        if self.instance.topic not in CreditFact.WITH_AMOUNT:
            del self.fields["amount"], self.fields["currency"]

    def clean(self) -> dict[str, Any]:
        """Something must be said."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and data.get("amount") is None and not data.get("text"):
            self.add_error("text", _("Write down what is known."))
        return data


class AccountForm(DossierForm):
    """A bank account; an empty number leaves the one that is stored."""

    class Meta:
        model = BankAccount
        field_classes = _DAYS
        fields = ("bank", "holder", "account_no", "is_main", *_SOURCE)
        widgets: ClassVar[dict[str, Any]] = {
            "account_no": forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.stored = self.instance.account_no
        if self.stored:
            self.initial["account_no"] = ""
            self.fields["account_no"].required = False
            self.fields["account_no"].help_text = format_html(
                _("Empty leaves {number} as it is."), number=self.instance.tail
            )

    def clean_account_no(self) -> str:
        """Digits and letters without blanks."""
        number = "".join(str(self.cleaned_data["account_no"]).split())
        if number and not (number.isascii() and number.isalnum()):
            raise forms.ValidationError(_("An account number has digits and letters only."))
        return number or self.stored


class QualificationForm(DossierForm):
    """A licence or certificate."""

    class Meta:
        model = Qualification
        field_classes = _DAYS
        fields = ("name", "number", "issuer", "issued_on", "expires_on", *_SOURCE)

    def clean(self) -> dict[str, Any]:
        """It ends after it begins."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        _refuse_reverse(self, "issued_on", "expires_on")
        return data


class StatementForm(DossierForm):
    """A year's figures."""

    class Meta:
        model = Statement
        field_classes = _DAYS
        fields = (
            *("year", "currency", "assets", "liabilities", "revenue", "profit", "cash"),
            *("audited", *_SOURCE),
        )

    def clean_year(self) -> int:
        """A year that has begun, once a customer."""
        year: int = self.cleaned_data["year"]
        if not 1949 <= year <= self.today.year:
            raise forms.ValidationError(_("Write a year that has begun, such as 2025."))
        others = Statement.objects.none()
        if self.instance.customer_id:
            others = self.instance.customer.statements.exclude(pk=self.instance.pk)
        if others.filter(year=year).exists():
            raise forms.ValidationError(_("This year stands there already: edit it instead."))
        return year

    def clean(self) -> dict[str, Any]:
        """At least one figure; assets, liabilities and cash not below 0."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("assets", "liabilities", "cash"):
            if (data.get(name) or Decimal(0)) < 0:
                self.add_error(name, _("This cannot be less than 0."))
        if not self.errors and all(data.get(name) is None for name in _MONEY):
            self.add_error("revenue", _("Write down at least one figure."))
        return data


class GuaranteeForm(DossierForm):
    """A guarantee, mortgage or pledge."""

    class Meta:
        model = Guarantee
        field_classes = _DAYS
        fields = (
            *("direction", "kind", "party", "collateral", "amount", "currency"),
            *("starts_on", "expires_on", *_SOURCE),
        )

    def clean(self) -> dict[str, Any]:
        """It ends after it begins, and is of more than nothing."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        _refuse_reverse(self, "starts_on", "expires_on")
        if data.get("amount") is not None and data["amount"] <= 0:
            self.add_error("amount", _("The amount must be more than 0."))
        return data


class EventForm(DossierForm):
    """Something that speaks for or against the customer."""

    class Meta:
        model = CreditEvent
        field_classes = _DAYS
        fields = ("kind", "as_of", "text", "amount", "currency", "settled_on", "source")
        widgets: ClassVar[dict[str, Any]] = {"text": forms.Textarea(attrs={"rows": 3})}
        labels: ClassVar[dict[str, Any]] = {"as_of": gettext_lazy("happened on")}

    def clean(self) -> dict[str, Any]:
        """It is settled after it happened, and that has been."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        _refuse_reverse(self, "as_of", "settled_on")
        settled = data.get("settled_on")
        if settled and settled > self.today:
            self.add_error("settled_on", _("This day has not come yet."))
        return data


def _refuse_reverse(form: DossierForm, first: str, last: str) -> None:
    begins, ends = form.cleaned_data.get(first), form.cleaned_data.get(last)
    if begins and ends and ends < begins:
        form.add_error(last, _("This lies before the other day."))
