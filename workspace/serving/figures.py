"""The page: what one's customers cost to serve, where effort and value part, lanes that lose."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from core.rules import ZERO, rate
from customers.models import Customer
from organization.models import User
from segmentation.models import LossLane, Serving
from segmentation.querysets import NightlyQuerySet

ROWS = 20
_TIERS = {tier: place for place, tier in enumerate(Customer.Tier.values)}
_PER = Decimal(10_000)  # of margin


@dataclass(frozen=True, slots=True)
class TierRow:
    """What the customers of a tier take and bring; only those whose costs are known have margin."""

    tier: str
    customers: int
    touches: int
    margin: Decimal
    borne: Decimal

    @property
    def touches_per(self) -> Decimal | None:
        """Touches for each 10,000 of margin; null without margin."""
        return rate(self.touches * _PER, self.margin) if self.margin > 0 else None


def totals(user: User) -> dict[str, Any]:
    """Sums of the customers the person sees: waiting, storage, what we bear, talks, unknown."""
    return _served(user).aggregate(
        customers=Count("customer"),
        waiting_minutes=Sum("waiting_minutes", default=0),
        waiting_charge=Sum("waiting_charge", default=ZERO),
        storage_days=Sum("storage_days", default=0),
        storage_charge=Sum("storage_charge", default=ZERO),
        borne=Sum("borne", default=ZERO),
        touches=Sum("touches", default=0),
        uncosted=Count("customer", filter=Q(result=None)),
    )


def by_tier(user: User) -> list[TierRow]:
    """Effort against value, tier by tier, of customers whose costs are known."""
    rows = _served(user).filter(margin__isnull=False).order_by().values("tier")
    found = rows.annotate(
        customers=Count("customer"),
        all_touches=Sum("touches"),
        all_margin=Sum("margin"),
        all_borne=Sum("borne"),
    )
    tiers = [
        TierRow(r["tier"], r["customers"], r["all_touches"], r["all_margin"], r["all_borne"])
        for r in found
    ]
    return sorted(tiers, key=lambda row: _TIERS.get(row.tier, len(_TIERS)))


def uneven(user: User, effort: str) -> QuerySet[Serving]:
    """Who is served too much, the least margin first; or too little, the most margin first."""
    rows = _served(user).filter(effort=effort).select_related("customer")
    first = "margin" if effort == Serving.Effort.OVER else "-margin"
    return rows.order_by(first, "customer_id")[:ROWS]


def least_left(user: User) -> QuerySet[Serving]:
    """Customers that shipped and of whom least is left after serving them, losses first."""
    rows = _served(user).filter(result__lt=F("margin"), revenue__gt=0).select_related("customer")
    return rows.order_by("result", "customer_id")[:ROWS]


def over_ceiling(user: User) -> QuerySet[Serving]:
    """Whom serving costs more beside the carriage than the policy allows, the most above first.

    Annotated: `beside`, what it cost, and `above`, how much of that is too much.
    """
    rows = _served(user).filter(cost_ceiling__isnull=False).select_related("customer")
    beside = rows.annotate(beside=F("margin") - F("result"))
    judged = beside.annotate(above=F("beside") - F("cost_ceiling") * F("revenue"))
    return judged.filter(above__gt=0).order_by("-above", "customer_id")[:ROWS]


def losing_lanes(user: User) -> QuerySet[LossLane]:
    """Lanes that lose most."""
    lanes = LossLane.objects.visible_to(user).current().select_related("customer")
    return lanes.losing()[:ROWS]


def _served(user: User) -> NightlyQuerySet[Serving]:
    return Serving.objects.visible_to(user).current()
