"""Money in and out of the ledger. Locks: receipts first, then lines, each in id order."""

from contracts.services.bank import book_bank_line, put_back, set_aside, take_bank_statement
from contracts.services.booking import book, book_payments, close_settled_alerts, open_line
from contracts.services.credit_use import apply_credit, move_allocation, refund_credit
from contracts.services.lines import dispute_line, settle_dispute
from contracts.services.promises import (
    Word,
    cancel_promise,
    judge_promises,
    make_promise,
    replace_promise,
)
from contracts.services.receipts import (
    ReceiptEntry,
    allocate,
    enter_receipt,
    plan_entry,
    post_receipt,
    reverse_receipt,
)
from contracts.services.write_offs import write_off_line

__all__ = [
    "ReceiptEntry",
    "Word",
    "allocate",
    "apply_credit",
    "book",
    "book_bank_line",
    "book_payments",
    "cancel_promise",
    "close_settled_alerts",
    "dispute_line",
    "enter_receipt",
    "judge_promises",
    "make_promise",
    "move_allocation",
    "open_line",
    "plan_entry",
    "post_receipt",
    "put_back",
    "refund_credit",
    "replace_promise",
    "reverse_receipt",
    "set_aside",
    "settle_dispute",
    "take_bank_statement",
    "write_off_line",
]
