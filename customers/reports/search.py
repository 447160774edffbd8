"""Finding customers and their people by whatever one types: one way for palette, list and API.

The rules of the table of keys stand in customers/migrations/0021_search_keys.py.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from core.fields import FieldClass
from customers.models import Customer, Share
from customers.querysets import managers_for, shared_with, units_of
from customers.rules.search import LEAST_BEGINNING, phone_term, search_term
from organization.models import User
from organization.permissions import UNIT_ROLES, may_read, sees_all

MOST_LISTED = 2_000  # keys; what fits more customers is looked for row by row
_NAMES = "ABCD"
_PEOPLE, _TAIL, _BEGINNING = "E", "F", "G"
_CLOSENESS = {"": 0, "A": 1, "B": 1}
_TIERS = {tier: place for place, tier in enumerate(("large", "medium", "risk", "potential"))}
_ANYTHING = chr(0x10FFFF)  # sorts after every text


@dataclass(frozen=True, slots=True)
class Match:
    """A key that fits: whose it is, how well it fits (0 wholly, 1 its beginning, 2 within)."""

    customer: int
    contact: int | None
    closeness: int


@dataclass(frozen=True, slots=True)
class _Range:
    """Keys of some marks that begin with a term."""

    term: str
    marks: str


def find(user: User, text: str, most: int) -> list[Match]:
    """At most so many matches of each kind in what the person sees; one or two queries.

    Kinds: names and codes of customers, names of contacts, phone numbers; the last two only for
    roles that read them. Customers are to be read through `visible_to` afterwards all the same.
    """
    ranges = _ranges(user, text)
    if not ranges:
        return []
    if user.role in UNIT_ROLES:
        units = None if sees_all(user) else units_of(user)
        found = _within("customers_find", ranges, units, most)
        few = [] if units is None else shared_with(user, Share.objects)
    else:
        managed = Customer.objects.filter(account_manager__in=managers_for(user)).order_by()
        found = []
        few = [*managed.values_list("pk", flat=True), *shared_with(user, Share.objects)]
    return [*found, *(_within("customers_find_among", ranges, few, most) if few else [])]


def _ranges(user: User, text: str) -> list[_Range]:
    term = search_term(text)
    ranges = [_Range(term, _NAMES)] if term else []
    if not may_read(user, FieldClass.PERSONAL):
        return ranges
    if term:
        ranges.append(_Range(term, _PEOPLE))
    if digits := phone_term(text):
        ranges.append(_Range(digits[::-1], _TAIL))
        if len(digits) >= LEAST_BEGINNING:
            ranges.append(_Range(digits, _BEGINNING))
    return ranges


def _within(function: str, ranges: list[_Range], among: list[int] | None, most: int) -> list[Match]:
    piece = f"SELECT * FROM {function}(%s, %s, %s::bigint[], %s)"  # noqa: S608  (of two)
    values = [value for r in ranges for value in (r.term, list(r.marks), among, most)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([piece] * len(ranges)), values)
        return [
            Match(customer, contact, _CLOSENESS.get(mark, 2))
            for customer, contact, mark in cursor.fetchall()
        ]


def ranked(user: User, matches: list[Match]) -> list[Customer]:
    """The customers of the matches: called so, then from the beginning, then within; big first."""
    closeness: dict[int, int] = {}
    for match in matches:
        if match.contact is None:
            known = closeness.get(match.customer, match.closeness)
            closeness[match.customer] = min(known, match.closeness)
    seen: Any = Customer.objects.visible_to(user).unmerged().filter(pk__in=closeness)

    def rank(customer: Customer) -> tuple[int, int, str]:
        return closeness[customer.pk], _TIERS.get(customer.tier, len(_TIERS)), customer.code

    return sorted(seen.select_related("org_unit").order_by(), key=rank)


def fitting(user: User, text: str) -> Q:
    """The customers a text finds, as a condition for lists of customers the person sees.

    Few are named one by one; many are left to the planner, which may then walk a list in its order.
    """
    matches = find(user, text, MOST_LISTED)
    if len(matches) < MOST_LISTED:
        return Q(pk__in={match.customer for match in matches})
    ranges = [_Range(r.term, mark) for r in _ranges(user, text) for mark in r.marks]
    condition = " OR ".join(["key BETWEEN %s AND %s"] * len(ranges))
    limits: list[Any] = []
    for r in ranges:
        limits += [r.marks + r.term, r.marks + r.term + _ANYTHING]
    keys = f"SELECT customer_id FROM customers_searchkey WHERE {condition}"  # noqa: S608  # text of this code; values are parameters
    return Q(pk__in=RawSQL(keys, limits))  # noqa: S611  (pieces of this module alone)
