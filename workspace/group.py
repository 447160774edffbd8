"""The section "Group": the companies of a group that the reader may see, and what they come to."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from core.models import Version
from customers.models import Customer
from customers.querysets import group_of
from organization.models import User
from organization.permissions import Action, can
from workspace.header import Header
from workspace.listing import Line, customers_for, lines, with_figures

Amounts = dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class Member:
    """A company of the group and how deep it stands below the highest visible one."""

    line: Line
    depth: int
    is_here: bool


@dataclass(frozen=True, slots=True)
class Sums:
    """What the visible members come to; money by currency, the company's first."""

    revenue: Decimal | None
    owed: Amounts
    overdue: Amounts
    limits: Decimal | None


def group(user: User, customer: Customer, _above: Header) -> dict[str, Any]:
    """The tree and its sums; four queries however large the group is."""
    version = Version.objects.current()
    parents = group_of(customer.pk)
    seen = with_figures(customers_for(user).filter(pk__in=parents), version)
    found = lines(list(seen.order_by("name", "pk")), version)
    members = list(_tree(found, parents, customer.pk))
    return {
        "members": members,
        "shows_limits": can(user, Action.VIEW_CREDIT),
        "sums": _sums([member.line for member in members]),
        "day": version.business_date if version else None,
        "top": members[0].line.customer if members else None,
    }


def relatives(user: User) -> Any:
    """How many visible companies stand just above or below a customer of the outer query."""
    near = Q(parent=OuterRef("pk")) | Q(pk=OuterRef("parent"))
    rows = customers_for(user).filter(near).order_by().annotate(one=Value(1)).values("one")
    return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), 0)


def _tree(found: list[Line], parents: Mapping[int, int | None], here: int) -> Iterator[Member]:
    """Members below the nearest company above them that can be seen, in the order given."""
    visible = {line.customer.pk for line in found}
    below: dict[int | None, list[Line]] = defaultdict(list)
    for line in found:
        below[_nearest(line.customer.pk, parents, visible)].append(line)
    todo = [(line, 0) for line in reversed(below[None])]
    while todo:
        line, depth = todo.pop()
        yield Member(line, depth, line.customer.pk == here)
        todo += [(child, depth + 1) for child in reversed(below[line.customer.pk])]


def _nearest(company: int, parents: Mapping[int, int | None], visible: set[int]) -> int | None:
    """The nearest company above it that can be seen; None at the top of what can."""
    above = parents.get(company)
    while above is not None and above not in visible:
        above = parents.get(above)
    return above


def _sums(found: list[Line]) -> Sums:
    revenues = [line.revenue for line in found if line.revenue is not None]
    limits = [line.customer.credit_limit for line in found if line.customer.credit_limit]
    return Sums(
        revenue=sum(revenues, Decimal(0)) if revenues else None,
        owed=_by_currency(amount for line in found for amount in line.owed),
        overdue=_by_currency(amount for line in found for amount in line.overdue),
        limits=sum(limits, Decimal(0)) if limits else None,
    )


def _by_currency(amounts: Iterator[tuple[Decimal, str]]) -> Amounts:
    sums: Amounts = defaultdict(Decimal)
    for amount, currency in amounts:
        sums[currency] += amount
    return dict(sorted(sums.items(), key=lambda each: each[0] != settings.COMPANY_CURRENCY))
