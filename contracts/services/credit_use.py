"""What becomes of a receipt's credit: put on lines later, moved to another line, paid back."""

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from contracts.models import Allocation, PlanLine, Receipt
from contracts.rules import allocation as rules
from contracts.rules import ledger
from contracts.services.booking import (
    book,
    book_payments,
    close_settled_alerts,
    open_line,
    reopen_alerts,
    said,
)
from contracts.services.receipts import allocate
from core.errors import RefusedError
from core.rules import RuleError, money


@transaction.atomic
def apply_credit(receipt: Receipt, *, today: dt.date) -> Decimal:
    """Put what is left of a receipt on the oldest due lines from today on; returns how much.

    Refused when it has nothing left or no line of its currency is open.
    """
    receipt = _with_credit(receipt)
    open_lines = PlanLine.objects.filter(customer=receipt.customer_id, currency=receipt.currency)
    locked = {
        line.line_no: line
        for line in open_lines.open().select_for_update(no_key=True).order_by("pk")
    }
    credit = receipt.amount - receipt.allocated
    arrived = rules.Receipt(max(today, receipt.effective_on), credit, receipt.currency)
    plan = rules.plan_receipt(arrived, map(open_line, locked.values()))
    if not plan.rows:
        raise RefusedError(_("The customer has no open line in this currency: the money waits."))
    rows = [
        Allocation(
            receipt=receipt,
            line=locked[row.line_no],
            customer_id=receipt.customer_id,
            amount=row.amount,
            allocated_on=row.on,
        )
        for row in plan.rows
    ]
    book_payments(rows, {line.pk: line.amount for line in locked.values()})
    close_settled_alerts(today, [row.line_no for row in plan.rows])
    return credit - plan.unallocated


@transaction.atomic
def move_allocation(
    receipt: Receipt,
    line: PlanLine,
    *,
    to: PlanLine | None,
    amount: Decimal,
    reason: str,
    today: dt.date,
) -> None:
    """Take money of a receipt off a line from today on and put it on another, or keep it as credit.

    Earlier days keep showing it where it was. Refused without a reason, and for more than the
    receipt has there or the other line needs.
    """
    if not reason.strip():
        raise RefusedError(_("Say why; the reason stays in the history."))
    if to is not None and to.pk == line.pk:
        raise RefusedError(_("Choose another line than the one the money is on."))
    receipt = Receipt.objects.select_for_update(no_key=True).get(pk=receipt.pk)
    both = [line.pk] if to is None else [line.pk, to.pk]
    list(PlanLine.objects.filter(pk__in=both).select_for_update(no_key=True).order_by("pk"))
    rows = receipt.allocations.filter(line=line).values_list("amount", "allocated_on")
    held = [ledger.Allocation(line.line_no, part, day) for part, day in rows]
    try:
        taken = rules.take_back(held, amount, today)
    except RuleError as error:
        raise RefusedError(said(error)) from error
    book(
        Allocation(
            receipt=receipt,
            line=line,
            customer_id=receipt.customer_id,
            amount=row.amount,
            allocated_on=row.on,
            kind=Allocation.Kind.REVERSAL,
            reason=reason.strip(),
        )
        for row in taken
    )
    reopen_alerts([line.line_no])
    if to is not None:
        allocate(receipt, to, amount=amount, on=today, today=today)


@transaction.atomic
def refund_credit(
    receipt: Receipt, *, amount: Decimal, on: dt.date, reason: str, today: dt.date
) -> PlanLine:
    """Record that credit was paid back on a day: a line of its own takes it (decision 41).

    Refused without a reason, before the money came or in the future, and for more than is left.
    """
    receipt = _with_credit(receipt)
    credit = receipt.amount - receipt.allocated
    if not reason.strip():
        raise RefusedError(_("Say why; the reason stays in the history."))
    if not receipt.effective_on <= on <= today:
        message = _("Choose a day from {first} to today.")
        raise RefusedError(message.format(first=receipt.effective_on))
    if amount <= 0 or amount != money(amount) or amount > credit:
        message = _("Receipt {number} has only {credit} left; pay back that much or less.")
        raise RefusedError(message.format(number=receipt.receipt_no, credit=credit))
    number = receipt.allocations.filter(line__is_refund=True).count() + 1
    line = PlanLine.objects.create(
        line_no=f"{receipt.receipt_no[:90]}-R{number}",
        customer_id=receipt.customer_id,
        issued_on=on,
        due_on=on,
        original_due_on=on,
        amount=amount,
        currency=receipt.currency,
        is_refund=True,
    )
    book(
        [
            Allocation(
                receipt=receipt,
                line=line,
                customer_id=receipt.customer_id,
                amount=amount,
                allocated_on=on,
                reason=reason.strip(),
            )
        ]
    )
    return line


def _with_credit(receipt: Receipt) -> Receipt:
    """The receipt, locked; refused when it was taken back or has nothing left."""
    receipt = Receipt.objects.select_for_update(no_key=True).get(pk=receipt.pk)
    if receipt.reversed_on:
        message = _("Receipt {number} was reversed on {day}; it has no money left.")
        raise RefusedError(message.format(number=receipt.receipt_no, day=receipt.reversed_on))
    if receipt.allocated >= receipt.amount:
        message = _("All the money of receipt {number} is on lines already.")
        raise RefusedError(message.format(number=receipt.receipt_no))
    return receipt
