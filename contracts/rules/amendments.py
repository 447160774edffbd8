"""Whether an amendment can come into force, as the contract stands by then. Pure Python."""

from datetime import date
from enum import StrEnum

from contracts.rules.contracts import Stage


class Refusal(StrEnum):
    """Why it cannot."""

    BEGINS_LATER = "begins_later"
    ENDS_BEFORE = "ends_before"
    TERMINATED = "terminated"


def refusal(
    stage: Stage, starts_on: date, *, in_force_from: date, new_end: date | None
) -> Refusal | None:
    """The first thing that is in its way; only a new end can be. None: nothing."""
    if new_end is None:
        return None
    if stage == Stage.TERMINATED:
        return Refusal.TERMINATED
    if new_end < starts_on:
        return Refusal.BEGINS_LATER
    return Refusal.ENDS_BEFORE if new_end < in_force_from else None
