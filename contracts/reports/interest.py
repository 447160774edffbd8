"""Interest for paying late that has grown on lines and was not charged yet: a memo (B7)."""

import datetime as dt
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q

from contracts.models import Allocation, InterestCharge, PlanLine
from contracts.querysets import PlanLineQuerySet
from contracts.rules import ledger
from contracts.rules.interest import DEFAULT_DAILY_RATE, late_interest
from core.rules import ZERO

CLAIMED = dt.timedelta(days=365)  # how long after its payment a line's interest is shown (ours)


def bearing(lines: PlanLineQuerySet[PlanLine], day: dt.date) -> PlanLineQuerySet[PlanLine]:
    """Those that may have grown interest by the end of `day`, with what `memo` reads.

    Neither disputed lines nor interest itself; paid ones for a year: what has grown survives.
    """
    paid_lately = Allocation.objects.filter(line=OuterRef("pk"), allocated_on__gt=day - CLAIMED)
    is_interest = InterestCharge.objects.filter(billed_as=OuterRef("pk"))
    return (
        lines.filter(
            Q(paid__lt=F("amount")) | Exists(paid_lately),
            ~Exists(is_interest),
            state=PlanLine.State.OPEN,
            disputed=False,
            is_refund=False,
            due_on__lt=day,
        )
        .select_related("contract")
        .prefetch_related("allocations", "interest_charges")
    )


def daily_rate(line: PlanLine) -> Decimal:
    """What its contract agreed for a day late, a fraction; else what everybody pays."""
    agreed = None if line.contract is None else line.contract.late_interest_rate
    return DEFAULT_DAILY_RATE if agreed is None else agreed


def memo(line: PlanLine, day: dt.date) -> Decimal:
    """What the line has grown to the end of `day`, less what was charged for it by then.

    Of a line from `bearing`, in its currency.
    """
    booked = [
        ledger.Allocation(line.line_no, row.amount, row.allocated_on)
        for row in line.allocations.all()
    ]
    charged = sum((row.amount for row in line.interest_charges.all() if row.until <= day), ZERO)
    grown = late_interest(line.amount, line.due_on, booked, day, daily_rate=daily_rate(line))
    return max(grown - charged, ZERO)


def memos(lines: PlanLineQuerySet[PlanLine], day: dt.date) -> dict[int, Decimal]:
    """What is above 0 by the id of the line; three queries however many lines."""
    found = {line.pk: memo(line, day) for line in bearing(lines, day)}
    return {pk: amount for pk, amount in found.items() if amount > 0}
