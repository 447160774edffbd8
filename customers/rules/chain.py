"""What is dangerous about whom we know at a customer (02 §2.2, P6). Pure Python."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Gap(StrEnum):
    """One way to lose a customer that could have been seen."""

    NO_DECIDER = "no_decider"  # nobody who decides or approves is known
    ONE_CONTACT = "one_contact"
    SINGLE_THREAD = "single_thread"  # only one of our people knows anybody there
    SILENT = "silent"  # nobody spoke with who decides for too long, or ever


# Days without a word with who decides, by tier; of small customers nobody asks (03, low touch).
SILENT_AFTER = {"large": 30, "risk": 30, "medium": 60, "potential": 60}


@dataclass(frozen=True, slots=True)
class Known:
    """A contact who works there: whether they decide, the last touch, who of us knows them."""

    decides: bool
    touched_on: date | None = None
    colleagues: frozenset[int] = frozenset()


def gaps(people: Collection[Known], *, manager: int | None, tier: str, today: date) -> list[Gap]:
    """The gaps, the gravest first; `manager` (id) counts as one of us who knows everybody."""
    found = []
    deciders = [person for person in people if person.decides]
    if not deciders:
        found.append(Gap.NO_DECIDER)
    if len(people) == 1:
        found.append(Gap.ONE_CONTACT)
    if people and tier in SILENT_AFTER and len(_ours(people, manager)) <= 1:
        found.append(Gap.SINGLE_THREAD)
    if deciders and tier in SILENT_AFTER and _silence(deciders, today) > SILENT_AFTER[tier]:
        found.append(Gap.SILENT)
    return found


def _ours(people: Collection[Known], manager: int | None) -> set[int]:
    ours = {colleague for person in people for colleague in person.colleagues}
    return ours | ({manager} if manager is not None else set())


def _silence(deciders: Collection[Known], today: date) -> float:
    """Days since the last word with any of them; infinite when there never was one."""
    touched = [person.touched_on for person in deciders if person.touched_on]
    return (today - max(touched)).days if touched else float("inf")
