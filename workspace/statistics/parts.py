"""The table of one dimension: its parts, what is left of them, and all together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as pgettext

from core.rules import ZERO, rate
from organization.models import OrgUnit, User
from organization.permissions import Action, can
from workspace.statistics.choice import Choice
from workspace.statistics.dimensions import DIMENSIONS, NONE, labels_of
from workspace.statistics.figures import sums_by, total
from workspace.statistics.sums import Sums

SHOWN = 50
MOST = 1000  # customers and lanes, those of the greatest revenue
_LIMITED = {"customer", "lane"}
# A customer sends by several services and on several lanes, and is counted in each.
SHARED_CUSTOMERS = {"service", "lane", "scope"}


@dataclass(frozen=True, slots=True)
class Part:
    """One line; `value` is the part in addresses, `share` its part of all revenue."""

    label: str
    value: str
    sums: Sums
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class Measure:
    """A column: how it is read from a line, and how it is written."""

    name: str
    label: Any
    kind: str  # count, weight, money, share, change, chance
    of: Callable[[Part], Any]
    is_margin: bool = False


MEASURES = (
    Measure("customers", _("Customers"), "count", lambda part: part.sums.customers or None),
    Measure("shipments", _("Waybills"), "count", lambda part: part.sums.shipments),
    Measure("weight_kg", _("Weight (kg)"), "count", lambda part: part.sums.weight_kg),
    Measure("revenue", _("Revenue"), "money", lambda part: part.sums.revenue),
    Measure("share", pgettext("of all revenue", "Share"), "share", lambda part: part.share),
    Measure("growth", _("Growth"), "change", lambda part: part.sums.growth),
    Measure("cost", _("Cost"), "money", lambda part: part.sums.cost, is_margin=True),
    Measure("margin", _("Margin"), "money", lambda part: part.sums.margin, is_margin=True),
    Measure(
        "margin_rate", _("Margin rate"), "share", lambda part: part.sums.margin_rate, is_margin=True
    ),
    Measure(
        "margin_growth",
        _("Margin growth"),
        "change",
        lambda part: part.sums.margin_growth,
        is_margin=True,
    ),
    Measure("on_time", _("On time"), "share", lambda part: part.sums.on_time_rate),
    Measure("exceptions", _("Exception rate"), "share", lambda part: part.sums.exception_rate),
    Measure("kept", pgettext("customers", "Kept"), "share", lambda part: part.sums.kept_rate),
    Measure("churn", pgettext("customers", "Churned"), "share", lambda part: part.sums.churn_rate),
    Measure("net", pgettext("revenue", "Revenue kept"), "share", lambda part: part.sums.net_rate),
)
SORTS = {measure.name: measure for measure in MEASURES}


@dataclass(frozen=True, slots=True)
class Table:
    """`rest` is what the shown parts leave of `total`; None when nothing."""

    parts: list[Part]
    rest: Part | None
    total: Part


def measures_for(user: User) -> list[Measure]:
    """The columns the person's role reads."""
    return [one for one in MEASURES if not one.is_margin or can(user, Action.VIEW_MARGIN)]


def table(user: User, choice: Choice, sort: str, shown: int | None = SHOWN) -> Table:
    """The parts of the choice by a measure, the most first; with "-" before it the least first."""
    dimension = DIMENSIONS[choice.by]
    found = sums_by(user, choice, choice.by, MOST if choice.by in _LIMITED else None)
    whole = total(user, choice)
    if choice.by == "unit":
        found = _by_child(user, choice, found)
    names = labels_of(dimension, found)
    parts = [
        Part(*names.get(key, (str(key), "")), sums, rate(sums.revenue, whole.revenue or None))
        for key, sums in found.items()
    ]
    parts.sort(key=_order(sort))
    shown_parts = parts[:shown]
    left = whole
    for part in shown_parts:
        left -= part.sums
    if choice.by in SHARED_CUSTOMERS:  # how many different ones are left is not known
        left = replace(left, customers=0, then_customers=0, then_revenue=ZERO)
    rest = Part("", "", left, rate(left.revenue, whole.revenue or None))
    is_left = len(parts) > len(shown_parts) or bool(left.shipments)
    return Table(shown_parts, rest if is_left else None, Part("", "", whole, rate(1, 1)))


def _order(sort: str) -> Callable[[Part], tuple[bool, Any, str]]:
    """By the measure; what has none of it stands last."""
    measure = SORTS.get(sort.removeprefix("-"), SORTS["revenue"])
    sign = 1 if sort.startswith("-") else -1

    def place(part: Part) -> tuple[bool, Any, str]:
        value = measure.of(part)
        return value is None, 0 if value is None else sign * value, part.label

    return place


def _by_child(user: User, choice: Choice, found: Mapping[Any, Sums]) -> dict[Any, Sums]:
    """Sums of the units right below the chosen one, or below the person's own, with all in them.

    The unit itself stands for customers that hang on it directly; other units are of shared files.
    """
    base = choice.unit or user.org_unit
    if base is None:
        return dict(found)
    paths = dict(OrgUnit.objects.below(base).values_list("pk", "path"))
    sums: dict[Any, Sums] = {}
    for unit, of_unit in found.items():
        inside = paths.get(unit, base.path).removeprefix(base.path).split("/")
        child = int(inside[0]) if inside[0] else unit
        sums[child] = sums.get(child, Sums()) + of_unit
    return sums


def drill(choice: Choice, part: Part) -> dict[str, str]:
    """What changes in the address when one opens a part: its value, and how it is split then."""
    if not part.value and choice.by not in {"lane"}:
        return {}
    value = part.value or NONE
    narrower = "unit" if choice.by == "unit" and value != _code(choice) else "customer"
    return {choice.by: value, "by": narrower}


def _code(choice: Choice) -> str:
    return choice.unit.code if choice.unit else ""
