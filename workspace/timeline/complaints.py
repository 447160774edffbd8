"""Complaints as they came in, and as they were solved."""

from datetime import datetime

from django.db.models import Value
from django.utils.translation import gettext as _

from customers.models import Customer
from engagement.models import Complaint
from organization.models import User
from workspace.timeline.items import Item, behind, in_order, joined
from workspace.timeline.merging import Key, Reach

SOLVED, RECEIVED = 78, 76


def complaints(
    user: User,
    customer: Customer,
    wanted_solved: Reach[datetime],
    wanted_received: Reach[datetime],
    size: int,
) -> list[Item]:
    """One item when it came in, another when it was solved."""
    rows = Complaint.objects.visible_to(user).filter(customer=customer)
    rows = rows.select_related("closed_by", "department")
    ended = rows.filter(closed_at__isnull=False).annotate(told=Value(SOLVED))
    solved = behind(ended, "closed_at", wanted_solved, size)
    received = behind(rows.annotate(told=Value(RECEIVED)), "received_at", wanted_received, size)
    return in_order(
        _solved(row, row.closed_at)
        if getattr(row, "told") == SOLVED and row.closed_at  # noqa: B009  # an annotation of the query
        else _received(row)
        for row in solved.union(received, all=True)
    )


def _received(row: Complaint) -> Item:
    waybill = row.waybill_no and _("waybill {number}").format(number=row.waybill_no)
    return Item(
        key=Key(row.received_at, RECEIVED, row.pk),
        icon="gavel",
        tone="" if row.closed_at else "bad",
        title=_("Complaint {number}: {category}").format(
            number=row.complaint_no, category=row.get_category_display()
        ),
        detail=joined(row.get_channel_display(), waybill, row.department),
        quote=row.text,
    )


def _solved(row: Complaint, at: datetime) -> Item:
    return Item(
        key=Key(at, SOLVED, row.pk),
        icon="circle-check",
        tone="ok",
        title=_("Complaint {number} is solved").format(number=row.complaint_no),
        detail=joined(row.get_verdict_display()),
        quote=row.solution,
        who=str(row.closed_by or ""),
    )
