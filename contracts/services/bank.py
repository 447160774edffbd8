"""Bank statements: kept once, made receipts when it is known whose they are."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from contracts.models import BankLine, Receipt
from contracts.services.payers import remember_payer
from contracts.services.receipts import ReceiptEntry, enter_receipt
from core.errors import RefusedError, given_reason
from customers.models import Customer
from organization.models import OrgUnit, User


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a statement: rows that are new, of these already recorded as receipts, known."""

    new: int
    recorded: int
    known: int
    conflicts: tuple[str, ...]  # references that the bank has told before with another amount


@transaction.atomic
def take_bank_statement(
    rows: Sequence[Mapping[str, Any]], *, account: str, unit: OrgUnit, actor: User
) -> Taken:
    """Keep the rows of a statement of one of our accounts; those known by reference change nothing.

    `rows` hold the values of BankLine's fields by name. A row whose reference, amount and currency
    are those of a receipt recorded by hand is that receipt.
    """
    lines = {row["reference"]: BankLine(account=account, unit=unit, uploaded_by=actor, **row)
             for row in rows}  # fmt: skip
    known = BankLine.objects.filter(account=account, reference__in=lines)
    told = {line.reference: line for line in known}
    conflicts = [number for number, line in told.items() if not _same(line, lines[number])]
    fresh = [line for number, line in lines.items() if number not in told]
    recorded = _already_receipts(fresh, actor)
    BankLine.objects.bulk_create(fresh, ignore_conflicts=True)  # somebody may have been faster
    return Taken(len(fresh), recorded, len(told), tuple(sorted(conflicts)))


def _same(one: BankLine, other: BankLine) -> bool:
    return (one.amount, one.currency, one.is_incoming) == (
        other.amount,
        other.currency,
        other.is_incoming,
    )


def _already_receipts(lines: Iterable[BankLine], actor: User) -> int:
    """Join rows with the receipts that were recorded by hand under their reference."""
    incoming = {line.reference: line for line in lines if line.is_incoming}
    receipts = Receipt.objects.visible_to(actor).filter(
        receipt_no__in=incoming, reversed_on=None, bank_line=None
    )
    found = 0
    for receipt in receipts:
        line = incoming[receipt.receipt_no]
        if (receipt.amount, receipt.currency) == (line.amount, line.currency):
            line.receipt, line.state = receipt, BankLine.State.BOOKED
            found += 1
    return found


@transaction.atomic
def book_bank_line(
    line: BankLine, customer: Customer, *, line_no: str = "", remember: bool = True, today: dt.date
) -> Receipt:
    """Make the receipt of a bank line: the named plan line first, then oldest due first.

    The same again answers the receipt it is. Refused for money that went out, was set aside, is
    somebody else's already, and when its reference is another receipt's. `remember`: the payer
    pays for this customer from now on.
    """
    line = BankLine.objects.select_for_update(of=("self",)).get(pk=line.pk)
    if line.receipt is not None:
        if line.receipt.customer_id == customer.pk:
            return line.receipt
        message = _("Bank reference {reference} is receipt {number} of {customer} already.")
        raise RefusedError(
            message.format(
                reference=line.reference,
                number=line.receipt.receipt_no,
                customer=line.receipt.customer,
            )
        )
    if not line.is_incoming or line.state != BankLine.State.OPEN:
        message = _("Bank reference {reference} is not to be matched: put it back first.")
        raise RefusedError(message.format(reference=line.reference))
    receipt = enter_receipt(customer, _entry(line, line_no), today=today)
    line.receipt, line.state = receipt, BankLine.State.BOOKED
    line.save(update_fields=["receipt", "state"])
    if remember and line.payer_name:
        remember_payer(customer, line.payer_name, account_no=line.payer_account, day=today)
    return receipt


def _entry(line: BankLine, line_no: str) -> ReceiptEntry:
    """The receipt a bank line makes; after one that was taken back, under the next free number."""
    number = line.reference
    is_taken_back = Receipt.objects.filter(receipt_no=number, reversed_on__isnull=False).exists()
    if is_taken_back:
        number = f"{line.reference[:90]}-{line.pk}"
    return ReceiptEntry(
        receipt_no=number,
        received_on=line.booked_on,
        amount=line.amount,
        currency=line.currency,
        method=Receipt.Method.TRANSFER,
        line_no=line_no,
        payer_name=line.payer_name,
        payer_account=line.payer_account,
    )


@transaction.atomic
def set_aside(line: BankLine, *, note: str) -> BankLine:
    """The row is no customer's money (interest, our own transfer). Refused once it is booked."""
    line = BankLine.objects.select_for_update(of=("self",)).get(pk=line.pk)
    if line.receipt_id is not None:
        message = _("Bank reference {reference} is a receipt: take that back first.")
        raise RefusedError(message.format(reference=line.reference))
    line.state, line.note = BankLine.State.SET_ASIDE, given_reason(note)[:300]
    line.save(update_fields=["state", "note"])
    return line


@transaction.atomic
def put_back(line: BankLine) -> BankLine:
    """To be matched again: a row that was set aside, or whose receipt was taken back."""
    line = (
        BankLine.objects.select_for_update(of=("self",)).select_related("receipt").get(pk=line.pk)
    )
    if line.receipt is not None and line.receipt.reversed_on is None:
        message = _("Bank reference {reference} is a receipt: take that back first.")
        raise RefusedError(message.format(reference=line.reference))
    line.state, line.receipt, line.note = BankLine.State.OPEN, None, ""
    line.save(update_fields=["state", "receipt", "note"])
    return line
