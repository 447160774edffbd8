"""What many customers owe together, as of a night: by currency, unit and account manager.

Sums come from the night's summary where it can answer, else from the customers' own rows; both are
limited to what the person may see, and both give the same figures.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, Self

from django.db.models import Count, Q, QuerySet, Sum

from contracts.models import Ageing
from contracts.querysets import AgeingQuerySet, Scope, scope_of
from contracts.reports.ageing import SQL
from contracts.rules.ageing import BUCKETS
from core import sql
from core.models import Version
from core.rules import ZERO, rate
from customers.querysets import CustomerQuerySet
from organization.models import User

AMOUNTS = (*BUCKETS, "overdue", "unallocated", "balance")
COUNTED = (*BUCKETS, "overdue", "unallocated")  # how many customers have something there
WEEKS = ("due_w1", "due_w2", "due_w3", "due_w4")  # of what is not due: after the night
By = Literal["", "unit", "manager"]
_KEYS = {"unit": "org_unit_id", "manager": "account_manager_id"}


@dataclass(frozen=True, slots=True)
class Sums:
    """The ageing of many customers in one currency; `counts` are customers with something there."""

    customers: int = 0
    amounts: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(AMOUNTS, ZERO))
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    weeks: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(WEEKS, ZERO))

    def __add__(self, other: Self) -> "Sums":
        return Sums(
            self.customers + other.customers,
            {name: self.amounts[name] + other.amounts[name] for name in AMOUNTS},
            {name: self.counts[name] + other.counts[name] for name in COUNTED},
            {name: self.weeks[name] + other.weeks[name] for name in WEEKS},
        )

    @property
    def overdue_share(self) -> Decimal | None:
        """Of the open lines, what is past its due date."""
        return rate(self.amounts["overdue"], self.owed)

    @property
    def owed(self) -> Decimal:
        """All open lines, before credit."""
        return self.amounts["balance"] + self.amounts["unallocated"]


@dataclass(frozen=True, slots=True)
class Group:
    """Sums of one unit or manager (its id; None: nobody's, or all together) and currency."""

    key: int | None
    currency: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which of the visible customers; None means all of them, a tier of "" those without one."""

    units: list[int] | None = None
    manager: int | None = None
    tier: str | None = None

    def rows(self, rows: AgeingQuerySet[Ageing]) -> AgeingQuerySet[Ageing]:
        """The same choice among the customers' own rows."""
        found = rows if self.tier is None else rows.filter(customer__tier=self.tier)
        if self.units is not None:
            found = found.filter(org_unit_id__in=self.units)
        return found if self.manager is None else found.filter(account_manager_id=self.manager)

    def of_customers(self) -> dict[str, Any]:
        """The same choice as a filter of rows that hang on a customer."""
        return {f"customer__{name}": value for name, value in self._wanted().items()}

    def customers(self, customers: CustomerQuerySet) -> CustomerQuerySet:
        """The same choice among customers."""
        return customers.filter(**self._wanted())

    def _wanted(self) -> dict[str, Any]:
        wanted = {
            "org_unit__in": self.units,
            "account_manager": self.manager,
            "tier": self.tier,
        }
        return {name: value for name, value in wanted.items() if value is not None}


def totals(
    user: User, version: Version, narrowed: Narrowed | None = None, by: By = ""
) -> list[Group]:
    """Sums over what the person may see, by currency and as asked by unit or manager.

    Where the summary has nothing, and for tiers of an older night, from the customers' rows.
    """
    narrowed = narrowed or Narrowed()
    rows = narrowed.rows(Ageing.objects.filter(version=version))
    scope = scope_of(user)
    if scope is not None and (version.is_current or narrowed.tier is None):
        groups = _summed(version, scope, narrowed, by)
        if groups:
            return added_up(groups + sums_of(rows.only_shared_with(user), by))
    return sums_of(rows.visible_to(user), by)


def sums_of(rows: QuerySet[Ageing], by: By = "") -> list[Group]:
    """Sums over these rows, read one by one."""
    names = ["currency", *([_KEYS[by]] if by else [])]
    amounts = {f"sum_{name}": Sum(name) for name in AMOUNTS + WEEKS}
    counts = {f"n_{name}": Count("customer", filter=Q(**{f"{name}__gt": 0})) for name in COUNTED}
    found = rows.order_by().values(*names).annotate(customers=Count("*"), **amounts, **counts)
    return [
        Group(
            key=row[names[1]] if by else None,
            currency=row["currency"],
            sums=Sums(
                row["customers"],
                {name: row[f"sum_{name}"] for name in AMOUNTS},
                {name: row[f"n_{name}"] for name in COUNTED},
                {name: row[f"sum_{name}"] for name in WEEKS},
            ),
        )
        for row in found
    ]


def added_up(groups: Iterable[Group]) -> list[Group]:
    """Groups of the same key and currency as one."""
    found: dict[tuple[int | None, str], Sums] = {}
    for group in groups:
        place = (group.key, group.currency)
        found[place] = found.get(place, Sums()) + group.sums
    return [Group(key, currency, sums) for (key, currency), sums in found.items()]


def _summed(version: Version, scope: Scope, narrowed: Narrowed, by: By) -> list[Group]:
    units, managers = scope.units, scope.managers
    if narrowed.units is not None:
        units = narrowed.units if units is None else sorted({*units} & {*narrowed.units})
    if narrowed.manager is not None:
        wanted = [narrowed.manager]
        managers = wanted if managers is None else sorted({*managers} & {*wanted})
    rows: list[tuple[Any, ...]] = sql.rows(
        SQL / "ageing_totals.sql",
        version=version.pk,
        units=units,
        managers=managers,
        tier=narrowed.tier,
        by=by,
    )
    return [
        Group(
            key,
            currency,
            Sums(
                customers,
                dict(zip(AMOUNTS, rest[: len(AMOUNTS)], strict=True)),
                dict(zip(COUNTED, rest[len(AMOUNTS) : -len(WEEKS)], strict=True)),
                dict(zip(WEEKS, rest[-len(WEEKS) :], strict=True)),
            ),
        )
        for key, currency, customers, *rest in rows
    ]
