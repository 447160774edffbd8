"""Tiers that people choose for a time, over what the night computes (02 §7.4)."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RefusedError, given_reason
from core.rules import ends_in_time
from customers.models import Customer
from organization.models import User
from segmentation.decisions import end, file_to_decide
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
    decider = approved_by or actor
    customer = file_to_decide(customer, TierOverride, decider)
    check_override(wish, today)
    before = TierOverride.objects.filter(customer=customer)
    before.give_way(today, ended_by=decider)
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


@transaction.atomic
def end_override(override: TierOverride, *, today: dt.date, actor: User) -> Customer:
    """The customer is in its computed tier again, at once; returns it as it is then.

    RefusedError when it has ended, or for who may not.
    """
    override, customer = end(override, today=today, actor=actor)
    found = Classification.objects.current().filter(customer=customer).first()
    if found is not None:  # else the next night says what it is
        _give(customer, computed_tier(found.tier, found.reasons))
    return customer


def _give(customer: Customer, tier: str) -> None:
    if customer.tier != tier:
        customer.tier = tier
        customer.save(update_fields=["tier"])
