"""Service policies put in force, and what single customers are granted beside them."""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import RefusedError, given_reason
from core.rules import ends_in_time
from customers.models import Customer, PolicyDeviation, ServicePolicy
from customers.reports.policies import own_policy
from customers.rules.policies import Policies, read_value, write_value
from customers.services.locking import lock_file
from organization.models import ApprovalKind, User
from organization.services.approvals import may_decide


@dataclass(frozen=True, slots=True)
class DeviationWish:
    """Another value of one point (text, as `write_value` makes it), until when and why."""

    point: str
    value: str
    ends_on: dt.date
    reason: str


@transaction.atomic
def put_policies_in_force(policies: Policies) -> int:
    """Make these the policies everybody reads from now on; returns how many tiers differ."""
    changed = 0
    for code, values in asdict(policies).items():
        row, is_new = ServicePolicy.objects.select_for_update().get_or_create(
            code=code, defaults=values
        )
        different = {name: new for name, new in values.items() if getattr(row, name) != new}
        if different and not is_new:
            for name, value in different.items():
                setattr(row, name, value)
            row.save(update_fields=list(different))
        changed += bool(different or is_new)
    return changed


def check_deviation(customer: Customer, wish: DeviationWish, today: dt.date) -> Any:
    """The value that is wished for; RefusedError when it cannot be granted to anybody."""
    try:
        value = read_value(wish.point, wish.value)
    except (KeyError, ValueError) as error:
        raise RefusedError(_("This value does not fit the point of the policy.")) from error
    if not ends_in_time(wish.ends_on, today):
        raise RefusedError(_("A deviation ends: choose a day from today on, within a year."))
    if value == getattr(own_policy(customer).policy, wish.point):
        raise RefusedError(_("That is what the policy of this customer says already."))
    return value


@transaction.atomic
def grant_deviation(
    customer: Customer,
    wish: DeviationWish,
    *,
    today: dt.date,
    actor: User,
    approved_by: User | None = None,
) -> PolicyDeviation:
    """From today on the customer has that value; `actor` has asked, `approved_by` agreed.

    It takes the place of one in the same point. RefusedError where neither may decide it, the value
    is none, or the file was merged into another meanwhile.
    """
    customer = lock_file(customer)
    if not may_decide(approved_by or actor, ApprovalKind.POLICY_DEVIATION):
        raise RefusedError(_("This deviation is beyond your authority: ask for approval."))
    value = check_deviation(customer, wish, today)
    reason = given_reason(wish.reason)
    before = PolicyDeviation.objects.filter(customer=customer, point=wish.point, ended_at=None)
    at = timezone.now()
    before.filter(ends_on__lt=today).update(ended_at=at)  # as the night would
    before.update(ended_at=at, ended_by=approved_by or actor)
    return PolicyDeviation.objects.create(
        customer=customer,
        point=wish.point,
        value=write_value(value),
        reason=reason,
        asked_by=actor,
        approved_by=approved_by,
        starts_on=today,
        ends_on=wish.ends_on,
    )


def may_end_deviation(deviation: PolicyDeviation, user: User, *, decides: bool) -> bool:
    """Who has asked for it, and who decides such things: `may_decide`, asked once for many."""
    return decides or deviation.asked_by_id == user.pk


@transaction.atomic
def end_deviation(deviation: PolicyDeviation, *, at: dt.datetime, actor: User) -> None:
    """The customer is served by its policy again, at once. RefusedError when it has ended."""
    lock_file(deviation.customer)
    deviation = PolicyDeviation.objects.select_for_update().get(pk=deviation.pk)
    decides = may_decide(actor, ApprovalKind.POLICY_DEVIATION)
    if not may_end_deviation(deviation, actor, decides=decides):
        raise RefusedError(_("This is beyond what you may decide."))
    if not deviation.is_live(timezone.localdate(at)):
        raise RefusedError(_("This deviation has ended already."))
    deviation.ended_at, deviation.ended_by = at, actor
    deviation.save(update_fields=["ended_at", "ended_by"])
