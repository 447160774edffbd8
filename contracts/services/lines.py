"""What people decide about plan lines."""

from django.db import transaction
from django.utils.translation import gettext as _

from contracts.models import PlanLine
from core.errors import RefusedError, given_reason


@transaction.atomic
def dispute_line(line: PlanLine, *, reason: str) -> PlanLine:
    """Note that the customer argues about an open line: it is not reminded of by night any more.

    Its age and its amount stay what they are. Refused without a reason, for lines that expect no
    money, and a second time.
    """
    line = _locked_open(line)
    if line.disputed:
        raise RefusedError(_("Line {line} is disputed already.").format(line=line.line_no))
    return _decided(line, disputed=True, reason=reason)


@transaction.atomic
def settle_dispute(line: PlanLine, *, reason: str) -> PlanLine:
    """The argument about a line is over, with what came of it. Refused where there is none."""
    line = PlanLine.objects.select_for_update(no_key=True).get(pk=line.pk)
    if not line.disputed:
        raise RefusedError(_("Line {line} is not disputed.").format(line=line.line_no))
    return _decided(line, disputed=False, reason=reason)


def _locked_open(line: PlanLine) -> PlanLine:
    line = PlanLine.objects.select_for_update(no_key=True).get(pk=line.pk)
    if line.state != PlanLine.State.OPEN or line.paid >= line.amount:
        message = _("Line {line} expects no money any more: there is nothing to dispute.")
        raise RefusedError(message.format(line=line.line_no))
    return line


def _decided(line: PlanLine, *, disputed: bool, reason: str) -> PlanLine:
    line.disputed, line.dispute_note = disputed, given_reason(reason)
    line.save(update_fields=["disputed", "dispute_note"])
    return line
