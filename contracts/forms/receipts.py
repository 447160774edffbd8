"""What people type about money."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import PlanLine, Receipt
from contracts.reports.customers import open_sum
from contracts.services import ReceiptEntry
from core.combo import ComboBox
from core.form_fields import AmountField, DayField, ReasonField
from core.formats import money_full
from customers.choosing import chosen_customer, surviving_customer
from customers.models import Customer
from engagement.models import Note
from organization.models import User

_LATEST_MATURITY = dt.timedelta(days=400)  # bills run half a year, a year at most


class ReceiptForm(forms.Form):
    """Money that came in. More than the customer owes is asked about before it is taken."""

    customer = forms.CharField(
        label=gettext_lazy("customer"),
        max_length=200,
        widget=ComboBox("receipt_customers"),
        help_text=gettext_lazy("Type a code or a part of the name."),
    )
    received_on = DayField(label=gettext_lazy("received on"))
    amount = AmountField(
        label=gettext_lazy("amount"),
        error_messages={"min_value": gettext_lazy("A receipt must be more than 0.")},
    )
    currency = forms.RegexField(
        r"^[A-Z]{3}$", label=gettext_lazy("currency"), max_length=3, min_length=3,
        error_messages={"invalid": gettext_lazy("Three capital letters, such as CNY.")},
    )  # fmt: skip
    method = forms.ChoiceField(label=gettext_lazy("method"), choices=Receipt.Method.choices)
    matures_on = DayField(
        label=gettext_lazy("bill matures on"),
        required=False,
        help_text=gettext_lazy("Only for acceptance bills: the money counts from that day."),
    )
    receipt_no = forms.CharField(
        label=gettext_lazy("receipt number"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("The bank's serial number; no two receipts share one."),
        error_messages={"required": gettext_lazy("Every receipt needs its number.")},
    )
    line = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    sure = forms.BooleanField(
        label=gettext_lazy("The amount is right: keep the rest as the customer's credit"),
        required=False,
    )

    def __init__(self, *args: Any, user: User, today: dt.date, **options: Any) -> None:
        first = {
            "received_on": today,
            "currency": settings.COMPANY_CURRENCY,
            "method": Receipt.Method.TRANSFER,
        }
        options["initial"] = first | (options.get("initial") or {})
        super().__init__(*args, **options)
        self.user, self.today = user, today
        self.is_over = False  # asks whether the amount is right
        self.payer: Customer | None = None
        self.merged_code = ""  # the code that was typed, of a file that is another's by now

    def clean_customer(self) -> str:
        """The one visible customer of that code or exact name; kept as `payer`.

        A merged file's code means the file it was merged into.
        """
        text: str = self.cleaned_data["customer"].strip()
        survivor = surviving_customer(self.user, text)
        self.merged_code = text if survivor else ""
        self.payer = survivor or chosen_customer(self.user, text)
        return text

    def clean_received_on(self) -> dt.date:
        """Not in the future."""
        day: dt.date = self.cleaned_data["received_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def clean_line(self) -> str:
        """The number of the line the payer named."""
        return str(self.cleaned_data["line"]).strip()

    def clean(self) -> dict[str, Any]:
        """A bill has its day; more than is owed is confirmed."""
        data = super().clean() or {}
        self._check_maturity(data)
        if self.payer is None or "amount" not in data or "currency" not in data:
            return data
        owed = open_sum(self.payer, data["currency"])
        if data["amount"] > owed and not data.get("sure") and not self._is_recorded(data):
            self.is_over = True
            message = _("Over the {owed} that is open. One zero too many?")
            self.add_error("amount", message.format(owed=money_full(owed, data["currency"])))
        return data

    def _is_recorded(self, data: dict[str, Any]) -> bool:
        """Whether this very form was sent before: what it paid is no longer owed."""
        recorded = Receipt.objects.visible_to(self.user).filter(
            receipt_no=str(data.get("receipt_no", "")).strip(),
            customer=self.payer,
            amount=data["amount"],
        )
        return recorded.exists()

    def _check_maturity(self, data: dict[str, Any]) -> None:
        if data.get("method") != Receipt.Method.ACCEPTANCE_BILL:
            data["matures_on"] = None
            return
        matures_on, received_on = data.get("matures_on"), data.get("received_on")
        if "matures_on" in self.errors or received_on is None:
            return
        if matures_on is None:
            self.add_error("matures_on", _("An acceptance bill needs the day it matures."))
        elif not received_on <= matures_on <= received_on + _LATEST_MATURITY:
            message = _("A bill matures on or after the day it was received, within a year or so.")
            self.add_error("matures_on", message)

    def entry(self) -> ReceiptEntry:
        """What a valid form says."""
        data = self.cleaned_data
        return ReceiptEntry(
            receipt_no=data["receipt_no"].strip(),
            received_on=data["received_on"],
            amount=data["amount"].quantize(Decimal("0.01")),
            currency=data["currency"],
            method=data["method"],
            matures_on=data["matures_on"],
            line_no=data["line"],
        )


class ReasonForm(forms.Form):
    """Why; the reason goes to the history."""

    reason = ReasonField()


class ReversalForm(ReasonForm):
    """When and why a receipt is taken back."""

    on = DayField(label=gettext_lazy("reversed on"))
    field_order = ("on", "reason")

    def __init__(self, *args: Any, receipt: Receipt, today: dt.date, **options: Any) -> None:
        options.setdefault("initial", {"on": today})
        super().__init__(*args, **options)
        self.receipt, self.today = receipt, today

    def clean_on(self) -> dt.date:
        """From the day it came to today."""
        day: dt.date = self.cleaned_data["on"]
        if not self.receipt.received_on <= day <= self.today:
            raise forms.ValidationError(
                _("Choose a day from {first} to today.").format(first=self.receipt.received_on)
            )
        return day


class ReminderForm(forms.Form):
    """What was said to the customer about the open lines, and how."""

    kind = Note.Kind.REMINDER
    text = forms.CharField(
        label=gettext_lazy("what was said"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("Write what was said and promised.")},
    )
    token = forms.UUIDField(widget=forms.HiddenInput)


def dispute_form(data: Any, line: PlanLine) -> ReasonForm:
    """The form for a line that is disputed, or for the end of that."""
    form = ReasonForm(data)
    form.fields["reason"].label = (
        _("what came of it") if line.disputed else _("what the customer says is wrong")
    )
    return form
