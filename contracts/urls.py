"""Contracts, open lines, statements and receipts."""

from django.urls import path

from contracts.views import answer, bank, contract, credit_use, lines, receipts, statements

urlpatterns = [
    path("contracts/<int:contract_id>/", contract.contract, name="contract"),
    path("receivables/<int:pk>/lines/", lines.receivable_lines, name="receivable_lines"),
    path("receivables/<int:pk>/remind/", lines.remind, name="remind"),
    path("lines/<int:line_id>/dispute/", lines.line_dispute, name="line_dispute"),
    path("customers/<int:pk>/statements/new/", statements.billing, name="statements_new"),
    path("statements/<int:number>/", statements.statement, name="statement"),
    path("statements/<int:number>/export/", statements.statement_export, name="statement_export"),
    path("statements/<int:number>/<slug:act>/", statements.statement_act, name="statement_act"),
    path("statements/items/<int:item_id>/", statements.statement_item, name="statement_item"),
    path("statements/answer/<str:token>/", answer.statement_answer, name="statement_answer"),
    path("bank/", bank.bank, name="bank"),
    path("bank/upload/", bank.bank_upload, name="bank_upload"),
    path("bank/book/", bank.bank_book, name="bank_book"),
    path("bank/<int:line_id>/", bank.bank_line, name="bank_line"),
    path("bank/<int:line_id>/back/", bank.bank_line_back, name="bank_line_back"),
    path("receipts/", credit_use.receipt_list, name="receipts"),
    path("receipts/<int:receipt_id>/apply/", credit_use.credit_apply, name="credit_apply"),
    path("receipts/<int:receipt_id>/refund/", credit_use.credit_refund, name="credit_refund"),
    path("receipts/new/", receipts.receipt_new, name="receipt_new"),
    path("receipts/preview/", receipts.receipt_preview, name="receipt_preview"),
    path("receipts/customers/", receipts.receipt_customers, name="receipt_customers"),
    path("receipts/<int:receipt_id>/reverse/", receipts.receipt_reverse, name="receipt_reverse"),
    path("receipts/<int:receipt_id>/undo/", receipts.receipt_undo, name="receipt_undo"),
]
