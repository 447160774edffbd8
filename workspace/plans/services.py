"""Writing a version of a service plan. The customer is locked first, then the plan."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RefusedError
from customers.models import Customer
from customers.services.locking import lock_file
from organization.models import User
from shipments.models import PlanGain, PlanStage, ServicePlan

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Draft:
    """A version as somebody filled it in: fields of its stages in their order, and of its gains."""

    valid_from: dt.date
    valid_until: dt.date | None
    note: str
    stages: Sequence[dict[str, Any]]
    gains: Sequence[dict[str, Any]]


@transaction.atomic
def save_plan(customer: Customer, draft: Draft, *, today: dt.date, actor: User) -> ServicePlan:
    """The new version in force from its day on; the one before ends the day before.

    A version that has not been in force before today gives way to it whole (decision 36).
    RefusedError for a day on which an older version was in force, or a file merged meanwhile.
    """
    customer = lock_file(customer)
    plans = ServicePlan.objects.filter(customer=customer).order_by("-valid_from")
    last, before = [*plans.select_for_update(of=("self",))[:2], None, None][:2]
    if last is not None and last.valid_from >= today:
        if before is not None and before.valid_until == last.valid_from - _DAY:
            before.valid_until = None  # only for the version that goes
        last.delete()
        last = before
    if last is not None:
        _end_before(last, draft.valid_from, today)
    return _write(customer, draft, actor)


def _end_before(last: ServicePlan, begin: dt.date, today: dt.date) -> None:
    """End the version that is in force the day before; what has been in force is not touched."""
    if begin < today or begin <= last.valid_from:
        raise RefusedError(
            _("A new version begins today or later: what was in force before stays as it was.")
        )
    if last.valid_until is None or last.valid_until >= begin:
        last.valid_until = begin - _DAY
        last.save(update_fields=["valid_until"])


def _write(customer: Customer, draft: Draft, actor: User) -> ServicePlan:
    plan = ServicePlan.objects.create(
        customer=customer,
        valid_from=draft.valid_from,
        valid_until=draft.valid_until,
        note=draft.note,
        created_by=actor,
    )
    PlanStage.objects.bulk_create(
        PlanStage(customer=customer, plan=plan, place=place, **stage)
        for place, stage in enumerate(draft.stages, start=1)
    )
    PlanGain.objects.bulk_create(
        PlanGain(customer=customer, plan=plan, **gain) for gain in draft.gains
    )
    return plan
