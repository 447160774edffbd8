"""What people type about money: receipts, statements, bank lines, what is given up."""

from contracts.forms.cash import BankLineForm, BankStatementForm, RefundForm, WriteOffForm
from contracts.forms.contracts import ContractForm, DecisionForm
from contracts.forms.letters import InterestForm, LetterForm
from contracts.forms.receipts import (
    ReasonForm,
    ReceiptForm,
    ReminderForm,
    ReversalForm,
    dispute_form,
)
from contracts.forms.statements import BillingForm

__all__ = [
    "BankLineForm",
    "BankStatementForm",
    "BillingForm",
    "ContractForm",
    "DecisionForm",
    "InterestForm",
    "LetterForm",
    "ReasonForm",
    "ReceiptForm",
    "RefundForm",
    "ReminderForm",
    "ReversalForm",
    "WriteOffForm",
    "dispute_form",
]
