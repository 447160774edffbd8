"""How customers of a tier are served (02 §7.5, P28, 03 C3). Of all: `customers_policy_on`.

A policy is a value for each point. It follows the size: who is at risk is served on as before,
and only the credit days are those of the risk policy where these are fewer.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

MANAGERS = ("group", "branch", "outlet", "none")
RISK = "risk"
CODES = ("large", "medium", "small", "potential", "prospect")
_SHARE = re.compile(r"[01](\.[0-9]{1,4})?")


@dataclass(frozen=True, slots=True)
class Point:
    """What values a point may have: of a number the bounds; whether it may be without one."""

    kind: str  # "days", "hours", "share", "manager" or "flag"
    least: int = 0
    most: int = 0
    optional: bool = False


def _days(least: int, most: int, *, optional: bool = False) -> Point:
    return Point("days", least, most, optional)


POINTS: Mapping[str, Point] = {
    "call_days": _days(1, 365),
    "visit_days": _days(1, 730, optional=True),
    "leader_days": _days(1, 730, optional=True),
    "review_days": _days(1, 730, optional=True),
    "survey_days": _days(1, 730, optional=True),
    "answer_hours": Point("hours", 1, 80),
    "solution_days": _days(1, 30),
    "callback_days": _days(1, 30),
    "discount": Point("share"),
    "credit_days": _days(0, 365),
    "manager": Point("manager"),
    "first": Point("flag"),
    "best": Point("flag"),
    "favourable": Point("flag"),
    "cost_share": Point("share", optional=True),
}
EXTRAS = ("first", "best", "favourable")
OF_DISPATCH = ("answer_hours", "solution_days", *EXTRAS)  # what the dispatch system is told


@dataclass(frozen=True, slots=True)
class Policy:
    """How one tier is served. None: not at all, or without a ceiling."""

    call_days: int  # the account manager speaks with them at least so often
    visit_days: int | None  # somebody of the branch visits
    leader_days: int | None  # somebody who leads the group visits
    review_days: int | None  # a look at the business together
    survey_days: int | None
    answer_hours: int  # working hours until the first answer to a complaint
    solution_days: int  # workdays until it is solved
    callback_days: int  # until we call back after a low answer of a survey
    discount: Decimal  # the most that is given without asking
    credit_days: int  # the longest term of payment
    manager: str  # the highest level that looks after them: one of MANAGERS
    first: bool  # handled first
    best: bool  # the best people and vehicles
    favourable: bool  # the favourable price
    cost_share: Decimal | None  # ceiling of what serving costs beside the carriage, of revenue


@dataclass(frozen=True, slots=True)
class RiskPolicy:
    """What is another for customers at risk, whatever their size."""

    credit_days: int


_BY_SIZE: Mapping[str, tuple[Any, Any, Any]] = {  # large, medium, small
    "call_days": (7, 14, 30),
    "visit_days": (30, 90, None),
    "leader_days": (180, None, None),
    "review_days": (90, 180, None),
    "survey_days": (90, 180, 365),
    "answer_hours": (2, 4, 8),
    "solution_days": (1, 2, 3),
    "callback_days": (1, 2, 3),
    "discount": (Decimal("0.10"), Decimal("0.05"), Decimal("0.00")),
    "credit_days": (60, 45, 30),
    "manager": ("group", "branch", "none"),
    "first": (True, True, False),
    "best": (True, False, False),
    "favourable": (True, False, False),
    "cost_share": (None, None, Decimal("0.10")),
}
_LARGE, _MEDIUM, _SMALL = (
    Policy(**{point: values[place] for point, values in _BY_SIZE.items()}) for place in range(3)
)
_POTENTIAL = replace(
    _SMALL, call_days=14, visit_days=90, survey_days=180, discount=Decimal("0.05"),
    manager="outlet", favourable=True, cost_share=None,
)  # fmt: skip
_PROSPECT = replace(_POTENTIAL, call_days=7, survey_days=None)


@dataclass(frozen=True, slots=True)
class Policies:
    """All policies; the rule set has one object per field, with the same names."""

    large: Policy = field(default=_LARGE)
    medium: Policy = field(default=_MEDIUM)
    small: Policy = field(default=_SMALL)
    potential: Policy = field(default=_POTENTIAL)
    prospect: Policy = field(default=_PROSPECT)
    risk: RiskPolicy = field(default=RiskPolicy(credit_days=30))


DEFAULT_POLICIES = Policies()


def policy_code(*, tier: str, size: str, status: str) -> str:
    """Which policy a customer has: by its size, else prospect, potential or small.

    A tier above the size was chosen by hand: it counts as potential, which lies below medium.
    """
    above = ("large", "medium")
    if size in above:
        return size
    if status == "prospect":
        return "prospect"
    return "potential" if tier in ("potential", *above) else "small"


def in_force(
    policies: Policies, *, tier: str, size: str, status: str, deviations: Mapping[str, Any]
) -> Policy:
    """The policy of one customer, with its deviations (point -> value) laid over it."""
    policy: Policy = getattr(policies, policy_code(tier=tier, size=size, status=status))
    if tier == RISK:
        fewest = min(policy.credit_days, policies.risk.credit_days)
        policy = replace(policy, credit_days=fewest)
    return replace(policy, **deviations)


def read_value(point: str, text: str) -> Any:
    """The value of a point that is kept as text ("": none); ValueError when it does not fit."""
    what = POINTS[point]
    if text == "" and what.optional:
        return None
    value: Any
    if what.kind == "flag" and text in ("true", "false"):
        value = text == "true"
    elif what.kind == "manager" and text in MANAGERS:
        value = text
    elif what.kind == "share" and _SHARE.fullmatch(text) and Decimal(text) <= 1:
        value = Decimal(text)
    elif what.kind in ("days", "hours") and re.fullmatch(r"[0-9]{1,3}", text):
        value = int(text)
        if not what.least <= value <= what.most:
            raise ValueError(text)
    else:
        raise ValueError(text)
    return value


def write_value(value: Any) -> str:
    """A value as text, which `read_value` reads."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def extras(policy: Policy) -> list[str]:
    """The names of the extras."""
    return [name for name in EXTRAS if getattr(policy, name)]
