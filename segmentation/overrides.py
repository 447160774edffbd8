"""Tiers that people choose for a time, over what the night computes (02 §7.4)."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from core.errors import RefusedError, given_reason
from core.rules import ends_in_time
from customers.models import Customer
from customers.services import hold_places
from customers.services.locking import lock_file
from organization.models import ApprovalKind, User
from organization.services.approvals import may_decide
from segmentation.models import Classification, TierOverride
from segmentation.rules.tiers import computed_tier


@dataclass(frozen=True, slots=True)
class OverrideWish:
    """Another tier, until when and why."""

    tier: str
    ends_on: dt.date
    reason: str


def check_override(wish: OverrideWish, today: dt.date) -> None:
    """RefusedError when nobody may be given that."""
    if wish.tier not in Customer.Tier.values:
        raise RefusedError(_("There is no such tier."))
    given_reason(wish.reason)
    if not ends_in_time(wish.ends_on, today):
        raise RefusedError(_("An override ends: choose a day from today on, within a year."))


@transaction.atomic
def grant_override(
    customer: Customer,
    wish: OverrideWish,
    *,
    today: dt.date,
    actor: User,
    approved_by: User | None = None,
) -> TierOverride:
    """From now on the customer is in that tier; `actor` has asked, `approved_by` agreed.

    It takes the place of the one in force. RefusedError where neither may decide it, the wish is
    none, or the file was merged into another meanwhile.
    """
    hold_places()  # a night that gives tiers just now is waited for, the next one knows this
    customer = lock_file(customer)
    if not may_decide(approved_by or actor, ApprovalKind.TIER_OVERRIDE):
        raise RefusedError(_("This tier is beyond your authority: ask for approval."))
    check_override(wish, today)
    _end_before(customer, today, approved_by or actor)
    made = TierOverride.objects.create(
        customer=customer,
        tier=wish.tier,
        reason=given_reason(wish.reason),
        asked_by=actor,
        approved_by=approved_by,
        starts_on=today,
        ends_on=wish.ends_on,
    )
    _give(customer, wish.tier)
    return made


def _end_before(customer: Customer, today: dt.date, actor: User) -> None:
    """The one in force gives way; one that has gone by is ended as the night would."""
    open_rows = TierOverride.objects.filter(customer=customer, ended_on=None)
    gone_by = open_rows.filter(ends_on__lt=today)
    gone_by.update(ended_on=F("ends_on") + dt.timedelta(1))
    open_rows.update(ended_on=today, ended_by=actor)


def may_end_override(override: TierOverride, user: User) -> bool:
    """Who has asked for it, and who decides such things."""
    return override.asked_by_id == user.pk or may_decide(user, ApprovalKind.TIER_OVERRIDE)


@transaction.atomic
def end_override(override: TierOverride, *, today: dt.date, actor: User) -> Customer:
    """The customer is in its computed tier again, at once; returns it as it is then.

    RefusedError when it has ended, or for who may not.
    """
    hold_places()
    customer = lock_file(override.customer)
    override = TierOverride.objects.select_for_update().get(pk=override.pk)
    if not may_end_override(override, actor):
        raise RefusedError(_("This is beyond what you may decide."))
    if not override.is_in_force(today):
        raise RefusedError(_("This override has ended already."))
    override.ended_on, override.ended_by = today, actor
    override.save(update_fields=["ended_on", "ended_by"])
    found = Classification.objects.current().filter(customer=customer).first()
    if found is not None:  # else the next night says what it is
        _give(customer, computed_tier(found.tier, found.reasons))
    return customer


def _give(customer: Customer, tier: str) -> None:
    if customer.tier != tier:
        customer.tier = tier
        customer.save(update_fields=["tier"])
