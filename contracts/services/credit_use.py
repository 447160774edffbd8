"""What becomes of a receipt's credit: put on lines later, moved to another line, paid back."""

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from contracts.models import Allocation, PlanLine, Receipt
from contracts.rules import allocation as rules
from contracts.services.booking import book, held, put_on_lines, said, take_off_lines
from contracts.services.receipts import allocate, refuse_reversed
from core.errors import RefusedError, given_reason
from core.rules import RuleError, money


@transaction.atomic
def apply_credit(receipt: Receipt, *, today: dt.date) -> Decimal:
    """Put what is left of a receipt on the oldest due lines from today on; returns how much.

    Refused when it has nothing left or no line of its currency is open.
    """
    receipt = _with_credit(receipt)
    credit, first = receipt.amount - receipt.allocated, max(today, receipt.effective_on)
    applied = put_on_lines(receipt, credit, first, today=today)
    if not applied:
        raise RefusedError(_("The customer has no open line in this currency: the money waits."))
    return applied


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
    reason = given_reason(reason)
    if to is not None and to.pk == line.pk:
        raise RefusedError(_("Choose another line than the one the money is on."))
    receipt = Receipt.objects.select_for_update(no_key=True).get(pk=receipt.pk)
    both = [line.pk] if to is None else [line.pk, to.pk]
    list(PlanLine.objects.filter(pk__in=both).select_for_update(no_key=True).order_by("pk"))
    try:
        taken = rules.take_back(held(receipt, line), amount, today)
    except RuleError as error:
        raise RefusedError(said(error)) from error
    take_off_lines(receipt, taken, reason)
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
    reason = given_reason(reason)
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
                reason=reason,
            )
        ]
    )
    return line


def _with_credit(receipt: Receipt) -> Receipt:
    """The receipt, locked; refused when it was taken back or has nothing left."""
    receipt = Receipt.objects.select_for_update(no_key=True).get(pk=receipt.pk)
    refuse_reversed(receipt)
    if receipt.allocated >= receipt.amount:
        message = _("All the money of receipt {number} is on lines already.")
        raise RefusedError(message.format(number=receipt.receipt_no))
    return receipt
