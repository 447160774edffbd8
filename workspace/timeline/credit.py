"""Files that were added, and decisions about the credit limit."""

from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _

from core.formats import NOTHING, money_full
from customers.access import visible_files
from customers.models import CreditLimitChange, Customer
from organization.models import User
from workspace.timeline.items import Item, behind, joined
from workspace.timeline.merging import Key, Reach
from workspace.words import day_text

FILES, LIMITS = 85, 62


def files(user: User, customer: Customer, wanted: Reach[datetime], size: int) -> list[Item]:
    """Files as they were added; one that was taken away stands in the history only."""
    rows = visible_files(user, customer).select_related("added_by")
    return [
        Item(
            key=Key(row.added_at, FILES, row.pk),
            icon="paperclip",
            title=_("File added: {name}").format(name=row.name),
            detail=joined(row.get_kind_display(), row.note),
            who=str(row.added_by or ""),
        )
        for row in behind(rows, "added_at", wanted, size)
    ]


def limits(user: User, customer: Customer, wanted: Reach[datetime], size: int) -> list[Item]:
    """Credit limits as they were decided, with who agreed."""
    rows = CreditLimitChange.objects.visible_to(user).filter(customer=customer)
    people = rows.select_related("changed_by", "approved_by")
    return [_limit(row) for row in behind(people, "changed_at", wanted, size)]


def _amount(limit: Decimal | None) -> str:
    return NOTHING if limit is None else money_full(limit, settings.COMPANY_CURRENCY)


def _limit(row: CreditLimitChange) -> Item:
    before, after = _amount(row.before), _amount(row.amount)
    until = row.valid_until and _("until {day}").format(day=day_text(row.valid_until))
    return Item(
        key=Key(row.changed_at, LIMITS, row.pk),
        icon="gavel",
        title=_("Credit limit: {before} → {after}").format(before=before, after=after),
        detail=joined(until),
        quote=row.reason,
        who=joined(row.changed_by, row.approved_by),
    )
