"""Contracts, plan lines and receipts out as they are taken in, and the ageing as at any day."""

import json
from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from django.db.models import F
from django.db.models.functions import Collate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contracts import reports
from contracts.imports import ContractImport, PlanLineImport, ReceiptImport
from contracts.models import Contract, Credit, CreditStanding, PlanLine, Receipt
from core.tables import fields
from core.tables.schema import Column
from core.tables.write import Exporter, ExportRequest, Rows
from core.versions import published_version
from customers.models import Customer
from customers.querysets import CustomerScopedQuerySet

AGEING_COLUMNS = (
    Column("customer_code", _("Customer code"), fields.code()),
    Column("currency", _("Currency"), fields.currency()),
    Column("not_due", _("Not due"), fields.money()),
    Column("d1_30", _("1-30 days overdue"), fields.money()),
    Column("d31_60", _("31-60 days overdue"), fields.money()),
    Column("d61_90", _("61-90 days overdue"), fields.money()),
    Column("d91_180", _("91-180 days overdue"), fields.money()),
    Column("d181_365", _("181-365 days overdue"), fields.money()),
    Column("d365_plus", _("More than 365 days overdue"), fields.money()),
    Column("overdue", _("Overdue"), fields.money()),
    Column("unallocated", _("Unallocated credit"), fields.money()),
    Column("balance", _("Balance"), fields.money()),
    Column("oldest_due_on", _("Oldest due date"), fields.date()),
)

CREDIT_COLUMNS = (
    Column("customer_code", _("Customer code"), fields.code()),
    Column("currency", _("Currency"), fields.currency()),
    Column("limit", _("Credit limit"), fields.money()),
    Column("exposure", _("Exposure"), fields.money()),
    Column("receivables", _("Receivables"), fields.money()),
    Column("unbilled", _("Unbilled"), fields.money()),
    Column("unallocated", _("Unallocated credit"), fields.money()),
    Column("use", _("Use of the limit"), fields.rate()),
    Column("overdue", _("Overdue"), fields.money()),
    Column("worst_overdue_days", _("Worst days overdue"), fields.integer()),
    Column("state", _("Credit state"), fields.choice(CreditStanding)),
    Column("payment_score", _("Payment score"), fields.money()),
    Column("rating", _("Rating"), fields.text()),
    Column("reasons", _("Reasons"), fields.long_text()),
)


def contract_rows(request: ExportRequest) -> Rows:
    """Contracts by number; what nobody has signed yet would come back by import as signed."""
    return _rows(
        Contract.objects.agreed().order_by("contract_no"), request, "contract_no",
        "customer__code", "kind", "signed_on", "starts_on", "ends_on", "settlement",
        "statement_day", "credit_days", "amount", "currency",
    )  # fmt: skip


def plan_line_rows(request: ExportRequest) -> Rows:
    """Plan lines by number; what was decided about a line is not part of the table."""
    return _rows(
        PlanLine.objects.order_by("line_no"), request, "line_no", "customer__code",
        "contract__contract_no", "issued_on", "due_on", "amount", "currency", "invoice_no",
        "disputed",
    )  # fmt: skip


def receipt_rows(request: ExportRequest) -> Rows:
    """Receipts by number, with the line the payer named."""
    return _rows(
        Receipt.objects.order_by("receipt_no"), request, "receipt_no", "customer__code",
        "received_on", "amount", "currency", "method", "matures_on", "line__line_no",
    )  # fmt: skip


def ageing_rows(request: ExportRequest) -> Iterator[tuple[Any, ...]]:
    """Ageing at the end of the date (today without one), by customer code and currency."""
    customers = None if request.user is None else Customer.objects.visible_to(request.user)
    values = attrgetter(*(column.name for column in AGEING_COLUMNS))
    for row in reports.iter_ageing(customers, request.as_of or timezone.localdate()):
        yield values(row)


def credit_rows(request: ExportRequest) -> Iterator[tuple[Any, ...]]:
    """Credit as published for the date, by customer code and currency.

    Only those with an open line or credit; unbilled are all waybills that no line asks for.
    """
    rows = Credit.objects.filter(version=published_version(request.as_of)).exclude(
        receivables=0, unallocated=0
    )
    if request.user is not None:
        rows = rows.visible_to(request.user)
    found = rows.annotate(waiting=F("unbilled") + F("orders")).order_by(
        Collate("customer__code", "C"), Collate("currency", "C")
    )
    names = (
        "customer__code", "currency", "credit_limit", "exposure", "receivables", "waiting",
        "unallocated", "used", "overdue", "worst_days", "shown", "payment_score", "rating",
    )  # fmt: skip
    for *values, held, reasons in found.values_list(*names, "held", "reasons").iterator(2000):
        yield *values, json.dumps([*(["held"] if held else []), *reasons])


def _rows(rows: CustomerScopedQuerySet[Any], request: ExportRequest, *names: str) -> Rows:
    if request.user is not None:
        rows = rows.visible_to(request.user)
    return rows.values_list(*names).iterator(chunk_size=2000)


CONTRACTS = Exporter(ContractImport.schema.columns, contract_rows)
PLAN_LINES = Exporter(PlanLineImport.schema.columns, plan_line_rows)
RECEIPTS = Exporter(ReceiptImport.schema.columns, receipt_rows)
AGEING = Exporter(AGEING_COLUMNS, ageing_rows)
CREDIT = Exporter(CREDIT_COLUMNS, credit_rows)
