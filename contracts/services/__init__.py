"""Money in and out of the ledger. Locks: receipts first, then lines, each in id order."""

from contracts.services.booking import book, book_payments, close_settled_alerts, open_line
from contracts.services.receipts import ReceiptEntry, allocate, post_receipt, reverse_receipt

__all__ = [
    "ReceiptEntry",
    "allocate",
    "book",
    "book_payments",
    "close_settled_alerts",
    "open_line",
    "post_receipt",
    "reverse_receipt",
]
