"""What serving a customer costs beside the carriage (02 §6.3, P21); of all: sql/serving.sql."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.rules import rate

FEW_TOUCHES = 4  # with fewer in a year nobody is served too much
UNEVEN = 2  # times the touches that the tier gives for the same margin, or half of them


@dataclass(frozen=True, slots=True)
class ServingRules:
    """Free times and rates, money in the company's currency. What is not billed we bear."""

    free_minutes: int = 30  # of waiting, a shipment
    minute_rate: Decimal = Decimal("1.00")
    waiting_billed: bool = False
    free_days: int = 3  # of storage, a shipment
    day_rate: Decimal = Decimal("15.00")
    storage_billed: bool = True
    touch_cost: Decimal = Decimal("60.00")
    lane_shipments: int = 12  # in twelve months; with fewer a lane's loss is chance


@dataclass(frozen=True, slots=True)
class Charges:
    """What waiting and storage come to, and how much of it we bear."""

    waiting: Decimal
    storage: Decimal
    borne: Decimal


def over(used: int, free: int) -> int:
    """What exceeds the free time of one shipment."""
    return max(used - free, 0)


def charges(minutes_over: int, days_over: int, rules: ServingRules) -> Charges:
    """The charges for minutes and days over the free times, summed over shipments."""
    waiting, storage = minutes_over * rules.minute_rate, days_over * rules.day_rate
    borne = (Decimal(0) if rules.waiting_billed else waiting) + (
        Decimal(0) if rules.storage_billed else storage
    )
    return Charges(waiting, storage, borne)


def cost_to_serve(
    cost: Decimal | None, borne: Decimal, touches: int, rules: ServingRules
) -> Decimal | None:
    """Cost of carriage, what we bear, and our talks; null while a cost is unknown."""
    return None if cost is None else cost + borne + touches * rules.touch_cost


def effort(
    touches: int, margin: Decimal | None, of_tier: tuple[int, Decimal], *, is_small: bool
) -> str:
    """'over' or 'under' when the touches do not fit the margin, by the measure of the tier.

    `of_tier`: touches and margin of the tier. Small customers are not under-served: a low touch
    is the policy for them.
    """
    if margin is None:
        return ""
    given, expected = touches * of_tier[1], max(margin, Decimal(0)) * of_tier[0]
    if touches >= FEW_TOUCHES and (margin <= 0 or given >= UNEVEN * expected):
        return "over"
    return "under" if margin > 0 and not is_small and UNEVEN * given <= expected else ""


def seasonality(months: Mapping[int, int]) -> dict[int, Decimal]:
    """Each calendar month's mean against the mean of all, 1 is usual; of numbered months.

    Empty without a whole year, or where nothing was sent.
    """
    overall = rate(sum(months.values()), len(months))
    if not overall or len({number % 12 for number in months}) < 12:
        return {}
    means: dict[int, Decimal] = {}
    for month in range(12):
        of_month = [value for number, value in months.items() if number % 12 == month]
        means[month + 1] = Decimal(sum(of_month)) / len(of_month) / overall
    return means
