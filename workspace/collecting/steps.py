"""What is done next about a line, by how late it is, and what one says on the telephone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from contracts.rules.ladder import Told


@dataclass(frozen=True, slots=True)
class Step:
    """From so many days after the due date on: what to do, in which words."""

    from_day: int
    title: Any
    script: Any


_STEPS = (
    Step(
        -4000,
        _("Ask whether the bill has come"),
        _("“Has our statement reached your accounts, and is anything unclear? It falls due soon.”"),
    ),
    Step(
        0,
        _("Remind in a friendly way"),
        _("“The payment has not come yet: may have crossed. When will it be with us?”"),
    ),
    Step(
        7,
        _("Call and get a day"),
        _("“It is a week over. Who has to sign, and on which day do you pay? I note that day.”"),
    ),
    Step(
        15,
        _("Speak with the decider, with the unit head"),
        _("“We would like to go on shipping on account. For that we need a firm day this week.”"),
    ),
    Step(
        30,
        _("Send the letter, agree on instalments"),
        _("“I send you the statement and a reminder in writing. Which part do you pay at once?”"),
    ),
    Step(
        45,
        _("Tell them shipping stops; the branch decides"),
        _("“From tomorrow we carry against payment only, until the old lines are settled.”"),
    ),
    Step(
        90,
        _("Last letter; hand over to finance and lawyers"),
        _("“This is the last date in writing. After it our lawyers take over.”"),
    ),
)


def step_for(days: int) -> Step:
    """The step for a line so many days after its due date."""
    return [step for step in _STEPS if step.from_day <= days][-1]


_POSTS: Mapping[str, Any] = {
    Told.MANAGER: _("account manager"),
    Told.UNIT_HEAD: _("head of the outlet"),
    Told.BRANCH: _("head of the branch"),
    Told.FINANCE: _("finance"),
    Told.GROUP: _("head of the group"),
}


def told_names(posts: Iterable[str]) -> str:
    """Whom the ladder told, in words."""
    known = (str(_POSTS[post]) for post in posts if post in _POSTS)
    return pgettext("between the items of a list", ", ").join(known)
