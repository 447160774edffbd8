"""What is given up: lost money is written off, a favour is waived (B14)."""

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from contracts.models import PlanLine
from contracts.services.booking import close_settled_alerts
from contracts.services.credit import keep_credit
from core.errors import RefusedError, given_reason


@transaction.atomic
def write_off_line(
    line: PlanLine, *, reason: str, waived: bool, expected: Decimal, day: dt.date
) -> PlanLine:
    """Expect no more money for an open line from `day` on; what was paid of it stays.

    `expected` is what was decided on. Refused when another amount is open by now (money came in
    between), without a reason, before the line was issued, and for lines that are not open.
    """
    line = PlanLine.objects.select_for_update(no_key=True).get(pk=line.pk)
    reason = given_reason(reason)
    check_open(line)
    if line.amount - line.paid != expected:
        message = _("Of line {line} {amount} is open by now: look at it again.")
        raise RefusedError(message.format(line=line.line_no, amount=line.amount - line.paid))
    if day < line.issued_on:
        message = _("Line {line} is issued on {day}: it cannot be written off earlier.")
        raise RefusedError(message.format(line=line.line_no, day=line.issued_on))
    line.state, line.written_off_on = PlanLine.State.WRITTEN_OFF, day
    line.waived, line.write_off_reason = waived, reason[:500]
    line.save(update_fields=["state", "written_off_on", "waived", "write_off_reason"])
    close_settled_alerts(day, [line.line_no])
    keep_credit([line.customer_id], cause="write_off")
    return line


def check_open(line: PlanLine) -> None:
    """RefusedError when no money is expected for the line."""
    if line.state != PlanLine.State.OPEN or line.paid >= line.amount:
        message = _("Line {line} expects no money any more: there is nothing to give up.")
        raise RefusedError(message.format(line=line.line_no))
