"""Another tier for one customer: given where the authority reaches, else asked for."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Customer
from organization.models import Approval, ApprovalKind, User
from organization.permissions import Action, can
from organization.services.approvals import may_decide
from segmentation.models import TierOverride
from segmentation.overrides import OverrideWish, check_override, grant_override, may_end_override
from workspace.asking import ask_about, customer_of
from workspace.words import day_text


@dataclass(frozen=True, slots=True)
class ByHand:
    """What the head of a customer's page says of tiers that people choose."""

    override: TierOverride | None
    may_end: bool
    asked: Approval | None
    may_ask: bool


def is_by_hand(user: User, customer: Customer, today: dt.date) -> Any:
    """Whether there is something to look for with `by_hand`: for most customers there is not."""
    return Exists(_overrides(user, customer, today)) | Exists(_waiting(user, customer))


def _overrides(user: User, customer: Customer, today: dt.date) -> QuerySet[TierOverride]:
    return TierOverride.objects.visible_to(user).in_force(today).filter(customer=customer)


def _waiting(user: User, customer: Customer) -> QuerySet[Approval]:
    return Approval.objects.visible_to(user).filter(
        kind=ApprovalKind.TIER_OVERRIDE, state=Approval.State.WAITING, key=key_of(customer)
    )


def by_hand(user: User, customer: Customer, *, look: bool = True) -> ByHand:
    """The override in force and the request that waits, as far as the person sees them."""
    may_ask = can(user, Action.ASK_APPROVAL)
    if not look:
        return ByHand(override=None, may_end=False, asked=None, may_ask=may_ask)
    today = timezone.localdate()
    found = _overrides(user, customer, today).select_related("asked_by", "approved_by").first()
    waiting = _waiting(user, customer)
    return ByHand(
        override=found,
        may_end=found is not None and may_ask and may_end_override(found, user),
        asked=waiting.select_related("addressee").first(),
        may_ask=may_ask,
    )


@transaction.atomic
def choose_tier(customer: Customer, wish: OverrideWish, *, actor: User) -> TierOverride | Approval:
    """Give it, or ask those who may; RefusedError as of `check_override`, or when it waits."""
    today = timezone.localdate()
    if may_decide(actor, ApprovalKind.TIER_OVERRIDE):
        return grant_override(customer, wish, today=today, actor=actor)
    check_override(wish, today)
    return ask_about(
        customer,
        kind=ApprovalKind.TIER_OVERRIDE,
        key=key_of(customer),
        reason=wish.reason,
        wish={"tier": wish.tier, "ends_on": wish.ends_on.isoformat()},
        actor=actor,
    )


def key_of(customer: Customer) -> str:
    """The key of requests about the customer's tier."""
    return f"tier:{customer.code}"


def apply_override(approval: Approval, actor: User) -> None:
    """Carry out what was approved; RefusedError when it no longer fits."""
    grant_override(
        customer_of(approval, actor),
        _wish(approval),
        today=timezone.localdate(),
        actor=approval.asked_by,
        approved_by=actor,
    )


def override_facts(approval: Approval) -> list[tuple[str, str]]:
    """The request in words: which tier, and until when."""
    wish = _wish(approval)
    return [
        (_("Tier"), str(Customer.Tier(wish.tier).label)),
        (_("Until"), day_text(wish.ends_on)),
    ]


def _wish(approval: Approval) -> OverrideWish:
    payload = approval.payload
    until = dt.date.fromisoformat(payload["ends_on"])
    return OverrideWish(payload["tier"], until, approval.reason)
