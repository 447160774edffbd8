"""What became of promises to pay (B8)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from core.rules import ZERO

KEPT_SHARE = Decimal("0.95")
GRACE_WORKDAYS = 2
MOST_REPLACEMENTS = 2
LONGEST_DAYS = 30  # a later day needs approval
_BROKEN_AFTER = 1  # day after the last one that counts


class Outcome(StrEnum):
    """What a promise has come to; cancelled and replaced ones are not judged."""

    OPEN = "open"
    KEPT = "kept"
    PARTIAL = "partial"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Promise:
    """So much by a day; money counts from `made_on` to `counts_until`, both included."""

    made_on: date
    counts_until: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Money:
    """A receipt that holds, on the day it counts from."""

    on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome, since when it is known (null while open), and what came of the amount."""

    outcome: Outcome
    decided_on: date | None
    received: Decimal


def judge(promises: Sequence[Promise], receipts: Iterable[Money], day: date) -> list[Result]:
    """What each promise has come to at the end of `day`, in the order given: oldest first.

    The promises are of one customer and currency. Every receipt fills the oldest promise that it
    counts for up to its amount, then the next; a cent counts once. Kept from the day 95 % came.
    """
    received = [ZERO] * len(promises)
    kept_on: list[date | None] = [None] * len(promises)
    for money in sorted(receipts, key=lambda each: each.on):
        if money.on > day:
            break
        left = money.amount
        for place, promise in enumerate(promises):
            if promise.made_on <= money.on <= promise.counts_until:
                part = min(left, promise.amount - received[place])
                received[place] += part
                left -= part
                if kept_on[place] is None and received[place] >= promise.amount * KEPT_SHARE:
                    kept_on[place] = money.on
    return [
        _result(promise, received[place], kept_on[place], day)
        for place, promise in enumerate(promises)
    ]


def _result(promise: Promise, received: Decimal, kept_on: date | None, day: date) -> Result:
    if kept_on is not None:
        return Result(Outcome.KEPT, kept_on, received)
    if day <= promise.counts_until:
        return Result(Outcome.OPEN, None, received)
    outcome = Outcome.PARTIAL if received else Outcome.BROKEN
    known_on = date.fromordinal(promise.counts_until.toordinal() + _BROKEN_AFTER)
    return Result(outcome, known_on, received)
