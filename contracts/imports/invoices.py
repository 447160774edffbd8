"""The table we exchange with the finance system: requests out, its answers back in."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from contracts.models import Invoice
from contracts.reports.invoices import request_id
from contracts.rules.invoices import Confirmation
from contracts.services.invoices import fail_invoice, issue_invoice
from contracts.services.red_letters import note_confirmation
from core.errors import RefusedError
from core.tables import fields
from core.tables.errors import RowError, TableError
from core.tables.read import open_table
from core.tables.schema import Column, Row, Schema
from organization.models import User

MOST_ROWS = 20_000
_ERRORS_TOLD = 5
_AT_ONCE = 500
_REASONS, _CONFIRMATIONS = Invoice.RedReason, Invoice.RedConfirmation

# Finance fills in the last four columns and gives the table back.
SCHEMA = Schema(
    "invoice_requests",
    (
        Column("request_no", gettext_lazy("Request number"), fields.code(), required=True),
        Column("customer_code", gettext_lazy("Customer code"), fields.code()),
        Column("kind", gettext_lazy("Kind"), fields.choice(Invoice.Kind)),
        Column("title", gettext_lazy("Invoice title"), fields.text(200)),
        Column("tax_no", gettext_lazy("Tax number"), fields.code()),
        Column("amount", gettext_lazy("Amount with tax"), fields.money()),
        Column("tax_rate", gettext_lazy("Tax rate"), fields.number(4)),
        Column("tax", pgettext_lazy("amount", "Tax"), fields.money()),
        Column("net", gettext_lazy("Amount without tax"), fields.money()),
        Column("currency", gettext_lazy("Currency"), fields.currency()),
        Column("lines", gettext_lazy("Plan lines"), fields.text(2000)),
        Column("takes_back", gettext_lazy("Takes back invoice"), fields.code()),
        Column("red_reason", gettext_lazy("Reason of the red letter"), fields.choice(_REASONS)),
        Column("requested_on", gettext_lazy("Asked for on"), fields.date()),
        Column("note", gettext_lazy("Note"), fields.text(300)),
        Column("confirmation", gettext_lazy("Confirmation"), fields.choice(_CONFIRMATIONS)),
        Column("invoice_no", gettext_lazy("Invoice number"), fields.code(30)),
        Column("issued_on", gettext_lazy("Issued on"), fields.date()),
        Column("failure", gettext_lazy("Why it failed"), fields.text(300)),
    ),
    key=("request_no",),
)  # fmt: skip


@dataclass(slots=True)
class Answered:
    """What came of a table of answers: `known` rows said nothing new, `blank` ones nothing."""

    issued: int = 0
    failed: int = 0
    confirmed: int = 0
    known: int = 0
    blank: int = 0


def request_cells(invoices: QuerySet[Invoice]) -> Iterator[tuple[Any, ...]]:
    """Rows of the table, by number of the request."""
    found = invoices.select_related("customer", "corrects").prefetch_related("lines__line")
    for row in found.order_by("pk").iterator(chunk_size=_AT_ONCE):
        is_failed = row.state == Invoice.State.FAILED
        yield (
            row.request_no, row.customer.code, row.kind, row.title, row.tax_no or None, row.amount,
            row.tax_rate, row.tax, row.net, row.currency,
            " ".join(part.line.line_no for part in row.lines.all())[:2000],
            row.corrects.invoice_no if row.corrects else None, row.red_reason or None,
            row.requested_on, None if is_failed else row.note or None, row.confirmation or None,
            row.invoice_no or None, row.issued_on, (row.note or None) if is_failed else None,
        )  # fmt: skip


def take_answers(path: Path, *, user: User, today: dt.date) -> Answered:
    """Record what finance answered, all rows or none; TableError says which cannot be taken.

    Rows without an answer and rows that are known already change nothing.
    """
    problems: list[str] = []
    answered = Answered()
    with transaction.atomic():
        for row in _rows(path, problems):
            try:
                _take(row, answered, user, today)
            except RefusedError as error:
                problems.append(_("line {line}: {error}").format(line=row.line, error=error))
            if len(problems) >= _ERRORS_TOLD:
                break
        if problems:
            raise TableError(_("; ").join(problems[:_ERRORS_TOLD]))
    return answered


def _rows(path: Path, problems: list[str]) -> Iterator[Row]:
    """The good rows; what is wrong with the others is added to the problems."""
    seen: set[str] = set()
    with open_table(path) as table:
        parse = SCHEMA.parser(table.header)
        for number, raw in enumerate(table.rows):
            if number >= MOST_ROWS:
                raise TableError(_("a table of answers has at most {n} rows").format(n=MOST_ROWS))
            row = parse(raw)
            if isinstance(row, list):
                problems += map(str, row)
            elif row.values["request_no"] in seen:
                message = _("this request stands in the file twice")
                problems.append(str(RowError(row.line, "request_no", message)))
            else:
                seen.add(row.values["request_no"])
                yield row


def _take(row: Row, answered: Answered, user: User, today: dt.date) -> None:
    values = row.values
    number, failure = values.get("invoice_no", ""), values.get("failure", "")
    invoice = _request(user, values["request_no"])
    code = values.get("confirmation", "")
    if code and not _is_old(code, invoice):
        answered.confirmed += note_confirmation(invoice, Confirmation(code))
        invoice.refresh_from_db()
        if invoice.state == Invoice.State.FAILED or not (number or failure):
            return
    if number and failure:
        raise RefusedError(_("A request is issued or it failed, not both."))
    if number:
        day = values.get("issued_on")
        if day is None:
            raise RefusedError(_("Say on which day {number} was issued.").format(number=number))
        is_new = issue_invoice(invoice, invoice_no=number, issued_on=day, today=today)
        answered.issued += is_new
        answered.known += not is_new
    elif failure and (invoice.state, invoice.note) != (Invoice.State.FAILED, failure):
        fail_invoice(invoice, reason=failure)
        answered.failed += 1
    elif failure:
        answered.known += 1
    else:
        answered.blank += 1


def _is_old(code: str, invoice: Invoice) -> bool:
    """Whether it is what the table said when finance got it; more may be known by now."""
    now = invoice.confirmation
    return code == now or (now != "" and Confirmation(code).may_lead_to(Confirmation(now)))


def _request(user: User, number: str) -> Invoice:
    found = Invoice.objects.visible_to(user).filter(pk=request_id(number) or 0).first()
    if found is None:
        raise RefusedError(_("There is no request {number}.").format(number=number))
    return found
