"""Money in and out of the ledger. Locks: receipts first, then lines, each in id order."""

from contracts.services.booking import book, book_payments, close_settled_alerts, open_line
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
    plan_entry,
    post_receipt,
    reverse_receipt,
)

__all__ = [
    "ReceiptEntry",
    "Word",
    "allocate",
    "book",
    "book_payments",
    "cancel_promise",
    "close_settled_alerts",
    "dispute_line",
    "judge_promises",
    "make_promise",
    "open_line",
    "plan_entry",
    "post_receipt",
    "replace_promise",
    "reverse_receipt",
    "settle_dispute",
]
