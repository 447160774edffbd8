"""How far a customer keeps its word: 0 to 100 from evidence, each piece with its points (P8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from core.rules import add_months

START = 70  # of a customer of whom something is known, but nothing for or against
POINTS = {
    "promise_kept": 3,
    "promise_broken": -8,
    "dispute_lost": -6,
    "false_declaration": -20,
    "default": -25,
    "court_entry": -30,
    "listed_defaulter": -40,
    "bankruptcy": -40,
    "our_lawsuit": -30,
    "licence_revoked": -40,
}
MOST_FOR_PROMISES = 30
_FRESH_MONTHS, _STALE_MONTHS = 12, 36
LEAST, MOST = 0, 100


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that happened: its kind, the day, and whether it has been settled since."""

    kind: str
    day: date
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Integrity:
    """The score, None without evidence; `points` of each piece in the order it was given."""

    score: int | None
    points: list[int]


def integrity(evidence: Iterable[Evidence], day: date) -> Integrity:
    """What the evidence known by the end of `day` comes to.

    A piece counts whole for a year, half for two more, then no longer; what is bad and settled
    counts half. Kept promises add 30 at most.
    """
    pieces = list(evidence)
    points = [_points(piece, day) for piece in pieces]
    counted = [piece for piece in pieces if piece.day <= day]
    if not counted:
        return Integrity(None, points)
    kept = sum(point for point in points if point > 0)
    against = sum(point for point in points if point < 0)
    total = START + min(kept, MOST_FOR_PROMISES) + against
    return Integrity(max(LEAST, min(MOST, total)), points)


def halved_until(day: date) -> date:
    """What happened by then counts half on the day: a year has gone by."""
    return add_months(day, -_FRESH_MONTHS)


def forgotten_until(day: date) -> date:
    """What happened by then counts no longer on the day."""
    return add_months(day, -_STALE_MONTHS)


def _points(piece: Evidence, day: date) -> int:
    if piece.day > day or piece.day <= forgotten_until(day):
        return 0
    points = POINTS[piece.kind]
    halvings = int(piece.day <= halved_until(day)) + int(piece.settled and points < 0)
    return int(points / 2**halvings)
