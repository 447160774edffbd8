"""What was planned and what came in, beside each of many contracts."""

import datetime as dt

from django.db.models import DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from contracts.models import Allocation, Contract, PlanLine
from core.rules import ZERO

_MONEY = DecimalField(max_digits=18, decimal_places=2)


def with_sums(contracts: QuerySet[Contract], day: dt.date) -> QuerySet[Contract]:
    """The contracts with `planned` and `received` in their currency, at the end of `day`."""
    own = Q(plan_lines__currency=F("currency"))
    counts = own & ~Q(plan_lines__state=PlanLine.State.VOID)
    return contracts.annotate(
        planned=Sum("plan_lines__amount", filter=counts),
        received=Sum("plan_lines__paid", filter=own) - _received_after(day),
    )


def _received_after(day: dt.date) -> Coalesce:
    """What is booked for a contract in its currency but counts only after `day` (bills)."""
    later = Allocation.objects.filter(
        line__contract=OuterRef("pk"), line__currency=OuterRef("currency"), allocated_on__gt=day
    )
    total = later.order_by().values("line__contract").values(total=Sum("amount"))
    return Coalesce(Subquery(total), ZERO, output_field=_MONEY)
