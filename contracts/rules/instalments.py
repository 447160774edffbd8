"""A contract's amount in fixed instalments (B1, B2). Pure Python."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.rules.terms import AgreedTerms
from core.rules import add_months, split_money
from core.work_calendar import WorkCalendar

MOST = 60


@dataclass(frozen=True, slots=True)
class Schedule:
    """In how many parts, from when on, how many months apart; `portions` are weights."""

    portions: tuple[Decimal, ...]
    first_on: date
    months_apart: int


@dataclass(frozen=True, slots=True)
class Instalment:
    """One part; `is_provisional` while that year's holidays are not published."""

    number: int
    issued_on: date
    due_on: date
    amount: Decimal
    is_provisional: bool


def equal(count: int) -> tuple[Decimal, ...]:
    """Weights of so many equal parts."""
    return (Decimal(1),) * count


def instalments(
    total: Decimal, schedule: Schedule, terms: AgreedTerms, calendar: WorkCalendar, first: int = 1
) -> list[Instalment]:
    """The parts, which sum to the total to the cent, numbered from `first`; none of nothing."""
    amounts = split_money(total, schedule.portions)
    days = [add_months(schedule.first_on, n * schedule.months_apart) for n in range(len(amounts))]
    made = [
        (day, terms.due(day, calendar), amount)
        for day, amount in zip(days, amounts, strict=True)
        if amount
    ]
    return [
        Instalment(number, day, max(due.on, day), amount, due.is_provisional)
        for number, (day, due, amount) in enumerate(made, start=first)
    ]


@dataclass(frozen=True, slots=True)
class Gap:
    """What of a contract's amount stands in its plan; `missing` < 0: more than was agreed."""

    agreed: Decimal
    planned: Decimal

    @property
    def missing(self) -> Decimal:
        """What is not planned yet."""
        return self.agreed - self.planned
