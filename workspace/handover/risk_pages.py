"""Files at risk: what hangs on one head, by manager."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.htmx import show
from core.models import Version
from core.requests import PageRequest
from engagement.models import FileRisk
from engagement.rules import risks
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action
from workspace.handover.tabs import tabs

COLUMNS = ("alone", "one_contact", "unvisited", "all_three")
MOST = 300  # managers listed, those with most at risk first


@dataclass(frozen=True, slots=True)
class Row:
    """One manager: how many customers, and how many of them for each question."""

    manager: User
    customers: int
    cells: list[tuple[str, int]]  # question, number


@require_safe
def files_at_risk(request: PageRequest) -> HttpResponse:
    """Figures of the published night for the units of a head; each leads to the customers."""
    user = user_who_may(request, Action.VIEW_FILES_AT_RISK)
    version = Version.objects.current()
    seen = FileRisk.objects.visible_to(user).filter(version=version)
    sums = {name: Sum(name) for name in ("customers", *COLUMNS)}
    context = {
        "views": tabs(user, "files_at_risk"),
        "version": version,
        "labels": labels(),
        "rows": _rows(seen.order_by().values("account_manager").annotate(**sums)),
        "total": seen.aggregate(**sums),
        "known_days": risks.KNOWN_DAYS,
        "visit_days": risks.VISIT_DAYS,
    }
    return show(request, "workspace/handover/risk.html", "content", context)


def labels() -> dict[str, str]:
    """The questions as column heads and filters say them."""
    return {
        "alone": _("known to one of us only"),
        "one_contact": _("no second contact"),
        "unvisited": _("not visited lately"),
        "all_three": _("all three"),
    }


def _rows(counted: Any) -> list[Row]:
    worst = sorted(counted, key=lambda row: (-row["all_three"], -row["alone"], -row["customers"]))
    people = User.objects.select_related("org_unit")
    managers = people.in_bulk([row["account_manager"] for row in worst[:MOST]])
    return [
        Row(
            managers[row["account_manager"]],
            row["customers"],
            [(name, row[name]) for name in COLUMNS],
        )
        for row in worst[:MOST]
        if row["account_manager"] in managers
    ]
