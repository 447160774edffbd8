"""Whose money a payment is, and what it pays: guesses with their reasons, best first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from core.rules import ZERO


class Reason(StrEnum):
    """Why somebody is suggested."""

    NUMBER = "number"  # the text names a line, an invoice or a contract of theirs
    PAYER = "payer"  # a clerk has said before that this payer pays for them
    NAME = "name"  # the payer has their name
    LINE = "line"  # exactly what one open line of theirs is short of
    OLDEST = "oldest"  # exactly their oldest open lines together
    ALL = "all"  # exactly all that they owe


_WEIGHTS = {
    Reason.NUMBER: 60,
    Reason.PAYER: 50,
    Reason.NAME: 45,
    Reason.ALL: 25,
    Reason.LINE: 24,
    Reason.OLDEST: 20,
}
_WHO = {Reason.NUMBER, Reason.PAYER, Reason.NAME}


@dataclass(frozen=True, slots=True)
class Owed:
    """An open line: `remainder` is what it is short of."""

    line_no: str
    remainder: Decimal


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whose money it may be: open lines oldest due first, and what points to them.

    `named` is the line that the text names ("" for none); `points` are reasons that say who.
    """

    customer: int
    lines: tuple[Owed, ...]
    points: frozenset[Reason] = frozenset()
    named: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A guess: the customer, the line to pay first ("" for oldest due first), why."""

    customer: int
    line_no: str
    reasons: tuple[Reason, ...]
    weight: int
    is_sure: bool = False


def suggest(amount: Decimal, candidates: Iterable[Candidate]) -> list[Suggestion]:
    """Guesses for a payment, best first; those that nothing speaks for are left out.

    The first is sure when something says who pays, it fits an amount or names a line, and nobody
    else is pointed to: then it may be booked without looking.
    """
    found = [_weighed(amount, candidate) for candidate in candidates]
    found = sorted((s for s in found if s.reasons), key=lambda s: (-s.weight, s.customer))
    if found and _is_sure(found):
        first = found[0]
        sure = Suggestion(first.customer, first.line_no, first.reasons, first.weight, is_sure=True)
        return [sure, *found[1:]]
    return found


def _weighed(amount: Decimal, candidate: Candidate) -> Suggestion:
    reasons = set(candidate.points)
    line_no = candidate.named
    fitting = _fits(amount, candidate.lines)
    if fitting is not None:
        reasons.add(fitting)
    if fitting is Reason.LINE and not line_no:
        line_no = next(line.line_no for line in candidate.lines if line.remainder == amount)
    ordered = tuple(sorted(reasons, key=lambda reason: -_WEIGHTS[reason]))
    weight = sum(_WEIGHTS[reason] for reason in ordered)
    return Suggestion(candidate.customer, line_no, ordered, weight)


def _fits(amount: Decimal, lines: Sequence[Owed]) -> Reason | None:
    if any(line.remainder == amount for line in lines):
        return Reason.LINE
    total = ZERO
    for number, line in enumerate(lines, start=1):
        total += line.remainder
        if total == amount:
            return Reason.ALL if number == len(lines) else Reason.OLDEST
        if total > amount:
            return None
    return None


def _is_sure(found: Sequence[Suggestion]) -> bool:
    first = set(found[0].reasons)
    pointed = [suggestion for suggestion in found if set(suggestion.reasons) & _WHO]
    return bool(first & _WHO) and len(pointed) == 1 and (len(first) > 1 or Reason.NUMBER in first)
