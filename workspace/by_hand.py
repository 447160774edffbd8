"""What people decided about a customer's worth, or ask for, as the head of its file says it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, QuerySet
from django.utils import timezone

from customers.models import Customer
from organization.models import Approval, ApprovalKind, User
from organization.permissions import Action, can
from segmentation.decisions import may_end
from segmentation.models import KeyAccount, TierOverride
from segmentation.reports import NOTHING_DECIDED, Decided, decided_about
from workspace.key_accounts import deciding as naming
from workspace.overrides import deciding as choosing


@dataclass(frozen=True, slots=True)
class ByHand:
    """What counts, what waits, and what of it the person may end."""

    may_ask: bool
    decided: Decided = NOTHING_DECIDED
    asked: Mapping[str, Approval] = field(default_factory=dict)  # by kind
    may_end_override: bool = False
    may_end_naming: bool = False

    @property
    def other_tier(self) -> Approval | None:
        """The request for another tier that waits."""
        return self.asked.get(ApprovalKind.TIER_OVERRIDE)

    @property
    def naming(self) -> Approval | None:
        """The request to name it a key account that waits."""
        return self.asked.get(ApprovalKind.KEY_ACCOUNT)


def is_by_hand(user: User, customer: Customer, today: dt.date) -> Any:
    """Whether there is something to look for with `by_hand`: for most customers there is not."""
    overrides = TierOverride.objects.visible_to(user).in_force(today)
    names = KeyAccount.objects.visible_to(user).in_force(today)
    return (
        Exists(overrides.filter(customer=customer))
        | Exists(names.filter(customer=customer))
        | Exists(_waiting(user, customer))
    )


def by_hand(user: User, customer: Customer, *, look: bool = True) -> ByHand:
    """What is in force and the requests that wait, as far as the person sees them.

    Without `look` nothing is asked: `is_by_hand` has said that there is nothing.
    """
    may_ask = can(user, Action.ASK_APPROVAL)
    if not look:
        return ByHand(may_ask)
    found = decided_about(user, customer, timezone.localdate())
    waiting = _waiting(user, customer).select_related("addressee")
    ends = [made is not None and may_ask and may_end(made, user) for made in found.parts]
    return ByHand(may_ask, found, {each.kind: each for each in waiting}, *ends)


def _waiting(user: User, customer: Customer) -> QuerySet[Approval]:
    keys = [choosing.key_of(customer), naming.key_of(customer)]
    kinds = [ApprovalKind.TIER_OVERRIDE, ApprovalKind.KEY_ACCOUNT]
    rows = Approval.objects.visible_to(user).filter(kind__in=kinds, key__in=keys)
    return rows.filter(state=Approval.State.WAITING)
