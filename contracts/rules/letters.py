"""Letters that ask for overdue money: which one it is time for, and what a template may say."""

import datetime as dt
import re
from collections.abc import Mapping
from enum import StrEnum

from core.rules import RuleError, gettext_noop


class Stage(StrEnum):
    """How hard a letter asks."""

    REMINDER = "reminder"
    DEMAND = "demand"
    FINAL = "final"


DEMAND_FROM, FINAL_FROM = 30, 90  # days late of the oldest line (ours)
PAY_WITHIN = 7  # days a letter leaves (ours)
# What stands for what when a letter is written; nothing else may stand in braces.
PLACES: Mapping[str, str] = {
    "customer": gettext_noop("name of the customer"),
    "company": gettext_noop("name of our company"),
    "amount": gettext_noop("what is overdue, with its currency"),
    "count": gettext_noop("how many lines"),
    "oldest": gettext_noop("earliest due date"),
    "days": gettext_noop("days that one is late"),
    "interest": gettext_noop("interest for late payment up to now, a memo"),
    "pay_by": gettext_noop("the day the letter gives"),
    "today": gettext_noop("day of the letter"),
}
_PLACE = re.compile(r"\{([^{}]*)\}")


def stage_for(days_late: int) -> Stage:
    """The letter for a customer whose oldest line is so late."""
    if days_late >= FINAL_FROM:
        return Stage.FINAL
    return Stage.DEMAND if days_late >= DEMAND_FROM else Stage.REMINDER


def pay_by(today: dt.date) -> dt.date:
    """The day a letter of today gives."""
    return today + dt.timedelta(PAY_WITHIN)


def check_text(text: str) -> None:
    """RuleError for a brace without its partner and for a name in braces that stands for nothing.

    Names only: whoever writes a template reaches nothing but the facts above.
    """
    for name in _PLACE.findall(text):
        if name not in PLACES:
            message = gettext_noop("{%(name)s} stands for nothing. You may use: %(known)s.")
            known = ", ".join(f"{{{each}}}" for each in PLACES)
            raise RuleError(message, {"name": name, "known": known})
    if re.search(r"[{}]", _PLACE.sub("", text)):
        raise RuleError(gettext_noop("A brace stands alone: write { and } around a name."))


def fill(text: str, facts: Mapping[str, str]) -> str:
    """The text with the facts in their places, each once: what a fact says is not read again."""
    return _PLACE.sub(lambda found: facts[found[1]], text)
