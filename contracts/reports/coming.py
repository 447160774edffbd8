"""What is to come in, what is held, what is argued about: of many customers, in one currency."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Aggregate, Count, F, Q, QuerySet, Sum

from contracts.models import PlanLine, Receipt
from core.rules import ZERO

WEEKS = 4
_REMAINDER = F("amount") - F("paid")


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days, and what is open now of the lines that fall due in them."""

    first: dt.date
    last: dt.date
    amount: Decimal
    lines: int


@dataclass(frozen=True, slots=True)
class Counted:
    """How many, and their sum."""

    number: int
    amount: Decimal


def due_by_week(lines: QuerySet[PlanLine], day: dt.date) -> list[Week]:
    """What falls due in each of the four weeks after `day`, of these lines as they stand now."""
    spans = [(day + dt.timedelta(7 * n + 1), day + dt.timedelta(7 * n + 7)) for n in range(WEEKS)]
    sums: dict[str, Aggregate] = {}
    for number, span in enumerate(spans):
        within = Q(due_on__range=span)
        sums[f"sum{number}"] = Sum(_REMAINDER, filter=within)
        sums[f"n{number}"] = Count("pk", filter=within)
    coming = lines.order_by().filter(due_on__range=(spans[0][0], spans[-1][1]))
    found = coming.aggregate(**sums)
    return [
        Week(first, last, found[f"sum{number}"] or ZERO, found[f"n{number}"])
        for number, (first, last) in enumerate(spans)
    ]


def bills_in_transit(receipts: QuerySet[Receipt], day: dt.date) -> Counted:
    """Acceptance bills held at the end of `day` that had not matured, of these receipts."""
    bills = receipts.order_by().filter(
        Q(reversed_on=None) | Q(reversed_on__gt=day),
        method=Receipt.Method.ACCEPTANCE_BILL,
        received_on__lte=day,
        effective_on__gt=day,
    )
    found = bills.aggregate(number=Count("pk"), amount=Sum("amount"))
    return Counted(found["number"], found["amount"] or ZERO)


def disputed(lines: QuerySet[PlanLine]) -> Counted:
    """What is open of the disputed ones of these open lines."""
    argued = lines.order_by().filter(disputed=True)
    found = argued.aggregate(number=Count("pk"), amount=Sum(_REMAINDER))
    return Counted(found["number"], found["amount"] or ZERO)
