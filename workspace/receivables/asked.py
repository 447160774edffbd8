"""What of the collecting somebody asks for on the pages that read the ledger: their address."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.reports.past import Split, chosen_customers
from contracts.reports.receivables import Narrowed
from core.requests import changed_query
from customers.models import Customer
from organization.models import OrgUnit, User
from organization.permissions import UNIT_ROLES, Action, can
from workspace.receivables.choice import is_currency, read_manager, read_unit

FIRST_DAY = dt.date(1990, 1, 1)
SPLITS: dict[str, Any] = {
    "unit": gettext_lazy("Unit"),
    "manager": gettext_lazy("Account manager"),
    "tier": gettext_lazy("Tier"),
    "customer": gettext_lazy("Customer"),
}
GROUPS = {name: label for name, label in SPLITS.items() if name != "customer"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A day, how to split, and what narrows it; `is_understood` is false for nonsense."""

    user: User
    day: dt.date
    by: Split
    currency: str
    unit: OrgUnit | None = None
    manager: User | None = None
    tier: str = ""
    is_understood: bool = True

    @property
    def is_narrowed(self) -> bool:
        """Whether any customers were left out."""
        return bool(self.unit or self.manager or self.tier)

    def customers(self) -> list[int] | None:
        """The ids of the customers meant; None: all there are."""
        if not self.is_understood:
            return []
        units = None
        if self.unit is not None:
            units = list(OrgUnit.objects.below(self.unit).values_list("pk", flat=True))
        manager = None if self.manager is None else self.manager.pk
        return chosen_customers(self.user, Narrowed(units, manager, self.tier))

    def base(self) -> OrgUnit | None:
        """The unit whose parts are shown where it is split by unit."""
        return self.unit or self.user.org_unit


def read_asked(user: User, query: Mapping[str, str], splits: Mapping[str, Any]) -> Asked:
    """What an address asks for; unknown values list nothing. `at` is today unless it says so."""
    unit, is_unit_known = read_unit(user, query.get("unit", ""))
    manager, is_manager_known = read_manager(user, query.get("manager", ""))
    day, is_day_known = _day(query.get("at", ""))
    tier, currency, by = query.get("tier", ""), query.get("currency", ""), query.get("by", "")
    offered = offered_splits(user, splits)
    return Asked(
        user=user,
        day=day,
        by=cast(Split, by if by in offered else next(iter(offered))),
        currency=currency if is_currency(currency) else settings.COMPANY_CURRENCY,
        unit=unit,
        manager=manager,
        tier=tier if tier in Customer.Tier.values else "",
        is_understood=(
            is_day_known
            and is_unit_known
            and is_manager_known
            and tier in {"", *Customer.Tier.values}
        ),
    )


def _day(text: str) -> tuple[dt.date, bool]:
    """A day that is over or running, and whether the text is one."""
    today = timezone.localdate()
    try:
        day = dt.date.fromisoformat(text) if text else today
    except ValueError:
        return today, False
    return (day, True) if FIRST_DAY <= day <= today else (today, False)


def offered_splits(user: User, splits: Mapping[str, Any]) -> dict[str, Any]:
    """Who has units splits by them; an account manager has customers."""
    if user.role in UNIT_ROLES:
        return dict(splits)
    own = (name for name in ("customer", "tier") if name in splits)
    return {name: splits[name] for name in own}


def tabs(user: User) -> list[tuple[str, str]]:
    """The pages about receivables as a whole: name of the address, label."""
    return [
        ("receivables", _("Who owes")),
        ("ageing_then", _("Ageing at any date")),
        ("collecting", _("How well we collect")),
        ("doubtful", _("Doubtful debts")),
        ("forecast", _("Cash forecast")),
        *([("credit_held", _("Customers on hold"))] if can(user, Action.VIEW_CREDIT) else []),
    ]


def frame(
    request: HttpRequest, asked: Asked, page: str, splits: Mapping[str, Any]
) -> dict[str, Any]:
    """What these pages have in common: tabs, filters and what is chosen."""
    user = asked.user
    units = OrgUnit.objects.visible_to(user).order_by("path") if user.role in UNIT_ROLES else ()
    return {
        "asked": asked,
        "page": page,
        "pages": tabs(user),
        "splits": offered_splits(user, splits),
        "split_label": splits[asked.by],
        "units": list(units),
        "tiers": Customer.Tier.choices,
        "today": timezone.localdate(),
        "query": changed_query(request),
        "is_filtered": any(request.GET.get(name) for name in ("unit", "manager", "tier")),
        "may_export": can(user, Action.EXPORT),
    }
