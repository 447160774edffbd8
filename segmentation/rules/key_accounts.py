"""Kinds of key account (C0): named by people, large, or with potential; several may hold."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from segmentation.rules.abc_classes import Reason

NAMED = "key_named"  # the code of the reason


@dataclass(frozen=True, slots=True)
class Named:
    """Who named the customer, when, up to which day (None: until it is ended), and why."""

    by: str
    since: str
    until: str | None
    reason: str


def named_reason(named: Named) -> Reason:
    """As the night keeps it, behind the other reasons."""
    return {"code": NAMED, **asdict(named)}


def kinds(*, is_named: bool, size: str, is_potential: bool) -> tuple[str, ...]:
    """All that hold, the first that applies first; `is_potential` by score and below large (C3)."""
    holds = {"important": is_named, "economic": size == "large", "potential": is_potential}
    return tuple(kind for kind, is_so in holds.items() if is_so)


def key_account_kind(*, is_named: bool, size: str, is_potential: bool) -> str:
    """The one that is shown and told, or ""; `segmentation_key_account_kind()` by night."""
    found = kinds(is_named=is_named, size=size, is_potential=is_potential)
    return found[0] if found else ""


def has_potential(reasons: Iterable[Mapping[str, str | None]]) -> bool:
    """Whether a night found the potential score high enough, by its reasons."""
    return any(reason["code"] == "potential_score" for reason in reasons)


def of_tier(reasons: Iterable[Mapping[str, str | None]]) -> list[Mapping[str, str | None]]:
    """Those of tier and class, without who named it a key account."""
    return [reason for reason in reasons if reason["code"] != NAMED]
