"""The values a rule set document may hold, each checked and read by one function."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NoReturn

from core.rules import gettext_noop

BASES = ("revenue", "margin")
STAGE_LIMITS = (-365, 3650)
_DECIMAL = re.compile(r"[0-9]{1,16}(\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: where in the document, and a catalogue sentence with its facts."""

    path: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.path} {self.message % self.params}"


class ValueRefusedError(ValueError):
    """A value is not allowed where it stands; `inside` is the place within the value."""

    def __init__(
        self, message: str, params: Mapping[str, object] | None = None, inside: str = ""
    ) -> None:
        self.message, self.params, self.inside = message, dict(params or {}), inside
        super().__init__(message % self.params)

    def at(self, path: str) -> Problem:
        """The problem with the path of the value put before it."""
        return Problem(f"{path}{self.inside}", self.message, self.params)


def basis(value: object) -> str:
    """What customers are ranked and sized by."""
    if not isinstance(value, str) or value not in BASES:
        raise ValueRefusedError(
            gettext_noop("must be one of %(choices)s"), {"choices": ", ".join(BASES)}
        )
    return value


def share(value: object) -> Decimal:
    """A fraction above 0 and at most 1, written as text."""
    number = _decimal(value)
    if not 0 < number <= 1:
        raise ValueRefusedError(gettext_noop("must be above 0 and at most 1"))
    return number


def multiple(value: object) -> Decimal:
    """A share that may be more than the whole: above 0 and at most 10, written as text."""
    number = _decimal(value)
    if not 0 < number <= 10:
        raise ValueRefusedError(gettext_noop("must be above 0 and at most 10"))
    return number


def portion(value: object) -> Decimal:
    """A fraction from 0 to 1, written as text."""
    number = _decimal(value)
    if number > 1:
        raise ValueRefusedError(gettext_noop("must be at most 1"))
    return number


def points(value: object) -> Decimal:
    """A score from 0 to 100, written as text."""
    number = _decimal(value)
    if number > 100:
        raise ValueRefusedError(gettext_noop("must be at most 100"))
    return number


def amount(value: object) -> Decimal:
    """Money above 0 with at most two decimals, written as text."""
    number = _decimal(value)
    if number <= 0 or number != number.quantize(Decimal("0.01")):
        raise ValueRefusedError(gettext_noop("must be an amount above 0 with at most two decimals"))
    return number


def flag(value: object) -> bool:
    """Yes or no."""
    if not isinstance(value, bool):
        raise ValueRefusedError(gettext_noop("must be true or false"))
    return value


def count(value: object) -> int:
    """A whole number from 0."""
    return whole(value, least=0, most=1_000_000_000)


def positive_count(value: object) -> int:
    """A whole number from 1."""
    return whole(value, least=1, most=1_000_000_000)


def stages(value: object) -> tuple[int, ...]:
    """Days from the due date, rising, at least one."""
    if not isinstance(value, list) or not value:
        raise ValueRefusedError(gettext_noop("must be a list of at least one number of days"))
    days: list[int] = []
    for place, item in enumerate(value):
        day = whole(item, least=STAGE_LIMITS[0], most=STAGE_LIMITS[1], inside=f"[{place}]")
        if days and day <= days[-1]:
            raise ValueRefusedError(
                gettext_noop("must be above the stage before it (%(before)s)"),
                {"before": days[-1]},
                f"[{place}]",
            )
        days.append(day)
    return tuple(days)


def unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """A JSON object; a key given twice is a problem instead of the last one winning in silence."""
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise ValueRefusedError(gettext_noop("has the key %(key)s twice"), {"key": key})
        found[key] = value
    return found


def refuse_constant(name: str) -> NoReturn:
    """NaN and Infinity are no JSON."""
    raise ValueRefusedError(gettext_noop("holds %(name)s, which is no number"), {"name": name})


def _decimal(value: object) -> Decimal:
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        raise ValueRefusedError(
            gettext_noop('must be a decimal number written as text, like "0.80"')
        )
    return Decimal(value)


def whole(value: object, *, least: int, most: int, inside: str = "") -> int:
    """A whole number within the bounds."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueRefusedError(
            gettext_noop("must be a whole number from %(least)s to %(most)s"),
            {"least": least, "most": most},
            inside,
        )
    return value
