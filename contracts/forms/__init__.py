"""What people type about money: receipts and what they pay, bank lines, what is given up."""

from contracts.forms.cash import BankLineForm, BankStatementForm, RefundForm, WriteOffForm
from contracts.forms.receipts import (
    ReasonForm,
    ReceiptForm,
    ReminderForm,
    ReversalForm,
    dispute_form,
)

__all__ = [
    "BankLineForm",
    "BankStatementForm",
    "ReasonForm",
    "ReceiptForm",
    "RefundForm",
    "ReminderForm",
    "ReversalForm",
    "WriteOffForm",
    "dispute_form",
]
