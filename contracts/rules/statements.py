"""Which settlement period is to be stated. Pure Python."""

from dataclasses import dataclass
from datetime import date, timedelta

from contracts.rules.contracts import RENEWED_WITHIN
from contracts.rules.due_dates import last_period_end, period_start
from contracts.rules.terms import END_OF_MONTH

TRIED_FOR = timedelta(days=10)  # nights after the cut-off that look for something to bill


@dataclass(frozen=True, slots=True)
class Settled:
    """What a contract says of its settlement, or does not say."""

    starts_on: date
    ends_on: date | None
    statements_from: date
    statement_day: int | None


@dataclass(frozen=True, slots=True)
class Period:
    """From its first to its last day."""

    start: date
    end: date


def period_to_state(contract: Settled, day: date, *, goes_on: bool = False) -> Period | None:
    """The last period of the contract that is over before `day` begins; None while there is none.

    The first one begins with `statements_from`. The period in which the contract ended is stated;
    with `goes_on`, those too that begin soon after the end: what comes late or was set aside waits
    for them, and what is shipped until it is renewed.
    """
    cut_off = contract.statement_day or END_OF_MONTH
    end = last_period_end(day, cut_off)
    first = max(contract.starts_on, contract.statements_from)
    start = max(period_start(end, cut_off), first)
    last = contract.ends_on
    if last is not None and goes_on:
        last += RENEWED_WITHIN
    if start > end or (last is not None and last < start):
        return None
    return Period(start, end)
