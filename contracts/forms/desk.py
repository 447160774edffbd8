"""The clerk's form for one receipt after the other."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from contracts.forms.receipts import ReceiptForm
from contracts.services import ReceiptEntry

KEPT = ("received_on", "currency", "method")  # what the next receipt begins with


class DeskForm(ReceiptForm):
    """A receipt whose customer is chosen among those who may have paid it."""

    payer_name = forms.CharField(
        label=gettext_lazy("payer"),
        max_length=200,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autofocus": True}
        ),
        help_text=gettext_lazy("As the bank tells it; the own name needs no entry."),
    )
    remember = forms.BooleanField(
        label=gettext_lazy("This payer pays for this customer from now on"), required=False
    )
    field_order = ("payer_name", "amount", "receipt_no", "received_on", "method", "currency")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["customer"].label = gettext_lazy("or another customer")
        self.fields["customer"].error_messages["required"] = gettext_lazy(
            "Nobody is sure: choose whose money it is."
        )

    def entry(self) -> ReceiptEntry:
        """What a valid form says, with who paid."""
        return replace(super().entry(), payer_name=self.cleaned_data["payer_name"].strip())


def read_amount(text: str) -> Decimal | None:
    """An amount as it is being typed; None while it is none."""
    try:
        amount: Decimal | None = forms.DecimalField(max_digits=18, decimal_places=2).clean(text)
    except forms.ValidationError:
        return None
    return amount if amount and amount > 0 else None
