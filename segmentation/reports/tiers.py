"""The tiers of one night for what a person answers for, and how they came from another night.

Everything here is of the person's unit and the units below, or of an account manager's own
customers; what is only shared with them is not summed.
"""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db.models import Sum

from core import sql
from core.models import Version
from core.rules import rate
from organization.models import OrgUnit, User
from organization.permissions import UNIT_ROLES, sees_all
from segmentation.models import Classification, Curve, Figures, Portfolio
from segmentation.rules.concentration import Concentration, Point, concentration
from segmentation.rules.moves import ORDER, Pair, flows, is_down, is_up, stability, undone

SQL = Path(__file__).parent.parent / "sql"
SHOWN_NIGHTS = 60


@dataclass(frozen=True, slots=True)
class Scope:
    """The same customers for SQL: ids of units, or of an account manager; both null: all."""

    units: list[int] | None = None
    manager: int | None = None


def scope_of(user: User) -> Scope:
    """What the person answers for."""
    if sees_all(user):
        return Scope()
    if user.role in UNIT_ROLES and user.org_unit:
        return Scope(units=list(OrgUnit.objects.below(user.org_unit).values_list("pk", flat=True)))
    return Scope(manager=user.pk)


def nights() -> list[Version]:
    """The published nights, the latest first."""
    published = Version.objects.filter(status=Version.Status.PUBLISHED)
    return list(published.order_by("-business_date")[:SHOWN_NIGHTS])


@dataclass(frozen=True, slots=True)
class TierRow:
    """What one tier comes to; `change` against the other night, null without one."""

    tier: str
    customers: int
    revenue: Decimal
    change: int | None
    customer_share: Decimal | None
    revenue_share: Decimal | None


@dataclass(frozen=True, slots=True)
class Flow:
    """How many went from one tier to another, "" from or to none; revenue of those that moved."""

    before: str
    tier: str
    customers: int
    revenue: Decimal


@dataclass(frozen=True, slots=True)
class Overview:
    """A night beside another."""

    rows: list[TierRow]
    flows: list[Flow]
    before_total: int | None

    @property
    def customers(self) -> int:
        """All of them."""
        return sum(row.customers for row in self.rows)

    @property
    def growth(self) -> Decimal | None:
        """Of their number since the other night."""
        if not self.before_total:
            return None
        return rate(self.customers - self.before_total, self.before_total)

    @property
    def moves(self) -> int:
        """How many have another tier."""
        return self.up + self.down

    @property
    def up(self) -> int:
        """How many stand better."""
        return sum(one.customers for one in self.flows if is_up(one.before, one.tier))

    @property
    def down(self) -> int:
        """How many stand worse."""
        return sum(one.customers for one in self.flows if is_down(one.before, one.tier))

    @property
    def into_risk(self) -> int:
        """How many came into risk."""
        return sum(one.customers for one in self._into_risk())

    @property
    def revenue_at_stake(self) -> Decimal:
        """Their revenue of 12 months."""
        return sum((one.revenue for one in self._into_risk()), Decimal(0))

    @property
    def stable(self) -> Decimal | None:
        """The share that kept its tier, of those counted both times."""
        return rate(*stability({(one.before, one.tier): one.customers for one in self.flows}))

    def _into_risk(self) -> list[Flow]:
        return [one for one in self.flows if one.tier == "risk" and one.before not in {"", "risk"}]


@dataclass(frozen=True, slots=True)
class Steps:
    """The nights from one to another: who is in none of their moves has not moved.

    Not so where a night between has been removed since, or was computed anew: then `every`
    customer is looked at.
    """

    before: Version
    night: Version
    versions: list[int]
    every: bool
    scope: Scope

    @property
    def parameters(self) -> dict[str, Any]:
        """For moves_between.sql and moved_between.sql."""
        return {
            "version": self.night.pk,
            "previous": self.before.pk,
            "versions": self.versions,
            "every": self.every,
            "units": self.scope.units,
            "manager": self.scope.manager,
        }


def steps(user: User, before: Version, night: Version) -> Steps:
    """The way of the customers a person answers for from one published night to a later one."""
    between = Version.objects.filter(
        business_date__gt=before.business_date, business_date__lte=night.business_date
    )
    rows = list(between.values_list("pk", "status", "is_replay"))
    published = [pk for pk, status, _replay in rows if status == Version.Status.PUBLISHED]
    broken = any(replay or status == Version.Status.DROPPED for _pk, status, replay in rows)
    return Steps(before, night, published, broken, scope_of(user))


def overview(user: User, night: Version, way: Steps | None) -> Overview:
    """The night's tiers, and the flows on the way from another night if there is one."""
    if way is None:
        return Overview(_rows(_sums(user, [night])[night.pk], None), [], None)
    both = _sums(user, [night, way.before])
    sums = both[night.pk]
    moved = _moved(way)
    counts = {pair: n for pair, (n, _revenue) in moved.items()}
    now = {tier: customers for tier, (customers, _revenue) in sums.items()}
    earlier = {tier: customers for tier, (customers, _revenue) in both[way.before.pk].items()}
    earlier = earlier or undone(now, counts)  # a night from before sums were kept
    found = [
        Flow(*pair, n, moved.get(pair, (0, Decimal(0)))[1])
        for pair, n in flows(earlier, now, counts)
    ]
    return Overview(_rows(sums, earlier), found, sum(earlier.values()))


def _sums(user: User, nights: list[Version]) -> dict[int, dict[str, tuple[int, Decimal]]]:
    """Customers and revenue by night and tier."""
    rows = (
        Portfolio.objects.visible_to(user)
        .filter(version__in=nights)
        .order_by()
        .values_list("version", "tier")
        .annotate(Sum("customers"), Sum("revenue_12m"))
    )
    found: dict[int, dict[str, tuple[int, Decimal]]] = {night.pk: {} for night in nights}
    for version, tier, customers, revenue in rows:
        found[version][tier] = (int(customers), revenue)
    return found


def _rows(sums: dict[str, tuple[int, Decimal]], earlier: dict[str, int] | None) -> list[TierRow]:
    heads = sum(customers for customers, _revenue in sums.values())
    money = sum((revenue for _customers, revenue in sums.values()), Decimal(0))
    rows = []
    for tier in ORDER:
        customers, revenue = sums.get(tier, (0, Decimal(0)))
        change = None if earlier is None else customers - earlier.get(tier, 0)
        shares = rate(customers, heads), rate(revenue, money) if money > 0 else None
        rows.append(TierRow(tier, customers, revenue, change, *shares))
    return rows


def _moved(way: Steps) -> dict[Pair, tuple[int, Decimal]]:
    """How many went from tier to tier, and their revenue."""
    rows: Any = sql.rows(SQL / "moved_between.sql", **way.parameters)
    return {(old, new): (n, revenue) for old, new, n, revenue in rows}


def concentration_of(user: User, version: Version) -> Concentration | None:
    """The Pareto curve; None where the night has none."""
    if user.role in UNIT_ROLES and user.org_unit:
        rows = list(Curve.objects.filter(version=version, org_unit=user.org_unit).order_by("place"))
        if not rows:
            return None
        points = tuple(Point(row.place, row.held) for row in rows)
        last = rows[-1]
        return Concentration(last.heads, last.total, last.weighted, points)
    shipped = Figures.objects.in_portfolio_of(user).filter(version=version, shipments_12m__gt=0)
    values = Classification.objects.filter(
        version=version, value__isnull=False, customer__in=shipped.values("customer")
    ).values_list("value", flat=True)
    found = concentration(value for value in values if value is not None)
    return found if found.heads else None
