"""The life of a contract (B14): what people decide, what follows from its dates. Pure Python."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from core.rules import add_months

EXPIRING = timedelta(days=90)
MOST_NOTICE_DAYS = 365
RENEWED_WITHIN = timedelta(days=60)  # of the end of a contract: what begins later is a new start


class Stage(StrEnum):
    """What people decided last."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    SIGNED = "signed"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"


UNSIGNED = (Stage.DRAFT, Stage.IN_REVIEW)


class Act(StrEnum):
    """What moves a contract on; EXTEND is done by the night."""

    SUBMIT = "submit"
    RETURN = "return"
    SIGN = "sign"
    SUSPEND = "suspend"
    RESUME = "resume"
    TERMINATE = "terminate"
    EXTEND = "extend"


@dataclass(frozen=True, slots=True)
class Move:
    """From which stages an act leads to which."""

    before: frozenset[Stage]
    after: Stage
    needs_reason: bool = False


_RUNS = frozenset({Stage.SIGNED, Stage.SUSPENDED})
MOVES: Mapping[Act, Move] = {
    Act.SUBMIT: Move(frozenset({Stage.DRAFT}), Stage.IN_REVIEW),
    Act.RETURN: Move(frozenset({Stage.IN_REVIEW}), Stage.DRAFT, needs_reason=True),
    Act.SIGN: Move(frozenset({Stage.IN_REVIEW}), Stage.SIGNED),
    Act.SUSPEND: Move(frozenset({Stage.SIGNED}), Stage.SUSPENDED, needs_reason=True),
    Act.RESUME: Move(frozenset({Stage.SUSPENDED}), Stage.SIGNED),
    Act.TERMINATE: Move(_RUNS, Stage.TERMINATED, needs_reason=True),
}


class Life(StrEnum):
    """Where a contract stands on a day."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PLANNED = "planned"  # signed, its term has not begun
    ACTIVE = "active"
    EXPIRING = "expiring"  # ends soon, and nobody has renewed it
    SUSPENDED = "suspended"
    RENEWED = "renewed"  # over, and another one took its place
    EXPIRED = "expired"
    TERMINATED = "terminated"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the life of a contract depends on; `renewed_from`: when its renewal begins."""

    stage: Stage
    starts_on: date
    ends_on: date | None
    renewed_from: date | None = None


def last_day(ends_on: date | None, renewed_from: date | None) -> date | None:
    """The last day in force: the end, or the day before the renewal begins; None: no end."""
    days = [ends_on, renewed_from - timedelta(1) if renewed_from else None]
    return min((day for day in days if day is not None), default=None)


def life(contract: Facts, day: date) -> Life:
    """Where the contract stands on that day. A terminated one runs out until its last day."""
    if contract.stage in UNSIGNED:
        return Life(contract.stage.value)
    last = last_day(contract.ends_on, contract.renewed_from)
    if last is not None and last < day:
        return _over(contract)
    if contract.stage == Stage.SUSPENDED:
        return Life.SUSPENDED
    if contract.stage == Stage.TERMINATED:
        return Life.EXPIRING
    if contract.starts_on > day:
        return Life.PLANNED
    goes_on = contract.renewed_from is not None or last is None or last - day > EXPIRING
    return Life.ACTIVE if goes_on else Life.EXPIRING


def _over(contract: Facts) -> Life:
    if contract.stage == Stage.TERMINATED:
        return Life.TERMINATED
    return Life.RENEWED if contract.renewed_from else Life.EXPIRED


def acts_from(stage: Stage) -> list[Act]:
    """What people may decide next."""
    return [act for act, move in MOVES.items() if stage in move.before]


def extended_end(ends_on: date, months: int, notice_days: int, day: date) -> date | None:
    """The new end of a contract that goes on by itself; None while notice may still be given.

    Notice may be given up to and including the day `notice_days` before the end. A night that
    comes late makes up for every term that has begun since.
    """
    end, terms = ends_on, 0
    while day > end - timedelta(notice_days):
        terms += 1
        end = _kept_month_end(ends_on, months * terms)
    return end if terms else None


def _kept_month_end(ends_on: date, months: int) -> date:
    """That many months later; the last day of a month stays the last day of one."""
    day = timedelta(1)
    return add_months(ends_on + day, months) - day
