"""What people type about money: receipts and what they pay, bank lines, what is given up."""

from contracts.forms.cash import BankLineForm, RefundForm, StatementForm, WriteOffForm
from contracts.forms.receipts import (
    ReasonForm,
    ReceiptForm,
    ReminderForm,
    ReversalForm,
    dispute_form,
)

__all__ = [
    "BankLineForm",
    "ReasonForm",
    "ReceiptForm",
    "RefundForm",
    "ReminderForm",
    "ReversalForm",
    "StatementForm",
    "WriteOffForm",
    "dispute_form",
]
