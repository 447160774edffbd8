"""Contracts of all customers in sight, by where they stand and by words."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models import Contract
from contracts.querysets import ContractQuerySet
from contracts.rules.contracts import EXPIRING, Stage
from organization.models import User

Contracts = ContractQuerySet[Contract]
LABELS: Mapping[str, Any] = {
    "in_review": _("In review"),
    "draft": pgettext_lazy("contract", "Draft"),
    "expiring": _("Ending within 90 days"),
    "active": _("In force"),
    "suspended": pgettext_lazy("contract", "Suspended"),
    "over": _("Ended"),
}


def _expiring(found: Contracts, day: dt.date) -> Contracts:
    soon = found.in_force(day).filter(ends_on__lte=day + EXPIRING)
    return soon.exclude(stage=Stage.SUSPENDED.value).not_renewed()


_CHOSEN: Mapping[str, Callable[[Contracts, dt.date], Contracts]] = {
    "in_review": lambda found, _day: found.filter(stage=Stage.IN_REVIEW.value),
    "draft": lambda found, _day: found.filter(stage=Stage.DRAFT.value),
    "expiring": _expiring,
    "active": lambda found, day: found.in_force(day).exclude(stage=Stage.SUSPENDED.value),
    "suspended": lambda found, _day: found.filter(stage=Stage.SUSPENDED.value),
    "over": lambda found, day: found.over(day),
}


def contracts(user: User, *, state: str, q: str, day: dt.date) -> QuerySet[Contract]:
    """Those the person sees, of that state ("": all) `q` begins a number, or is a customer."""
    found: Contracts = Contract.objects.visible_to(user).filter(customer__merged_into=None)
    if state in _CHOSEN:
        found = _CHOSEN[state](found, day)
    if q:
        named = Q(customer__code=q) | Q(customer__name=q)
        found = found.filter(named | Q(contract_no__startswith=q))
    return found.with_last_day()
