"""What a policy says, in words."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.rules import percent_digits
from customers.models import ManagerLevel
from customers.rules.policies import POINTS

_EVERY = ("call_days", "visit_days", "leader_days", "review_days", "survey_days")


def said(point: str, value: Any) -> str:
    """The value of a point as people say it."""
    if value is None:
        if point == "cost_share":
            return _("no ceiling")
        return pgettext("service policy", "not planned")
    kind = POINTS[point].kind
    if kind == "flag":
        return pgettext("granted", "Yes") if value else pgettext("not granted", "No")
    if kind == "manager":
        return str(ManagerLevel(value).label)
    if kind == "share":
        return _of_share(point, value)
    return _of_time(point, value)


def _of_share(point: str, value: Decimal) -> str:
    digits = f"{percent_digits(value)}%"
    return _("{share} of revenue").format(share=digits) if point == "cost_share" else digits


def _of_time(point: str, value: int) -> str:
    if point in _EVERY:
        words = ngettext("every {n} day", "every {n} days", value)
    elif point == "answer_hours":
        words = ngettext("{n} working hour", "{n} working hours", value)
    elif point == "solution_days":
        words = ngettext("{n} workday", "{n} workdays", value)
    else:
        words = ngettext("{n} day", "{n} days", value)
    return words.format(n=value)
