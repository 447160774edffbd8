"""What people write about a contract, and decide about it."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.forms.receipts import ReasonForm
from contracts.models import Contract
from contracts.rules.contracts import MOST_NOTICE_DAYS, MOVES, Act
from contracts.rules.interest import DEFAULT_DAILY_RATE, MOST_DAILY_RATE
from contracts.rules.terms import DueKind
from core.form_fields import DayField, NumberInput, PercentField
from core.rules import percent_digits
from core.tables import fields as cells
from core.tables.errors import CellError
from customers.forms.contacts import colleagues_for
from customers.forms.stale import SeenForm
from customers.models import Contact, Customer
from customers.reports.policies import policy_on
from organization.models import User

AGREEMENT = ("contract_no", "kind", "starts_on", "ends_on", "amount", "currency", "price_basis")
SETTLEMENT = (
    "settlement", "statement_day", "due_kind", "credit_days", "due_months", "pay_day", "roll",
    "late_interest_rate",
)  # fmt: skip
RENEWAL = ("renewal_months", "notice_days")
PARTIES = ("our_signatory", "their_signatory", "payer_name", "pay_method")
_AS_IN_TABLES = {
    "contract_no": cells.code(),
    "kind": cells.text(),
    "currency": cells.currency(),
}
_DAYS_OF_MONTH = ("statement_day", "pay_day")
_MONTHS = {DueKind.LAST_DAY, DueKind.PAY_DAY}


class ContractForm(SeenForm):
    """A contract with what was agreed; people are those of the customer, and of ours."""

    class Meta:
        model = Contract
        fields = (*AGREEMENT, *SETTLEMENT, *RENEWAL, *PARTIES)
        field_classes: ClassVar[dict[str, Any]] = dict.fromkeys(("starts_on", "ends_on"), DayField)

    late_interest_rate = PercentField(
        label=gettext_lazy("interest for late payment a day (%)"),
        most=MOST_DAILY_RATE,
        places=4,
        required=False,
    )

    def __init__(self, *args: Any, user: User, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.customer = customer
        self._limit(user, customer)
        self.fields["amount"].widget = NumberInput()
        most = policy_on(customer, timezone.localdate()).credit_days
        self.fields["credit_days"].help_text = _(
            "Empty: 30 days. The service policy of this customer gives {most} at most."
        ).format(most=most)
        self.fields["statement_day"].help_text = _("The last day of a period; 31 is its end.")
        self.fields["due_months"].help_text = _("1: in the month after the period ends.")
        self.fields["renewal_months"].help_text = _("Empty: the contract ends on its last day.")
        usual = f"{percent_digits(DEFAULT_DAILY_RATE)}%"
        self.fields["late_interest_rate"].help_text = _("Empty: {rate}.").format(rate=usual)
        self.fields["payer_name"].help_text = _("Empty: the customer itself.")
        self.watch()

    def _limit(self, user: User, customer: Customer) -> None:
        contacts = Contact.objects.visible_to(user).filter(customer=customer)
        now = contacts.filter(pk=self.instance.their_signatory_id)
        theirs: Any = self.fields["their_signatory"]
        theirs.queryset = (contacts.at_work() | now).order_by("name")
        ours: Any = self.fields["our_signatory"]
        here = User.objects.filter(pk=self.instance.our_signatory_id)
        ours.queryset = (colleagues_for(user, customer) | here).order_by("name", "username")

    def clean(self) -> dict[str, Any]:
        """Text as a table says it; a term that ends after it begins; terms that are whole."""
        data: dict[str, Any] = super().clean() or {}
        for name, kind in _AS_IN_TABLES.items():
            try:
                data[name] = kind.parse(data.get(name, ""))
            except CellError as error:
                self.add_error(name, str(error))
        if not data.get("contract_no") and "contract_no" not in self.errors:
            self.add_error("contract_no", _("A contract needs its number."))
        for name in _DAYS_OF_MONTH:
            if data.get(name) is not None and not 1 <= data[name] <= 31:
                self.add_error(name, _("A day of the month is one from 1 to 31."))
        self._check_term(data)
        self._check_due(data)
        return data

    def _check_term(self, data: dict[str, Any]) -> None:
        begin, end, months = (data.get(n) for n in ("starts_on", "ends_on", "renewal_months"))
        if begin and end and end < begin:
            self.add_error("ends_on", _("It ends before it begins."))
        if months == 0:
            self.add_error("renewal_months", _("Say at least 1 month, or leave it empty."))
        if months and end is None and "ends_on" not in self.errors:
            self.add_error("ends_on", _("A contract that goes on by itself has an end at first."))
        if (data.get("notice_days") or 0) > MOST_NOTICE_DAYS:
            self.add_error("notice_days", _("A year at most."))
        if data.get("amount") is not None and data["amount"] < 0:
            self.add_error("amount", _("An amount is 0 or more."))

    def _check_due(self, data: dict[str, Any]) -> None:
        kind = data.get("due_kind")
        if kind in _MONTHS and data.get("due_months") is None:
            self.add_error("due_months", _("Say how many months later."))
        if kind == DueKind.PAY_DAY and not data.get("pay_day"):
            self.add_error("pay_day", _("Say on which day of the month."))

    def refuse_number(self) -> None:
        """Say that another contract has this number, which may be hidden from the person."""
        self.add_error("contract_no", _("Another contract has this number."))

    def groups(self) -> list[tuple[Any, list[forms.BoundField], bool]]:
        """The fields by what they are about, and whether the group is open at once."""
        named = (
            (_("Agreement"), AGREEMENT, True),
            (_("Settlement and due dates"), SETTLEMENT, True),
            (_("Going on by itself"), RENEWAL, False),
            (_("Signatories and payer"), PARTIES, False),
        )
        return [
            (label, [self[name] for name in names], opens or any(n in self.errors for n in names))
            for label, names, opens in named
        ]


class DecisionForm(ReasonForm):
    """When and why a contract is moved on; its number is typed before it is terminated."""

    on = DayField(
        label=gettext_lazy("on"),
    )
    typed = forms.CharField(
        label=gettext_lazy("contract number"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ("on", "reason", "typed")

    def __init__(self, data: Any = None, *, contract: Contract, act: Act, today: dt.date) -> None:
        super().__init__(data, initial={"on": today})
        self.contract = contract
        if act == Act.SIGN:
            self.fields["on"].label = _("signed on")
        elif act == Act.TERMINATE:
            self.fields["on"].label = _("last day")
        else:
            del self.fields["on"]
        if not MOVES[act].needs_reason:
            del self.fields["reason"]
        if act == Act.TERMINATE:
            sentence = _("It cannot be taken back: type {number} to confirm.")
            self.fields["typed"].help_text = format_html(sentence, number=contract.contract_no)
        else:
            del self.fields["typed"]

    def clean_typed(self) -> str:
        """The number as it is written, so that nobody ends the wrong contract."""
        typed: str = self.cleaned_data["typed"]
        if typed.strip() != self.contract.contract_no:
            raise forms.ValidationError(_("This is not the number of the contract."))
        return typed
