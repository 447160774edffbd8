"""In whose hands a customer was: handovers and stays in the public pool."""

from datetime import datetime

from django.utils.translation import gettext as _

from customers.models import Customer, HandoverItem, PoolEntry
from organization.models import User
from workspace.timeline.items import Item, behind
from workspace.timeline.merging import Key, Reach

HANDOVERS, POOL = 83, 82


def handovers(user: User, customer: Customer, wanted: Reach[datetime], size: int) -> list[Item]:
    """Handed over from one manager to another, and why."""
    rows = HandoverItem.objects.visible_to(user).filter(customer=customer, moved_at__isnull=False)
    related = ("handover__receiver", "handover__created_by", "manager_before")
    found = behind(rows.select_related(*related), "moved_at", wanted, size)
    return [_handover(item, item.moved_at) for item in found if item.moved_at]


def _handover(item: HandoverItem, at: datetime) -> Item:
    title = _("Handed over from {before} to {receiver}").format(
        before=item.manager_before or _("nobody"), receiver=item.handover.receiver
    )
    return Item(
        key=Key(at, HANDOVERS, item.pk),
        icon="arrows-exchange",
        title=title,
        detail=item.handover.reason,
        quote=item.remark,
        who=str(item.handover.created_by),
    )


def pool(user: User, customer: Customer, wanted: Reach[datetime], size: int) -> list[Item]:
    """Into the public pool, and who took it out."""
    rows = PoolEntry.objects.visible_to(user).filter(customer=customer)
    related = ("previous_manager", "put_by", "taken_by")
    return [_stay(entry) for entry in behind(rows.select_related(*related), "since", wanted, size)]


def _stay(entry: PoolEntry) -> Item:
    title = _("Into the public pool: {cause}").format(cause=entry.get_cause_display())
    taken = ""
    if entry.taken_by:
        words = _("claimed by {name}") if entry.is_claim else _("given to {name}")
        taken = words.format(name=entry.taken_by)
    return Item(
        key=Key(entry.since, POOL, entry.pk),
        icon="inbox",
        title=title,
        detail=taken,
        quote=entry.reason,
        who=str(entry.put_by or ""),
    )
