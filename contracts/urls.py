"""Contracts, open lines and receipts."""

from django.urls import path

from contracts.views import contract, lines, receipts

urlpatterns = [
    path("contracts/<int:contract_id>/", contract.contract, name="contract"),
    path("receivables/<int:pk>/lines/", lines.receivable_lines, name="receivable_lines"),
    path("receivables/<int:pk>/remind/", lines.remind, name="remind"),
    path("lines/<int:line_id>/dispute/", lines.line_dispute, name="line_dispute"),
    path("receipts/new/", receipts.receipt_new, name="receipt_new"),
    path("receipts/preview/", receipts.receipt_preview, name="receipt_preview"),
    path("receipts/customers/", receipts.receipt_customers, name="receipt_customers"),
    path("receipts/<int:receipt_id>/reverse/", receipts.receipt_reverse, name="receipt_reverse"),
    path("receipts/<int:receipt_id>/undo/", receipts.receipt_undo, name="receipt_undo"),
]
