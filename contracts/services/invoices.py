"""Tax invoices asked for, handed to the finance system, and what it answers (B13).

Locks: invoices, then plan lines in id order. Their sums are kept and limited by triggers.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from contracts.models import Invoice, InvoiceLine, PlanLine
from contracts.models.invoice import UNDER_WAY
from contracts.reports.invoices import to_hand_over
from contracts.rules.invoices import Confirmation, take_tax_out
from core.errors import RefusedError, given_reason
from core.rules import ZERO, money
from customers.models import Customer
from organization.models import User

State = Invoice.State


@dataclass(frozen=True, slots=True)
class Wanted:
    """To whom and how an invoice is to be issued; `tax_rate` is a fraction."""

    kind: str
    title: str
    tax_no: str
    tax_rate: Decimal
    note: str = ""


@transaction.atomic
def request_invoice(
    customer: Customer,
    wanted: Wanted,
    parts: Mapping[int, Decimal],
    *,
    actor: User,
    today: dt.date,
) -> Invoice:
    """Ask finance for an invoice over so much (with tax) of the customer's plan lines, by their id.

    Refused for more than is left to be invoiced of a line, lines in several currencies, lines
    that expect nothing or were invoiced elsewhere, and a special invoice without a tax number.
    """
    _check_wanted(wanted)
    lines = PlanLine.objects.filter(customer=customer, pk__in=parts)
    locked = list(lines.select_for_update(no_key=True).order_by("pk"))
    if not locked or len(locked) != len(parts) or len({line.currency for line in locked}) != 1:
        raise RefusedError(_("Choose lines of this customer, all in one currency."))
    for line in locked:
        _check_part(line, parts[line.pk])
    amount = sum(parts.values(), ZERO)
    taxed = take_tax_out(amount, wanted.tax_rate)
    invoice = Invoice.objects.create(
        customer=customer,
        kind=wanted.kind,
        title=wanted.title.strip(),
        tax_no=wanted.tax_no,
        note=wanted.note.strip(),
        amount=amount,
        tax_rate=wanted.tax_rate,
        tax=taxed.tax,
        net=taxed.net,
        currency=locked[0].currency,
        requested_on=today,
        requested_by=actor,
    )
    InvoiceLine.objects.bulk_create(
        InvoiceLine(invoice=invoice, line=line, customer=customer, amount=parts[line.pk])
        for line in locked
    )
    return invoice


def _check_wanted(wanted: Wanted) -> None:
    if not wanted.title.strip():
        raise RefusedError(_("Say to whom the invoice is to be issued."))
    if wanted.kind == Invoice.Kind.SPECIAL and not wanted.tax_no:
        raise RefusedError(_("A special VAT invoice needs the buyer's tax number."))


def _check_part(line: PlanLine, part: Decimal) -> None:
    if line.state != PlanLine.State.OPEN or line.is_refund:
        message = _("Line {line} is {state}: it is not invoiced.")
        raise RefusedError(
            message.format(line=line.line_no, state=line.get_state_display().lower())
        )
    if line.invoice_no and not line.invoiced:
        message = _("Line {line} is on invoice {number} already.")
        raise RefusedError(message.format(line=line.line_no, number=line.invoice_no))
    left = line.amount - line.invoiced
    if part <= 0 or part != money(part) or part > left:
        message = _("Of line {line} {left} can be invoiced: ask for that much or less.")
        raise RefusedError(message.format(line=line.line_no, left=left))


@transaction.atomic
def cancel_invoice(invoice: Invoice, *, reason: str) -> Invoice:
    """Ask no longer for it. Refused without a reason and once finance has it."""
    invoice = lock_invoice(invoice, {State.REQUESTED})
    return _ended(invoice, State.CANCELLED, reason)


@transaction.atomic
def fail_invoice(invoice: Invoice, *, reason: str) -> Invoice:
    """It cannot be issued: its lines may be invoiced anew. Refused without a reason."""
    invoice = lock_invoice(invoice, UNDER_WAY)
    return _ended(invoice, State.FAILED, reason)


def _ended(invoice: Invoice, state: Invoice.State, reason: str) -> Invoice:
    invoice.state, invoice.note, invoice.confirm_until = state, given_reason(reason)[:300], None
    invoice.save(update_fields=["state", "note", "confirm_until"])
    return invoice


@transaction.atomic
def hand_over(invoices: QuerySet[Invoice]) -> int:
    """Give the requests that may be issued to finance; returns how many were not there yet.

    Red letters that wait for a confirmation stay.
    """
    found = to_hand_over(invoices).order_by("pk")
    locked = [row.pk for row in found.select_for_update(no_key=True, of=("self",))]
    return Invoice.objects.filter(pk__in=locked).update(state=State.ISSUING)


@transaction.atomic
def issue_invoice(invoice: Invoice, *, invoice_no: str, issued_on: dt.date, today: dt.date) -> bool:
    """Record the number it was issued under and the day; whether that is news.

    Refused with another number than is on record, one that is another invoice's, a day before it
    was asked for or in the future, and for a red letter that is not confirmed.
    """
    invoice = lock_invoice(invoice, {*UNDER_WAY, State.ISSUED})
    if invoice.state == State.ISSUED:
        if (invoice.invoice_no, invoice.issued_on) != (invoice_no, issued_on):
            message = _("Request {no} is invoice {number} of {day} already.")
            raise RefusedError(
                message.format(
                    no=invoice.request_no, number=invoice.invoice_no, day=invoice.issued_on
                )
            )
        return False
    _check_issue(invoice, invoice_no, issued_on, today)
    invoice.state, invoice.invoice_no, invoice.issued_on = State.ISSUED, invoice_no, issued_on
    try:
        with transaction.atomic():
            invoice.save(update_fields=["state", "invoice_no", "issued_on"])
    except IntegrityError as error:
        message = _("Invoice number {number} is another invoice's already.")
        raise RefusedError(message.format(number=invoice_no)) from error
    name_lines(invoice.lines.values_list("line", flat=True))
    return True


def _check_issue(invoice: Invoice, number: str, day: dt.date, today: dt.date) -> None:
    if not number:
        raise RefusedError(_("Every issued invoice has a number."))
    if not invoice.requested_on <= day <= today:
        message = _("Choose a day from {first} to today.")
        raise RefusedError(message.format(first=invoice.requested_on))
    if invoice.is_red and not Confirmation(invoice.confirmation).may_be_issued:
        message = _("Red letter {no} is not confirmed: {state}.")
        said = invoice.get_confirmation_display()
        raise RefusedError(message.format(no=invoice.request_no, state=said))


@transaction.atomic
def deliver_invoice(invoice: Invoice, *, on: dt.date, how: str, today: dt.date) -> Invoice:
    """The customer has it since a day. Refused before it was issued and without saying how."""
    invoice = lock_invoice(invoice, {State.ISSUED})
    if invoice.issued_on is None or not invoice.issued_on <= on <= today:
        message = _("Choose a day from {first} to today.")
        raise RefusedError(message.format(first=invoice.issued_on))
    invoice.delivered_on, invoice.delivery = on, how.strip()[:200]
    invoice.save(update_fields=["delivered_on", "delivery"])
    return invoice


def lock_invoice(invoice: Invoice, allowed: Iterable[str]) -> Invoice:
    """The invoice as it stands, locked; refused in other states than these."""
    found = Invoice.objects.select_for_update(no_key=True).get(pk=invoice.pk)
    if found.state not in set(allowed):
        message = _("Invoice request {no} is {state}: that is not possible any more or not yet.")
        state = found.get_state_display().lower()
        raise RefusedError(message.format(no=found.request_no, state=state))
    return found


def name_lines(line_ids: Iterable[int]) -> None:
    """Have plan lines carry the number of their latest invoice that is not wholly taken back."""
    wanted = set(line_ids)
    numbers = dict.fromkeys(wanted, "")
    issued = InvoiceLine.objects.filter(line__in=wanted, corrects=None, invoice__state=State.ISSUED)
    back = issued.filter(red_lines__invoice__state=State.ISSUED).values_list("pk")
    taken = dict(back.annotate(back=Sum("red_lines__amount")))
    for row in issued.select_related("invoice").order_by("invoice__issued_on", "pk"):
        if row.amount + taken.get(row.pk, ZERO) > 0:
            numbers[row.line_id] = row.invoice.invoice_no
    for line in (
        PlanLine.objects.filter(pk__in=wanted).select_for_update(no_key=True).order_by("pk")
    ):
        if line.invoice_no != numbers[line.pk]:
            line.invoice_no = numbers[line.pk]
            line.save(update_fields=["invoice_no"])
