"""Service policies as a rule set document holds them: one object a tier, one key a point."""

from decimal import Decimal
from typing import Any

from core.rules import gettext_noop
from customers.rules.policies import MANAGERS, POINTS, Point, Policy, RiskPolicy
from segmentation.ruleset.values import ValueRefusedError, flag, portion, whole

_SHARE_PLACES = Decimal("0.0001")


def policy(value: object) -> Policy:
    """All points of one tier."""
    given = _object(value, tuple(POINTS))
    return Policy(**{name: _point(name, given[name]) for name in POINTS})


def risk_policy(value: object) -> RiskPolicy:
    """What is another for customers at risk."""
    given = _object(value, ("credit_days",))
    return RiskPolicy(credit_days=_point("credit_days", given["credit_days"]))


def _point(name: str, value: object) -> Any:
    """The value of the point; a refusal names it."""
    try:
        return _value(value, POINTS[name])
    except ValueRefusedError as error:
        raise ValueRefusedError(error.message, error.params, f".{name}") from error


def _value(value: object, point: Point) -> object:
    if value is None and point.optional:
        return None
    if point.kind == "flag":
        return flag(value)
    if point.kind == "share":
        return _share(value)
    if point.kind == "manager":
        return _manager(value)
    return whole(value, least=point.least, most=point.most)


def _share(value: object) -> Decimal:
    number = portion(value)
    if number != number.quantize(_SHARE_PLACES):
        raise ValueRefusedError(gettext_noop("must have at most four decimals"))
    return number


def _manager(value: object) -> str:
    if not isinstance(value, str) or value not in MANAGERS:
        raise ValueRefusedError(
            gettext_noop("must be one of %(choices)s"), {"choices": ", ".join(MANAGERS)}
        )
    return value


def _object(value: object, keys: tuple[str, ...]) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ValueRefusedError(gettext_noop("must be an object"))
    for key in value:
        if key not in keys:
            raise ValueRefusedError(gettext_noop("is unknown; remove it"), inside=f".{key}")
    for key in keys:
        if key not in value:
            raise ValueRefusedError(gettext_noop("is missing"), inside=f".{key}")
    return value
