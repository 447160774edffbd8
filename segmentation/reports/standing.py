"""What customers of each value grade and lifecycle come to, and whose they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from core.models import Version
from core.rules import ZERO, rate
from customers.models import Customer
from organization.models import User
from segmentation.models import Portfolio, Standing

GRADES = (*Customer.ValueGrade.values, "")  # "": too little is known
LIFECYCLES = tuple(Customer.Lifecycle.values)
SHOWN_PARTS = 10
HEATS = 4
Cell = tuple[int, Decimal]  # customers, revenue of 12 months
_NOBODY: Cell = (0, ZERO)


@dataclass(frozen=True, slots=True)
class StandingCell:
    """Customers of one grade and lifecycle; `change` against the other night, null without one."""

    lifecycle: str
    customers: int
    revenue: Decimal
    change: int | None
    heat: int  # 0 to HEATS, by the share of the largest revenue


@dataclass(frozen=True, slots=True)
class StandingRow:
    """One grade over all lifecycles."""

    grade: str
    cells: list[StandingCell]
    customers: int
    revenue: Decimal


@dataclass(frozen=True, slots=True)
class Share:
    """What the customers of one unit or manager come to; `key` is its code or user name."""

    key: str
    name: str
    customers: int
    at_risk: int
    revenue: Decimal
    share: Decimal | None


def standing(user: User, night: Version, before: Version | None) -> list[StandingRow]:
    """A row for each grade that somebody has; none of a night from before these were summed."""
    cells = _cells(user, [night, before] if before else [night])
    now, earlier = cells[night.pk], cells[before.pk] if before else {}
    largest = max((revenue for _n, revenue in now.values()), default=ZERO)
    return [_row(grade, now, earlier, largest) for grade in GRADES if _has(grade, now, earlier)]


def shares(user: User, night: Version) -> tuple[list[Share], list[Share]]:
    """Units and managers whose customers these are, most revenue first; one query."""
    found: Any = (
        Portfolio.objects.visible_to(user)
        .filter(version=night)
        .order_by()
        .values_list(
            *("org_unit__code", "org_unit__name"),
            *("account_manager__username", "account_manager__name"),
        )
        .annotate(n=Sum("customers"), risk=_AT_RISK, revenue=Sum("revenue_12m"))
    )
    rows = list(found)
    return _summed((unit, name, *sums) for unit, name, _user, _name, *sums in rows), _summed(
        (username or "", name or "", *sums) for _unit, _name, username, name, *sums in rows
    )


_AT_RISK = Coalesce(Sum("customers", filter=Q(tier=Customer.Tier.RISK)), 0)


def _summed(rows: Iterable[tuple[Any, ...]]) -> list[Share]:
    """Those with most revenue, each with its share of all."""
    sums: dict[tuple[str, str], tuple[int, int, Decimal]] = {}
    for key, name, *more in rows:
        before = sums.get((key, name), (0, 0, ZERO))
        sums[key, name] = (before[0] + more[0], before[1] + more[1], before[2] + more[2])
    total = sum((revenue for _n, _risk, revenue in sums.values()), ZERO)
    found = [
        Share(key, name, int(n), int(risk), revenue, rate(revenue, total) if total > 0 else None)
        for (key, name), (n, risk, revenue) in sums.items()
        if n > 0
    ]
    return sorted(found, key=lambda one: (-one.revenue, one.key))[:SHOWN_PARTS]


def _cells(user: User, nights: Sequence[Version]) -> dict[int, dict[tuple[str, str], Cell]]:
    """By night: customers and revenue by grade and lifecycle."""
    rows = (
        Standing.objects.visible_to(user)
        .filter(version__in=nights)
        .order_by()
        .values_list("version", "value_grade", "lifecycle")
        .annotate(Sum("customers"), Sum("revenue_12m"))
    )
    found: dict[int, dict[tuple[str, str], Cell]] = {night.pk: {} for night in nights}
    for version, grade, stage, customers, revenue in rows:
        found[version][grade, stage] = (int(customers), revenue)
    return found


def _has(grade: str, *nights: dict[tuple[str, str], Cell]) -> bool:
    return any(of == grade for cells in nights for of, _stage in cells)


def _row(
    grade: str,
    now: dict[tuple[str, str], Cell],
    earlier: dict[tuple[str, str], Cell],
    largest: Decimal,
) -> StandingRow:
    cells = []
    for stage in LIFECYCLES:
        customers, revenue = now.get((grade, stage), _NOBODY)
        change = customers - earlier.get((grade, stage), _NOBODY)[0] if earlier else None
        cells.append(StandingCell(stage, customers, revenue, change, _heat(revenue, largest)))
    return StandingRow(grade, cells, _total(cells), sum((cell.revenue for cell in cells), ZERO))


def _total(cells: Sequence[StandingCell]) -> int:
    return sum(cell.customers for cell in cells)


def _heat(revenue: Decimal, largest: Decimal) -> int:
    """0 for nothing, else 1 to HEATS."""
    if revenue <= 0 or largest <= 0:
        return 0
    return min(HEATS, 1 + int(HEATS * revenue / largest))
