"""What fell due and what came in."""

from datetime import date

from django.db.models import F, Max, Value
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contracts.models import PlanLine, Receipt
from core.formats import money_full
from customers.models import Customer
from organization.models import User
from workspace.timeline.items import Item, behind, in_order, joined
from workspace.timeline.merging import Key, Reach, midnight
from workspace.words import day_text

RECEIPTS, SETTLED, DUE = 60, 55, 50


def receipts(user: User, customer: Customer, wanted: Reach[date], size: int) -> list[Item]:
    """Money that came in, on the day it was received."""
    rows = Receipt.objects.visible_to(user).filter(customer=customer)
    return [_receipt(row) for row in behind(rows, "received_on", wanted, size)]


def _receipt(receipt: Receipt) -> Item:
    amount = money_full(receipt.amount, receipt.currency)
    title = _("Reversed: {amount} received") if receipt.reversed_on else _("Received {amount}")
    matures = receipt.matures_on and _("matures {day}").format(day=day_text(receipt.matures_on))
    left = receipt.amount - receipt.allocated
    credit = left and not receipt.reversed_on and money_full(left, receipt.currency)
    return Item(
        key=Key(midnight(receipt.received_on), RECEIPTS, receipt.pk),
        icon="arrows-exchange" if receipt.reversed_on else "receipt-yuan",
        tone="warn" if receipt.reversed_on else "ok",
        title=title.format(amount=amount),
        detail=joined(
            receipt.get_method_display(),
            matures,
            receipt.receipt_no,
            credit and _("{amount} not allocated").format(amount=credit),
            receipt.reversal_reason,
        ),
        has_time=False,
    )


def lines(
    user: User,
    customer: Customer,
    wanted_settled: Reach[date],
    wanted_due: Reach[date],
    size: int,
) -> list[Item]:
    """Plan lines on the day they fell due, and on the day the last of their money counted."""
    known = PlanLine.objects.visible_to(user).filter(customer=customer)
    rows = known.annotate(contract_number=F("contract__contract_no"))
    paid = rows.filter(state=PlanLine.State.OPEN, paid=F("amount"), paid__gt=0).annotate(
        told=Value(SETTLED), told_on=Max("allocations__allocated_on")
    )
    asked = rows.exclude(state=PlanLine.State.VOID).annotate(told=Value(DUE), told_on=F("due_on"))
    settled = behind(paid, "told_on", wanted_settled, size)
    due = behind(asked, "told_on", wanted_due, size)
    return in_order(
        _settled(line) if getattr(line, "told") == SETTLED else _due(line)  # noqa: B009  # an annotation of the query
        for line in settled.union(due, all=True)
    )


def _due(line: PlanLine) -> Item:
    is_open = line.state == PlanLine.State.OPEN and line.paid < line.amount
    is_late = is_open and line.due_on < timezone.localdate()
    remainder = money_full(line.amount - line.paid, line.currency)
    return Item(
        key=Key(midnight(line.due_on), DUE, line.pk),
        icon="calendar-due",
        tone="bad" if is_late else "",
        title=_("Fell due: {amount}").format(amount=money_full(line.amount, line.currency)),
        detail=joined(
            line.line_no,
            getattr(line, "contract_number"),  # noqa: B009  # an annotation
            is_open and _("{amount} still open").format(amount=remainder),
            line.state == PlanLine.State.WRITTEN_OFF and line.get_state_display(),
        ),
        has_time=False,
    )


def _settled(line: PlanLine) -> Item:
    settled_on: date = getattr(line, "told_on")  # noqa: B009  # an annotation
    late = (settled_on - line.original_due_on).days
    lateness = ngettext("{n} day late", "{n} days late", late).format(n=late)
    return Item(
        key=Key(midnight(settled_on), SETTLED, line.pk),
        icon="circle-check",
        tone="ok",
        title=_("Settled: {amount}").format(amount=money_full(line.amount, line.currency)),
        detail=joined(line.line_no, lateness if late > 0 else _("in time")),
        has_time=False,
    )
