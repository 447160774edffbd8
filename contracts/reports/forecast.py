"""What comes in the next 13 weeks: by the plan, and as customers usually pay."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from contracts.reports.ageing import SQL
from contracts.reports.past import Key, Split, key_of
from contracts.rules.forecast import STALE, WEEKS
from core import sql
from core.rules import window

Why = Literal["promise", "habit", "mean", "disputed", "stale"]


@dataclass(frozen=True, slots=True)
class Coming:
    """Open lines of one key that are due in one week and expected in one, for the same reason.

    Weeks are those of `rules.forecast.week_of`; `week` is null where nobody knows when they come.
    """

    key: Key
    currency: str
    due_week: int
    week: int | None
    why: Why
    number: int
    amount: Decimal
    expected_on: dt.date | None  # the earliest of them


def forecast(
    customers: list[int] | None,
    day: dt.date,
    by: Split | Literal["line"] = "",
    *,
    week: int | None = None,
    known: dt.date | None = None,
) -> list[Coming]:
    """What the lines open at the end of `day` bring, by key; None means all customers.

    `week` asks for the lines expected in one week. `known` leaves out lines issued later: to try
    a past day with what was known then.
    """
    found = sql.rows(
        SQL / "forecast.sql",
        customers=customers,
        day=day,
        after=window(day).after,
        by=by,
        week=week,
        known=known,
        stale=STALE,
        weeks=WEEKS,
    )
    is_number: Split = "customer" if by == "line" else by
    return [Coming(key_of(key, is_number), *rest) for key, *rest in found]
