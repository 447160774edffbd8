"""What alerts are about, by the numbers they name: today's remainders, people's own words."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import DecimalField, Q, Sum
from django.db.models.functions import Coalesce

from contracts.models import PlanLine
from core.rules import ZERO
from surveys.models import Answer


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A plan line as it stands today."""

    remainder: Decimal
    paid: Decimal
    coming: Decimal  # of bills that have not matured
    invoice_no: str
    disputed: bool


def lines(numbers: Collection[str], today: dt.date) -> dict[str, LineFacts]:
    """Facts by line number; numbers come from alerts that the person may see."""
    if not numbers:
        return {}
    later = Sum("allocations__amount", filter=Q(allocations__allocated_on__gt=today))
    money = DecimalField(max_digits=18, decimal_places=2)
    rows = PlanLine.objects.filter(line_no__in=numbers)
    return {
        row.line_no: LineFacts(
            remainder=row.amount - row.paid + row.coming,
            paid=row.paid - row.coming,
            coming=row.coming,
            invoice_no=row.invoice_no,
            disputed=row.disputed,
        )
        for row in rows.annotate(coming=Coalesce(later, ZERO, output_field=money))
    }


def comments(numbers: Collection[str]) -> dict[str, str]:
    """What somebody wrote, by response number; of several comments the first."""
    if not numbers:
        return {}
    words = Answer.objects.filter(response__response_no__in=numbers).exclude(text="")
    found: dict[str, str] = {}
    for number, text in words.order_by("pk").values_list("response__response_no", "text"):
        found.setdefault(number, text)
    return found
