"""When open money is to come: promises first, else the customer's habit."""

from datetime import date, timedelta
from decimal import Decimal

from core.rules import rounded

WEEKS = 13  # that are looked ahead
LATER = WEEKS + 1  # the number of all weeks after them
STALE = 90  # days overdue from which no habit says when a line is paid


def expected_on(
    due_on: date,
    day: date,
    *,
    habit: Decimal | None,
    promised_on: date | None = None,
    disputed: bool = False,
) -> date | None:
    """The day on which a line open at the end of `day` is expected to be paid; null: not known.

    `habit` is the amount-weighted mean of days from due date to payment, negative for early. Who
    is later than usual already is expected on the next day.
    """
    if promised_on is not None:
        return max(promised_on, day + timedelta(1))
    if disputed or (day - due_on).days > STALE:
        return None
    usual = due_on + timedelta(int(rounded(habit or Decimal(0), 0)))
    return max(usual, day + timedelta(1))


def week_of(on: date, day: date) -> int:
    """1 for the seven days after `day`, ... 13; 14 for all later; 0 for `day` and before."""
    return min(max(0, -(-(on - day).days // 7)), LATER)
