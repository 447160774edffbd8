"""What people type about tax invoices."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.forms.receipts import ReasonForm
from contracts.models import Invoice, InvoiceLine, PlanLine
from contracts.rules.invoices import RATES, Confirmation
from contracts.services.invoices import Wanted
from contracts.services.red_letters import FIRST_STATES
from core.form_fields import AmountField, DayField
from customers.messages import uscc_sentence
from customers.rules.uscc import LENGTH, judge_uscc

_TAX_NO = re.compile(r"[0-9A-Z]{15}|[0-9A-Z]{18}|[0-9A-Z]{20}")
_RATES = [(str(rate), f"{rate * 100:.0f} %") for rate in RATES]


@dataclass(frozen=True, slots=True)
class Part:
    """A line in a form: by its id, with what there is of it."""

    pk: int
    number: str
    left: Decimal
    currency: str

    @property
    def name(self) -> str:
        """The name of its field."""
        return f"part-{self.pk}"


class PartsForm(forms.Form):
    """So much of each of several lines; empty: nothing of it."""

    def __init__(self, *args: Any, lines: Sequence[Part], **options: Any) -> None:
        super().__init__(*args, **options)
        self.lines = lines
        for line in lines:
            self.fields[line.name] = AmountField(
                label=line.number,
                required=False,
            )

    def rows(self) -> Iterator[tuple[Part, forms.BoundField]]:
        """Each line with its field."""
        return ((line, self[line.name]) for line in self.lines)

    def parts(self) -> dict[int, Decimal]:
        """What was asked of each line, by its id."""
        asked = {line.pk: self.cleaned_data.get(line.name) for line in self.lines}
        return {pk: amount for pk, amount in asked.items() if amount}


class InvoiceForm(PartsForm):
    """An invoice to be asked of finance."""

    kind = forms.ChoiceField(label=gettext_lazy("kind"), choices=Invoice.Kind.choices)
    tax_rate = forms.ChoiceField(
        label=gettext_lazy("tax rate"),
        choices=_RATES,
        help_text=gettext_lazy("6 for collection and delivery, 9 for transport."),
    )
    title = forms.CharField(label=gettext_lazy("invoice title"), max_length=200)
    tax_no = forms.CharField(label=gettext_lazy("tax number"), max_length=30, required=False)
    note = forms.CharField(label=gettext_lazy("note for finance"), max_length=300, required=False)

    def __init__(
        self, *args: Any, lines: Sequence[PlanLine], chosen: set[int], **options: Any
    ) -> None:
        parts = [Part(line.pk, line.line_no, _left(line), line.currency) for line in lines]
        initial = options.setdefault("initial", {})
        initial |= {part.name: part.left for part in parts if part.pk in chosen}
        super().__init__(*args, lines=parts, **options)

    def clean_tax_no(self) -> str:
        """In its usual spelling; one of 18 characters with its check character."""
        text = re.sub(r"[\s-]+", "", self.cleaned_data["tax_no"]).upper()
        if not text:
            return ""
        if not _TAX_NO.fullmatch(text):
            raise forms.ValidationError(_("A tax number has 15, 18 or 20 letters and digits."))
        verdict = judge_uscc(text) if len(text) == LENGTH else None
        if verdict is not None and verdict.is_error:
            raise forms.ValidationError(uscc_sentence(verdict))
        return text

    def wanted(self) -> Wanted:
        """What a valid form says of the invoice as a whole."""
        data = self.cleaned_data
        rate = Decimal(data["tax_rate"])
        return Wanted(data["kind"], data["title"], data["tax_no"], rate, data["note"])


def _left(line: PlanLine) -> Decimal:
    return line.amount - line.invoiced


class RedLetterForm(PartsForm):
    """What of an issued invoice is taken back, and why."""

    reason = forms.ChoiceField(label=gettext_lazy("reason"), choices=Invoice.RedReason.choices)
    confirmation = forms.ChoiceField(
        label=gettext_lazy("confirmation"),
        choices=[(code, Invoice.RedConfirmation(code).label) for code in FIRST_STATES],
        help_text=gettext_lazy(
            "None is needed while the buyer has neither deducted nor booked the invoice;"
            " else the other side has 72 hours."
        ),
    )

    def __init__(self, *args: Any, lines: Sequence[InvoiceLine], **options: Any) -> None:
        parts = [
            Part(row.pk, row.line.line_no, row.amount - row.reddened, row.line.currency)
            for row in lines
            if row.amount > row.reddened
        ]
        options.setdefault("initial", {part.name: part.left for part in parts})
        super().__init__(*args, lines=parts, **options)


class IssuedForm(forms.Form):
    """Number and day of an invoice that was issued."""

    invoice_no = forms.CharField(
        label=gettext_lazy("invoice number"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    issued_on = DayField(
        label=gettext_lazy("issued on"),
    )

    def __init__(self, data: Any = None, *, invoice: Invoice, today: dt.date) -> None:
        super().__init__(data, initial={"issued_on": today})


class EndedForm(ReasonForm):
    """Why nothing comes of a request."""

    def __init__(self, data: Any = None, *, invoice: Invoice, today: dt.date) -> None:
        super().__init__(data)


class DeliveredForm(forms.Form):
    """Since when the customer has it, and how it went."""

    on = DayField(
        label=gettext_lazy("delivered on"),
    )
    how = forms.CharField(
        label=gettext_lazy("how it was delivered"),
        max_length=200,
        help_text=gettext_lazy("By e-mail to accounts, by courier, taken along on a visit."),
    )

    def __init__(self, data: Any = None, *, invoice: Invoice, today: dt.date) -> None:
        super().__init__(data, initial={"on": today})


class ConfirmationForm(forms.Form):
    """What the tax bureau says of a red letter."""

    def __init__(self, data: Any = None, *, invoice: Invoice, today: dt.date) -> None:
        super().__init__(data)
        now = Confirmation(invoice.confirmation) if invoice.is_red else None
        possible = [code for code in Confirmation if now is not None and now.may_become(code)]
        choices = [(code, Invoice.RedConfirmation(code).label) for code in possible]
        self.fields["confirmation"] = forms.ChoiceField(label=_("confirmation"), choices=choices)


class AnswersForm(forms.Form):
    """The finance system's answers as a table."""

    file = forms.FileField(
        label=gettext_lazy("answers of the finance system (CSV or XLSX)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        error_messages={"required": gettext_lazy("Choose the file.")},
    )
