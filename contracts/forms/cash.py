"""What a finance clerk types about bank lines and credit."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.forms.receipts import ReasonForm
from core.combo import ComboBox
from core.form_fields import AmountField, DayField
from customers.choosing import chosen_customer, surviving_customer
from customers.models import Customer
from organization.models import User


class BankStatementForm(forms.Form):
    """A bank's file, and which of our accounts it is about."""

    account = forms.CharField(
        label=gettext_lazy("our account"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Say which of our accounts it is.")},
    )
    file = forms.FileField(
        label=gettext_lazy("statement (CSV or XLSX)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        error_messages={"required": gettext_lazy("Choose the bank's file.")},
    )


class BankLineForm(forms.Form):
    """Whose money a bank line is, or why it is nobody's; of one that went out only the latter."""

    customer = forms.CharField(
        label=gettext_lazy("customer"),
        max_length=200,
        required=False,
        widget=ComboBox("receipt_customers"),
        help_text=gettext_lazy("Type a code or a part of the name."),
    )
    line = forms.CharField(
        label=gettext_lazy("plan line to pay first"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("Empty: the oldest due lines."),
    )
    remember = forms.BooleanField(
        label=gettext_lazy("This payer pays for this customer from now on"),
        required=False,
        initial=True,
    )
    note = forms.CharField(
        label=gettext_lazy("or no customer's money, because"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Interest, a transfer between our own accounts, a refund."),
    )

    def __init__(self, *args: Any, user: User, is_incoming: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        self.payer: Customer | None = None
        if not is_incoming:
            for name in ("customer", "line", "remember"):
                del self.fields[name]
            self.fields["note"].label = _("what it was for")
            self.fields["note"].required = True

    def clean(self) -> dict[str, Any]:
        """Either a customer or a note."""
        data = super().clean() or {}
        text, note = data.get("customer", "").strip(), data.get("note", "").strip()
        if "customer" not in self.fields:
            return data
        if bool(text) == bool(note):
            self.add_error("customer", _("Choose a customer, or say why it is nobody's money."))
        elif text:
            try:
                survivor = surviving_customer(self.user, text)
                self.payer = survivor or chosen_customer(self.user, text)
            except forms.ValidationError as error:
                self.add_error("customer", error)
        return data


class RefundForm(ReasonForm):
    """Credit paid back to the customer."""

    amount = AmountField(
        label=gettext_lazy("amount"),
    )
    on = DayField(
        label=gettext_lazy("paid back on"),
    )
    field_order = ("amount", "on", "reason")

    def __init__(self, *args: Any, credit: Decimal, today: dt.date, **options: Any) -> None:
        options.setdefault("initial", {"amount": credit, "on": today})
        super().__init__(*args, **options)


class WriteOffForm(ReasonForm):
    """Why an open line is given up."""

    KINDS = (
        ("lost", gettext_lazy("Lost: written off as a bad debt")),
        ("waived", gettext_lazy("A favour: waived")),
    )
    kind = forms.ChoiceField(label=gettext_lazy("kind"), choices=KINDS, widget=forms.RadioSelect)
    field_order = ("kind", "reason")

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("initial", {"kind": "lost"})
        super().__init__(*args, **options)
