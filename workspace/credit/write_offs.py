"""An open line is given up: asked for, and a second person says yes."""

import datetime as dt
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.models import PlanLine
from contracts.services import write_off_line
from contracts.services.write_offs import check_open
from core.errors import RefusedError
from core.formats import money_full
from organization.models import Approval, ApprovalKind, User
from organization.services.approvals import ask_approval
from workspace.words import day_text


@transaction.atomic
def ask_write_off(line: PlanLine, *, reason: str, waived: bool, actor: User) -> Approval:
    """Ask whoever may to give the line up: a second person decides, whatever the amount.

    Refused when nothing is open, and when it was asked for already. Lines in another currency than
    the company's go to those without a limit.
    """
    line = PlanLine.objects.visible_to(actor).select_related("customer__org_unit").get(pk=line.pk)
    check_open(line)
    left = line.amount - line.paid
    is_ours = line.currency == settings.COMPANY_CURRENCY
    return ask_approval(
        kind=ApprovalKind.WRITE_OFF,
        unit=line.customer.org_unit,
        amount=left if is_ours else None,
        subject=f"{line.customer} {line.line_no}",
        url=reverse("customer_section", args=[line.customer_id, "receivables"]),
        key=f"write_off:{line.line_no}",
        reason=reason,
        payload={
            "line": line.pk,
            "line_no": line.line_no,
            "due_on": line.due_on.isoformat(),
            "amount": str(left),
            "currency": line.currency,
            "waived": waived,
        },
        actor=actor,
    )


def apply_write_off(approval: Approval, actor: User) -> None:
    """Carry out what was approved; RefusedError when money came in or the line is settled."""
    line = PlanLine.objects.visible_to(actor).filter(pk=approval.payload["line"]).first()
    if line is None:
        raise RefusedError(_("The line is no longer in your sight: refuse the request."))
    write_off_line(
        line,
        reason=approval.reason,
        waived=approval.payload["waived"],
        expected=Decimal(approval.payload["amount"]),
        day=timezone.localdate(),
    )


def write_off_facts(approval: Approval) -> list[tuple[str, str]]:
    """The request in words: which line, how much, since when, as what."""
    payload = approval.payload
    return [
        (_("To be given up"), money_full(Decimal(payload["amount"]), payload["currency"])),
        (_("As"), _("a favour (waived)") if payload["waived"] else _("lost (bad debt)")),
        (_("Line"), payload["line_no"]),
        (_("Due"), day_text(dt.date.fromisoformat(payload["due_on"]))),
    ]
