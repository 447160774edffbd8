"""What people decide about a customer's worth: by whose authority, one at a time, until it ends."""

import datetime as dt
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from core.errors import RefusedError
from customers.models import Customer
from customers.services import hold_places
from customers.services.locking import lock_file
from organization.models import User
from organization.services.approvals import may_decide
from segmentation.models import Decision

Row = TypeVar("Row", bound=Decision)


def file_to_decide(customer: Customer, model: type[Decision], decider: User) -> Customer:
    """The file, locked until the transaction ends; RefusedError for who does not decide that.

    A night that gives tiers just now is waited for, the next one knows what is decided.
    """
    hold_places()
    customer = lock_file(customer)
    if not may_decide(decider, model.approval_kind):
        raise RefusedError(_("This is beyond your authority: ask for approval."))
    return customer


def may_end(decision: Decision, user: User) -> bool:
    """Who has asked for it, and who decides such things."""
    return decision.asked_by_id == user.pk or may_decide(user, decision.approval_kind)


def end(row: Row, *, today: dt.date, actor: User, **more: Any) -> tuple[Row, Customer]:
    """End it today, with `more`; the row and its file, locked.

    RefusedError when it has ended, or for who may not.
    """
    hold_places()
    customer = lock_file(row.customer)  # type: ignore[attr-defined]  # each model's own
    row = type(row)._default_manager.select_for_update().get(pk=row.pk)
    if not may_end(row, actor):
        raise RefusedError(_("This is beyond what you may decide."))
    if not row.is_in_force(today):
        raise RefusedError(_("This has ended already."))
    changes = {"ended_on": today, "ended_by": actor} | more
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=list(changes))
    return row, customer
