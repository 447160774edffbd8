"""Another tier for one customer: given where the authority reaches, else asked for."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.formats import NOTHING
from customers.models import Customer
from organization.models import Approval, ApprovalKind, User
from organization.services.approvals import may_decide
from segmentation.models import TierOverride
from segmentation.overrides import OverrideWish, check_override, grant_override
from workspace.asking import ask_about, customer_of
from workspace.words import day_text


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
        wish={
            "tier": wish.tier,
            "before": customer.tier,
            "ends_on": wish.ends_on.isoformat(),
        },
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
    """The request in words: from which tier to which, and until when."""
    wish, before = _wish(approval), approval.payload.get("before")  # kept since it is shown
    labels = {"": NOTHING, **dict(Customer.Tier.choices)}
    tiers = [str(labels[tier]) for tier in (before, wish.tier) if tier is not None]
    return [
        (_("Tier"), " → ".join(tiers)),
        (_("Until"), day_text(wish.ends_on)),
    ]


def _wish(approval: Approval) -> OverrideWish:
    payload = approval.payload
    until = dt.date.fromisoformat(payload["ends_on"])
    return OverrideWish(payload["tier"], until, approval.reason)
