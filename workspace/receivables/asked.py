"""What of the collecting somebody asks for on the pages that read the ledger: their address."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.reports.past import Split, chosen_customers
from core.requests import asked_currency, changed_query
from organization.models import OrgUnit, User
from organization.permissions import UNIT_ROLES, Action, can
from workspace.receivables.whose import TIERS, Whose, read_whose

FIRST_DAY = dt.date(1990, 1, 1)
SPLITS: dict[str, Any] = {
    "unit": gettext_lazy("Unit"),
    "manager": gettext_lazy("Account manager"),
    "tier": gettext_lazy("Tier"),
    "customer": gettext_lazy("Customer"),
}
GROUPS = {name: label for name, label in SPLITS.items() if name != "customer"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Whose):
    """A day, how to split, and what narrows it."""

    user: User
    day: dt.date
    by: Split
    currency: str

    def customers(self) -> list[int] | None:
        """The ids of the customers meant; None: all there are."""
        return chosen_customers(self.user, self.narrowed()) if self.is_understood else []

    def base(self) -> OrgUnit | None:
        """The unit whose parts are shown where it is split by unit."""
        return self.unit or self.user.org_unit


def read_asked(user: User, query: Mapping[str, str], splits: Mapping[str, Any]) -> Asked:
    """What an address asks for; unknown values list nothing. `at` is today unless it says so."""
    whose = read_whose(user, query)
    day, is_day_known = _day(query.get("at", ""))
    by = query.get("by", "")
    offered = offered_splits(user, splits)
    return Asked(
        user=user,
        day=day,
        by=cast(Split, by if by in offered else next(iter(offered))),
        currency=asked_currency(query),
        **whose | {"is_understood": whose["is_understood"] and is_day_known},
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
        "tiers": TIERS.items(),
        "today": timezone.localdate(),
        "query": changed_query(request),
        "is_filtered": any(request.GET.get(name) for name in ("unit", "manager", "tier")),
        "may_export": can(user, Action.EXPORT),
    }
