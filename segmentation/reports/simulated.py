"""What a draft would do to the customers a person answers for, from its simulation."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from core.rules import ZERO, rate
from organization.models import User
from organization.permissions import Action, can
from segmentation.messages import explain, readable
from segmentation.models import Classification, Portfolio, RuleSet, SimulatedClass, Simulation
from segmentation.reports.movers import Mover
from segmentation.reports.tiers import Flow
from segmentation.rules.moves import flows, is_down, is_up

CLASSES = ("A", "B", "C", "N")
SHOWN = 100  # movers on the page; the table has all
_CHUNK = 1000
_POSITIVE = Coalesce(Sum("value", filter=Q(value__gt=0)), ZERO)


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One ABC class before and after; the share is of the positive value, null without one."""

    name: str
    before: int
    after: int
    share_before: Decimal | None
    share_after: Decimal | None


@dataclass(frozen=True, slots=True)
class Part:
    """Of one unit or manager: how many would stand better and worse, and their revenue."""

    name: str
    up: int
    down: int
    revenue: Decimal


@dataclass(frozen=True, slots=True)
class Outcome:
    """All of a simulation that a page shows."""

    flows: list[Flow]
    classes: list[ClassRow]
    units: list[Part]
    managers: list[Part]

    @property
    def customers(self) -> int:
        """How many are looked at."""
        return sum(one.customers for one in self.flows)

    @property
    def moved(self) -> int:
        """How many would have another tier."""
        return self.up + self.down

    @property
    def up(self) -> int:
        """How many would stand better."""
        return sum(one.customers for one in self.flows if is_up(one.before, one.tier))

    @property
    def down(self) -> int:
        """How many would stand worse."""
        return sum(one.customers for one in self.flows if is_down(one.before, one.tier))

    @property
    def into_risk(self) -> int:
        """How many would come into risk."""
        return sum(n.customers for n in self.flows if n.tier == "risk" and n.before != "risk")

    @property
    def revenue(self) -> Decimal:
        """Twelve months' revenue of those who would move."""
        return sum((one.revenue for one in self.flows if one.before != one.tier), ZERO)


@dataclass(frozen=True, slots=True)
class _Group:
    """Customers that change alike, of one unit and manager."""

    unit: str
    manager: str
    before: str
    tier: str
    abc_before: str
    abc_class: str
    customers: int
    revenue: Decimal
    value: Decimal


def outcome(user: User, simulation: Simulation) -> Outcome:
    """The moves, the classes, and who is concerned; two queries and one for the groups."""
    groups = _groups(user, simulation)
    counts: dict[tuple[str, str], int] = {}
    money: dict[tuple[str, str], Decimal] = {}
    for one in groups:
        if one.before != one.tier:
            pair = (one.before, one.tier)
            counts[pair] = counts.get(pair, 0) + one.customers
            money[pair] = money.get(pair, ZERO) + one.revenue
    before = _tiers(user, simulation)
    after = dict(before)
    for (old, new), n in counts.items():
        after[old] = after.get(old, 0) - n
        after[new] = after.get(new, 0) + n
    return Outcome(
        [Flow(*pair, n, money.get(pair, ZERO)) for pair, n in flows(before, after, counts)],
        _classes(user, simulation, groups),
        _parts(groups, lambda one: one.unit),
        _parts(groups, lambda one: one.manager),
    )


def simulated_movers(
    user: User, simulation: Simulation, most: int | None = None
) -> Iterator[Mover]:
    """Who would have another tier and the main reason, the largest revenue first."""
    found = SimulatedClass.objects.in_portfolio_of(user).filter(simulation=simulation)
    moved = found.exclude(tier=F("tier_before")).order_by("-revenue_12m", "customer_id")
    rows = moved.select_related("customer__account_manager", "customer__org_unit")
    for row in rows[:most] if most else rows.iterator(chunk_size=_CHUNK):
        yield Mover(row.customer, row.tier_before, row.tier, row.revenue_12m, _why(row, user))


def _why(row: SimulatedClass, user: User) -> str:
    """What puts it there: the reason of the overlay, else that of the size."""
    start = {"risk": "risk_", "potential": "potential_"}.get(row.tier, "size_")
    reasons = readable(row.reasons, user)
    return explain([reason for reason in reasons if (reason["code"] or "").startswith(start)][:1])


def _groups(user: User, simulation: Simulation) -> list[_Group]:
    rows = (
        SimulatedClass.objects.in_portfolio_of(user)
        .filter(simulation=simulation)
        .order_by()
        .values_list(
            *("customer__org_unit__name", "customer__account_manager__name"),
            *("tier_before", "tier", "abc_before", "abc_class"),
        )
        .annotate(Count("customer"), Sum("revenue_12m"), held=_POSITIVE)
    )
    return [_Group(unit, manager or "", *rest) for unit, manager, *rest in rows]


def _tiers(user: User, simulation: Simulation) -> dict[str, int]:
    sums = Portfolio.objects.visible_to(user).filter(version=simulation.version_id)
    counted = sums.order_by().values_list("tier").annotate(Sum("customers"))
    return {tier: int(n) for tier, n in counted}


def _classes(user: User, simulation: Simulation, groups: list[_Group]) -> list[ClassRow]:
    nightly = Classification.objects.in_portfolio_of(user).filter(version=simulation.version_id)
    counted = (
        nightly.order_by().values_list("abc_class").annotate(Count("customer"), held=_POSITIVE)
    )
    before = dict.fromkeys(CLASSES, 0) | {name: n for name, n, _value in counted}
    held = dict.fromkeys(CLASSES, ZERO) | {name: value for name, _n, value in counted}
    after, then = dict(before), dict(held)
    for one in groups:
        after[one.abc_before] -= one.customers
        after[one.abc_class] += one.customers
        then[one.abc_before] -= one.value
        then[one.abc_class] += one.value
    total = sum(held.values(), ZERO)
    shares = total if _ranked_alike(user, simulation) else ZERO
    return [
        ClassRow(
            *(name, before[name], after[name]),
            rate(held[name], shares) if shares else None,
            rate(then[name], shares) if shares else None,
        )
        for name in CLASSES
    ]


def _ranked_alike(user: User, simulation: Simulation) -> bool:
    """Whether night and draft rank by the same value, and one the person may see."""
    night = simulation.version.rule_version if simulation.version else None
    rules = RuleSet.objects.filter(version=night or 0).first()
    now = rules.document.get("abc", {}).get("basis", "revenue") if rules else "revenue"
    then = simulation.document["abc"]["basis"]
    return now == then and (then == "revenue" or can(user, Action.VIEW_MARGIN))


def _parts(groups: list[_Group], name: Callable[[_Group], str]) -> list[Part]:
    """By unit or by manager; who is concerned with most money first."""
    found: dict[str, Part] = {}
    for one in groups:
        if one.before == one.tier:
            continue
        part = found.get(name(one), Part(name(one), 0, 0, ZERO))
        found[part.name] = Part(
            part.name,
            part.up + one.customers * is_up(one.before, one.tier),
            part.down + one.customers * is_down(one.before, one.tier),
            part.revenue + one.revenue,
        )
    return sorted(found.values(), key=lambda part: (-part.revenue, part.name))
