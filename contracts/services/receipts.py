"""Money in and out of the ledger: post a receipt, allocate credit, take a receipt back.

Locks are taken receipts first, then lines, each in id order; the ledger's trigger does the same.
"""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.models import Allocation, PlanLine, Receipt
from contracts.rules import allocation as rules
from contracts.services.booking import (
    book_payments,
    close_settled_alerts,
    held,
    lines_for,
    open_line,
    put_on_lines,
    said,
    take_off_lines,
)
from contracts.services.credit import keep_credit
from contracts.services.payers import is_other_method, is_other_payer
from contracts.services.promises import judge_promises
from core.errors import RefusedError
from core.rules import RuleError, money
from customers.models import Customer


@dataclass(frozen=True, slots=True)
class ReceiptEntry:
    """A receipt as it is recorded; `line_no` is the line the payer named ("" for none).

    Who paid is no part of what tells two receipts apart: not every source says it.
    """

    receipt_no: str
    received_on: dt.date
    amount: Decimal
    currency: str = "CNY"
    method: str = ""
    matures_on: dt.date | None = None
    line_no: str = ""
    payer_name: str = field(default="", compare=False)
    payer_account: str = field(default="", compare=False)


@transaction.atomic
def post_receipt(customer: Customer, entry: ReceiptEntry, *, today: dt.date) -> Receipt:
    """Record a receipt and put it on lines (B3): the named one first, then oldest due first.

    The same receipt again gives back the one recorded before; its number with other facts is
    refused. Alerts of lines it pays in full are closed at once.
    """
    recorded = _recorded(entry)
    if recorded is None:
        _check_entry(entry)
        named = _named_line(customer, entry)
        try:
            with transaction.atomic():
                receipt = _record(customer, entry, named)
        except IntegrityError as error:
            recorded = _recorded(entry)  # somebody was faster
            if recorded is None:
                raise RefusedError(_number_taken(entry)) from error
    if recorded is not None:
        if _entry_of(recorded) != entry or recorded.customer_id != customer.pk:
            raise RefusedError(_number_taken(entry))
        return recorded
    put_on_lines(receipt, receipt.amount, receipt.effective_on, named=named, today=today)
    receipt.refresh_from_db(fields=["allocated"])
    judge_promises([receipt.customer_id], day=today)
    keep_credit([receipt.customer_id], cause="receipt")
    return receipt


@transaction.atomic
def enter_receipt(customer: Customer, entry: ReceiptEntry, *, today: dt.date) -> Receipt:
    """Post a receipt that somebody enters; refused also when it is one that was taken back."""
    receipt = post_receipt(customer, entry, today=today)
    if receipt.reversed_on is not None:
        message = _(
            "Receipt {number} was reversed on {day}. Record the money under another number."
        )
        raise RefusedError(message.format(number=receipt.receipt_no, day=receipt.reversed_on))
    return receipt


def plan_entry(customer: Customer, entry: ReceiptEntry) -> rules.Plan:
    """Which lines the receipt would pay if it were posted now; nothing is written or locked.

    Refused as posting is: wrong amounts, unknown, void and written-off lines, other currencies.
    """
    _check_entry(entry)
    named = _named_line(customer, entry)
    is_bill = entry.method == Receipt.Method.ACCEPTANCE_BILL
    counts_from = (entry.matures_on if is_bill else None) or entry.received_on
    arrived = rules.Receipt(counts_from, entry.amount, entry.currency, entry.line_no or None)
    lines = lines_for(customer.pk, entry.currency, named)
    try:
        return rules.plan_receipt(arrived, map(open_line, lines))
    except RuleError as error:
        raise RefusedError(said(error)) from error


@transaction.atomic
def allocate(
    receipt: Receipt, line: PlanLine, *, amount: Decimal, on: dt.date, today: dt.date
) -> Allocation:
    """Put credit of a receipt on a line by hand, counted from `on`.

    No earlier day than the receipt's and the line's own. Refused: more than the receipt has or the
    line needs, another customer or currency, void or written-off lines, reversed receipts.
    """
    receipt = Receipt.objects.select_for_update(no_key=True).get(pk=receipt.pk)
    line = PlanLine.objects.select_for_update(no_key=True).get(pk=line.pk)
    _check_receipt_gives(receipt, line, amount)
    _refuse_written_off(line)
    try:
        rules.check_allocation(open_line(line), amount, receipt.currency)
    except RuleError as error:
        raise RefusedError(said(error)) from error
    row = Allocation(
        receipt=receipt,
        line=line,
        customer_id=line.customer_id,
        amount=amount,
        allocated_on=max(on, receipt.effective_on, line.issued_on),
    )
    book_payments([row], {line.pk: line.amount})
    close_settled_alerts(today, [line.line_no])
    return row


@transaction.atomic
def reverse_receipt(receipt: Receipt, *, on: dt.date, reason: str) -> Receipt:
    """Take a receipt back on a day (a bounced bill): negative rows dated that day, no credit left.

    Earlier days keep showing it. Refused without a reason, before it came, or a second time.
    """
    receipt = Receipt.objects.select_for_update(no_key=True).get(pk=receipt.pk)
    if receipt.reversed_on:
        message = _("Receipt {number} was already reversed on {day}.")
        raise RefusedError(message.format(number=receipt.receipt_no, day=receipt.reversed_on))
    if on < receipt.received_on:
        message = _("Receipt {number} came on {day}: it cannot be reversed earlier.")
        raise RefusedError(message.format(number=receipt.receipt_no, day=receipt.received_on))
    if not reason.strip():
        raise RefusedError(_("Say why the receipt is reversed."))
    take_off_lines(receipt, rules.reversal(held(receipt), on), reason)
    receipt.refresh_from_db(fields=["allocated"])
    receipt.reversed_on, receipt.reversal_reason = on, reason
    receipt.save(update_fields=["reversed_on", "reversal_reason"])
    judge_promises([receipt.customer_id], day=max(on, timezone.localdate()))
    keep_credit([receipt.customer_id], cause="reversal")
    return receipt


def _recorded(entry: ReceiptEntry) -> Receipt | None:
    return Receipt.objects.select_related("line").filter(receipt_no=entry.receipt_no).first()


def _entry_of(receipt: Receipt) -> ReceiptEntry:
    return ReceiptEntry(
        receipt.receipt_no,
        receipt.received_on,
        receipt.amount,
        receipt.currency,
        receipt.method,
        receipt.matures_on,
        receipt.line.line_no if receipt.line else "",
    )


def _check_entry(entry: ReceiptEntry) -> None:
    if entry.amount <= 0:
        raise RefusedError(_("A receipt must be more than 0."))
    if entry.amount != money(entry.amount):
        raise RefusedError(_("An amount has at most two decimals."))
    if entry.method == Receipt.Method.ACCEPTANCE_BILL and entry.matures_on is None:
        raise RefusedError(_("An acceptance bill needs the day it matures."))
    if entry.matures_on is not None and entry.matures_on < entry.received_on:
        raise RefusedError(_("A bill cannot mature before it was received."))


def _named_line(customer: Customer, entry: ReceiptEntry) -> PlanLine | None:
    """The line the payer named; an unknown one and another customer's are refused alike."""
    if not entry.line_no:
        return None
    line = PlanLine.objects.filter(customer=customer, line_no=entry.line_no).first()
    if line is None:
        message = _("This customer has no plan line %(line)s.")
        raise RefusedError(message % {"line": entry.line_no})
    _refuse_written_off(line)
    return line


def _record(customer: Customer, entry: ReceiptEntry, line: PlanLine | None) -> Receipt:
    receipt = Receipt.objects.create(
        receipt_no=entry.receipt_no,
        customer=customer,
        received_on=entry.received_on,
        amount=entry.amount,
        currency=entry.currency,
        method=entry.method,
        matures_on=entry.matures_on,
        line=line,
        payer_name=entry.payer_name,
        payer_account=entry.payer_account,
        other_payer=is_other_payer(customer, entry.payer_name, day=entry.received_on),
        other_method=is_other_method(customer, entry.method, day=entry.received_on),
    )
    receipt.refresh_from_db(fields=["effective_on"])
    return receipt


def _check_receipt_gives(receipt: Receipt, line: PlanLine, amount: Decimal) -> None:
    if receipt.customer_id != line.customer_id:
        raise RefusedError(_("Receipt and line belong to different customers."))
    refuse_reversed(receipt)
    credit = receipt.amount - receipt.allocated
    if amount != money(amount):
        raise RefusedError(_("An amount has at most two decimals."))
    if amount > credit:
        message = _("Receipt {number} has only {credit} left; allocate that much or less.")
        raise RefusedError(message.format(number=receipt.receipt_no, credit=credit))


def refuse_reversed(receipt: Receipt) -> None:
    """RefusedError for a receipt that was taken back."""
    if receipt.reversed_on:
        message = _("Receipt {number} was reversed on {day}; it has no money left.")
        raise RefusedError(message.format(number=receipt.receipt_no, day=receipt.reversed_on))


def _refuse_written_off(line: PlanLine) -> None:
    if line.state == PlanLine.State.WRITTEN_OFF:
        message = _("Line {line} was written off; choose another line.")
        raise RefusedError(message.format(line=line.line_no))


def _number_taken(entry: ReceiptEntry) -> str:
    message = _("Receipt {number} is already recorded with other facts; check its number.")
    return message.format(number=entry.receipt_no)
