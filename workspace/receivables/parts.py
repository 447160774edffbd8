"""Sums by key as lines of a table: each with its name and where it leads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, Protocol, Self, TypeVar

from django.utils.translation import gettext as _

from contracts.reports.past import Key, Split
from contracts.reports.receivables import Sums
from customers.models import Customer
from organization.models import OrgUnit, User
from workspace.receivables.whose import NO_TIER, TIERS


class Addable(Protocol):
    """Sums that add up."""

    def __add__(self, other: Self, /) -> Self:
        """Both together."""


Summed = TypeVar("Summed", bound=Addable)


@dataclass(frozen=True, slots=True)
class Named(Generic[Summed]):
    """A part with its name; `changed` are the parameters of the address that leads into it."""

    label: str
    sums: Summed
    changed: Mapping[str, str]
    customer: int | None = None


def named_parts(
    user: User, by: Split, base: OrgUnit | None, found: Mapping[Key, Summed]
) -> list[Named[Summed]]:
    """The parts in no order; units are those right below `base` with all that is below them."""
    if by == "unit":
        return _units(base, found)
    if by == "tier":
        return [_tier(str(key) or NO_TIER, sums) for key, sums in found.items()]
    if by == "manager":
        people = User.objects.in_bulk([key for key in found if key is not None])
        return [_manager(people.get(_id(key)), sums) for key, sums in found.items()]
    names = _names(user, found)
    return [Named(names[_id(key)], sums, {}, _id(key)) for key, sums in found.items()]


def most_overdue(part: Named[Sums]) -> tuple[Decimal, Decimal, str]:
    """The order of parts by what is overdue."""
    amounts = part.sums.amounts
    return -amounts["overdue"], -amounts["balance"], part.label


def _tier(tier: str, sums: Summed) -> Named[Summed]:
    return Named(str(TIERS.get(tier, tier)), sums, {"tier": tier, "by": ""})


def _id(key: Key) -> int:
    return int(key or 0)


def _names(user: User, keys: Iterable[Key]) -> dict[int, str]:
    rows = Customer.objects.visible_to(user).filter(pk__in=[key for key in keys if key is not None])
    return {pk: short or name for pk, short, name in rows.values_list("pk", "short_name", "name")}


def _manager(person: User | None, sums: Summed) -> Named[Summed]:
    if person is None:
        return Named(_("Nobody's"), sums, {})
    return Named(str(person), sums, {"manager": person.username, "by": "customer"})


def _units(base: OrgUnit | None, found: Mapping[Key, Summed]) -> list[Named[Summed]]:
    """`base` itself, each unit right below it with all below that, and what is only shared."""
    below: dict[int, OrgUnit] = {}
    if base is not None:
        below = {unit.pk: unit for unit in OrgUnit.objects.below(base)}
    together: dict[int | None, Summed] = {}
    for key, sums in found.items():
        unit = below.get(_id(key))
        at = None if unit is None or base is None else _right_below(base, unit)
        together[at] = together[at] + sums if at in together else sums
    paths = [unit.path for unit in below.values()]
    return [_unit(base, below.get(at or 0), sums, paths) for at, sums in together.items()]


def _right_below(base: OrgUnit, unit: OrgUnit) -> int:
    inside = unit.path.removeprefix(base.path).split("/")
    return int(inside[0]) if inside[0] else base.pk


def _unit(
    base: OrgUnit | None, unit: OrgUnit | None, sums: Summed, paths: list[str]
) -> Named[Summed]:
    if unit is None:
        return Named(_("Shared with you"), sums, {})
    if unit == base:
        label = _("{unit} itself").format(unit=unit.name)
        return Named(label, sums, {"unit": unit.code, "own": unit.code, "by": "manager"})
    is_last = not any(path.startswith(unit.path) for path in paths if path != unit.path)
    by = "manager" if is_last else ""
    return Named(unit.name, sums, {"unit": unit.code, "own": "", "by": by})
