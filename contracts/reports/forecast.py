"""What comes in the next 13 weeks: by the plan, and as customers usually pay."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

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
    rows: int  # how many such sums there are, also where not all were asked for


def forecast(
    customers: list[int] | None,
    day: dt.date,
    by: Split | Literal["line"] = "",
    *,
    known: dt.date | None = None,
) -> list[Coming]:
    """What the lines open at the end of `day` bring, by key; None means all customers.

    `known` leaves out lines issued later: to try a past day with what was known then.
    """
    return _read(by, customers=customers, day=day, known=known)


def lines_of_week(
    customers: list[int] | None, day: dt.date, *, week: int, currency: str, most: int
) -> list[Coming]:
    """The lines expected in a week, the greatest first, at most so many; their keys are ids."""
    return _read("line", customers=customers, day=day, week=week, currency=currency, most=most)


def _read(by: Split | Literal["line"], *, day: dt.date, **asked: Any) -> list[Coming]:
    everything = dict.fromkeys(("week", "currency", "most", "known"))
    found = sql.rows(
        SQL / "forecast.sql",
        **everything | asked,
        day=day,
        after=window(day).after,
        by=by,
        stale=STALE,
        weeks=WEEKS,
    )
    is_number: Split = "customer" if by == "line" else by
    return [Coming(key_of(key, is_number), *rest) for key, *rest in found]
