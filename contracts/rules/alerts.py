"""Which payment-due notice a line calls for today (B9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

DEFAULT_STAGES = (-7, -3, 0, 1, 7, 15, 30, 45, 60, 90)


@dataclass(frozen=True, slots=True)
class Notice:
    """The one stage to send (days from the due date) and the stages passed over, to be logged."""

    stage: int
    skipped: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WatchedLine:
    """A line as the alert run sees it; `last_sent` is the highest stage ever sent for it."""

    due_on: date
    remainder: Decimal
    last_sent: int | None = None
    is_void: bool = False
    is_paused: bool = False


def due_notice(
    line: WatchedLine, day: date, stages: Sequence[int] = DEFAULT_STAGES
) -> Notice | None:
    """The highest stage reached by `day`, when it is above the last one sent; else null.

    Paid, void and paused lines call for none. A due date moved later does not repeat lower stages.
    """
    if line.is_void or line.is_paused or line.remainder <= 0:
        return None
    days = (day - line.due_on).days
    reached = sorted(
        stage
        for stage in stages
        if stage <= days and (line.last_sent is None or stage > line.last_sent)
    )
    return Notice(reached[-1], tuple(reached[:-1])) if reached else None


def severity(stage: int) -> str:
    """How loud a stage is (ours): low before due, then medium, high from +15, critical from +45."""
    if stage < 0:
        return "low"
    if stage < 15:
        return "medium"
    return "high" if stage < 45 else "critical"
