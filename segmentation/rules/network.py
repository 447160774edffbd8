"""How far a customer hangs on others that are lost (C10).

Customers are the nodes of an undirected graph: who sends to whom, weighted by the revenue of 12
months, whoever paid. Who is lost is exposed wholly, and half of what is exposed in a customer's
network is passed on to it; twice, so that partners of partners count. A hub, with very many
partners, says nothing about any of them: it is not exposed and passes nothing on, but what goes
with it is a part of what its partners do.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.rules import rounded

HOPS = 2
_PLACES = 6
_NONE = Decimal(0)
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class NetworkRules:
    """What is passed on, who is too large to tell anything, when somebody is told."""

    passed_on: Decimal = Decimal("0.50")
    hub: int = 200  # with more partners than this
    alarm: Decimal = Decimal("0.30")


def neighbours(weights: Mapping[Pair, Decimal]) -> dict[int, dict[int, Decimal]]:
    """The partners of each customer with what goes between them, either way; nothing is no tie."""
    found: dict[int, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for (one, other), weight in weights.items():
        if one != other:
            found[one][other] += weight
            found[other][one] += weight
    positive = {
        one: {other: weight for other, weight in around.items() if weight > 0}
        for one, around in found.items()
    }
    return {one: around for one, around in positive.items() if around}


def exposures(
    weights: Mapping[Pair, Decimal], lost: Collection[int], rules: NetworkRules
) -> dict[int, Decimal]:
    """What of each customer hangs on lost ones, 0-1 with six decimals; those above 0, lost ones 1.

    `weights` are revenue by shipper and consignee.
    """
    around = neighbours(weights)
    hubs = {one for one, partners in around.items() if len(partners) > rules.hub}
    found = {one: Decimal(1) for one in lost if one in around and one not in hubs}
    for _hop in range(HOPS):
        passed = {
            one: _passed_on(partners, found, rules)
            for one, partners in around.items()
            if one not in hubs
        }
        found = {one: max(found.get(one, _NONE), share) for one, share in passed.items()}
    return {one: share for one, share in found.items() if share > 0}


def _passed_on(
    partners: Mapping[int, Decimal], exposed: Mapping[int, Decimal], rules: NetworkRules
) -> Decimal:
    total = sum(partners.values(), _NONE)
    at_risk = sum((w * exposed.get(other, _NONE) for other, w in partners.items()), _NONE)
    return rounded(rules.passed_on * at_risk / total, _PLACES)


def revenue_at_risk(exposure: Decimal, revenue: Decimal) -> Decimal:
    """What of a customer's own revenue of 12 months is at risk with those it hangs on."""
    return rounded(exposure * revenue, 2)
