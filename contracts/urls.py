"""Contracts, open lines, statements and receipts."""

from django.urls import path

from contracts.views import (
    answer,
    bank,
    contract,
    contract_edit,
    credit_use,
    desk,
    instalments,
    invoice,
    invoices,
    lines,
    moves,
    receipts,
    statements,
    terms,
)

urlpatterns = [
    path("invoices/", invoices.invoice_list, name="invoices"),
    path("invoices/hand-over/", invoices.invoices_hand_over, name="invoices_hand_over"),
    path("invoices/answers/", invoices.invoices_answered, name="invoices_answered"),
    path("invoices/export/<slug:kind>/", invoices.invoice_export, name="invoice_export"),
    path("invoices/<int:number>/", invoice.invoice, name="invoice"),
    path("invoices/<int:number>/red-letter/", invoice.invoice_red, name="invoice_red"),
    path("invoices/<int:number>/<slug:act>/", invoice.invoice_act, name="invoice_act"),
    path("customers/<int:pk>/invoices/new/", invoice.invoice_new, name="invoice_new"),
    path("contracts/<int:contract_id>/", contract.contract, name="contract"),
    path("contracts/<int:contract_id>/edit/", contract_edit.contract_edit, name="contract_edit"),
    path("contracts/<int:contract_id>/plan/", instalments.contract_plan, name="contract_plan"),
    path("contracts/<int:contract_id>/discard/", contract_edit.discard, name="contract_discard"),
    path(
        "contracts/<int:contract_id>/terms/<slug:part>/", terms.contract_part, name="contract_part"
    ),
    path(
        "contracts/<int:contract_id>/<slug:act>/", contract_edit.contract_act, name="contract_act"
    ),
    path("customers/<int:pk>/contracts/new/", contract_edit.contract_new, name="contract_new"),
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
    path("receipts/desk/", desk.receipt_desk, name="receipt_desk"),
    path("receipts/guesses/", desk.receipt_guesses, name="receipt_guesses"),
    path("receipts/new/", receipts.receipt_new, name="receipt_new"),
    path("receipts/preview/", receipts.receipt_preview, name="receipt_preview"),
    path("receipts/customers/", receipts.receipt_customers, name="receipt_customers"),
    path("receipts/<int:receipt_id>/reverse/", receipts.receipt_reverse, name="receipt_reverse"),
    path("receipts/<int:receipt_id>/move/", moves.receipt_move, name="receipt_move"),
    path("receipts/export/<slug:kind>/", credit_use.receipt_export, name="receipts_export"),
    path("receipts/<int:receipt_id>/undo/", receipts.receipt_undo, name="receipt_undo"),
]
