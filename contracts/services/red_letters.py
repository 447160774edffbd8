"""Red letters: what takes an issued invoice back, in part or whole, once it is confirmed (B13)."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from contracts.models import Invoice, InvoiceLine
from contracts.models.invoice import UNDER_WAY
from contracts.rules.invoices import Confirmation, lapses_at, red_part
from contracts.services.invoices import lock_invoice
from core.errors import RefusedError
from core.rules import ZERO, business_date, money
from organization.models import User

FIRST_STATES = (
    Confirmation.NOT_NEEDED,
    Confirmation.WAITS_FOR_BUYER,
    Confirmation.WAITS_FOR_SELLER,
)


@transaction.atomic
def request_red_letter(
    invoice: Invoice,
    parts: Mapping[int, Decimal],
    *,
    reason: str,
    confirmation: Confirmation,
    actor: User,
    now: dt.datetime,
) -> Invoice:
    """Ask for a red letter over so much of an issued invoice's lines, by their id.

    `parts` are positive; the red letter is negative. The plan lines may be invoiced anew once it
    is issued. Refused for more than is left of a line, and of a red letter.
    """
    invoice = lock_invoice(invoice, {Invoice.State.ISSUED})
    if invoice.is_red or confirmation not in FIRST_STATES:
        raise RefusedError(_("Only an issued invoice is taken back, by a red letter of its own."))
    rows = [row for row in invoice.lines.select_related("line").order_by("pk") if row.pk in parts]
    if not rows or len(rows) != len(parts):
        raise RefusedError(_("Choose lines of this invoice."))
    for row in rows:
        _check_part(row, parts[row.pk])
    taken = sum(parts.values(), ZERO)
    standing = invoice.red_letters.filter(state__in=[*UNDER_WAY, Invoice.State.ISSUED])
    sums = standing.aggregate(amount=Sum("amount", default=ZERO), taxes=Sum("tax", default=ZERO))
    taxed = red_part(
        invoice.tax_rate, before=-sums["amount"], tax_before=-sums["taxes"], part=taken
    )
    red = Invoice.objects.create(
        customer_id=invoice.customer_id,
        kind=invoice.kind,
        title=invoice.title,
        tax_no=invoice.tax_no,
        amount=-taken,
        tax_rate=invoice.tax_rate,
        tax=-taxed.tax,
        net=-taxed.net,
        currency=invoice.currency,
        corrects=invoice,
        red_reason=reason,
        confirmation=confirmation,
        confirm_until=lapses_at(now) if confirmation.is_waiting else None,
        requested_on=business_date(now),
        requested_by=actor,
    )
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            invoice=red,
            line_id=row.line_id,
            customer_id=row.customer_id,
            amount=-parts[row.pk],
            corrects=row,
        )
        for row in rows
    )
    return red


def _check_part(row: InvoiceLine, part: Decimal) -> None:
    left = row.amount - row.reddened
    if part <= 0 or part != money(part) or part > left:
        message = _("Of line {line} {left} can be taken back: ask for that much or less.")
        raise RefusedError(message.format(line=row.line.line_no, left=left))


@transaction.atomic
def note_confirmation(red: Invoice, code: Confirmation) -> bool:
    """Record what the tax bureau says of a red letter; whether that is news.

    Nothing comes of one that is denied, lapsed or withdrawn: what it would take back stands.
    """
    red = Invoice.objects.select_for_update(no_key=True).get(pk=red.pk)
    if red.confirmation == code:
        return False
    now = Confirmation(red.confirmation) if red.is_red else None
    if now is None or red.state not in UNDER_WAY or not now.may_become(code):
        message = _("Red letter {no} cannot become “{state}” from “{now}”.")
        then, before = Invoice.RedConfirmation(code).label, red.get_confirmation_display() or "—"
        raise RefusedError(message.format(no=red.request_no, state=then, now=before))
    red.confirmation, red.confirm_until = code, None
    if code.is_dead:
        red.state = Invoice.State.FAILED
    red.save(update_fields=["confirmation", "confirm_until", "state"])
    return True


@transaction.atomic
def lapse_confirmations(now: dt.datetime) -> int:
    """End red letters that nobody confirmed within 72 hours; returns how many."""
    waiting = Invoice.objects.filter(state__in=UNDER_WAY, confirm_until__lte=now).order_by("pk")
    locked = list(waiting.select_for_update(no_key=True, skip_locked=True))
    for red in locked:
        note_confirmation(red, Confirmation.LAPSED)
    return len(locked)
