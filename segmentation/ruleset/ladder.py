"""The ladder of payment-due alerts as a rule set document holds it."""

from collections.abc import Callable, Mapping
from typing import Any

from contracts.rules.ladder import TierLadder, Told
from core.rules import gettext_noop
from segmentation.ruleset.values import STAGE_LIMITS, ValueRefusedError, stages, whole

TIERS = ("large", "medium", "small", "risk", "potential")
_POSTS = tuple(post.value for post in Told if post is not Told.MANAGER)


def told_from(value: object) -> dict[str, int]:
    """For each post above the manager's the stage from which on it is told."""
    given = _object(value, _POSTS)
    for post in _POSTS:
        if post not in given:
            raise ValueRefusedError(gettext_noop("is missing"), inside=f".{post}")
    return {
        post: whole(given[post], least=STAGE_LIMITS[0], most=STAGE_LIMITS[1], inside=f".{post}")
        for post in _POSTS
    }


_OF_TIER: Mapping[str, Callable[[object], Any]] = {"stages": stages, "told_from": told_from}


def tiers(value: object) -> dict[str, TierLadder]:
    """Tiers with stages or addressees of their own."""
    return {tier: _tier(tier, own) for tier, own in _object(value, TIERS).items()}


def _tier(tier: str, value: object) -> TierLadder:
    own = _inside(f".{tier}", _object, value, tuple(_OF_TIER))
    return TierLadder(
        **{
            name: _inside(f".{tier}.{name}", parse, own[name])
            for name, parse in _OF_TIER.items()
            if own.get(name) is not None
        }
    )


def _inside(place: str, parse: Callable[..., Any], *values: Any) -> Any:
    """What `parse` reads; a refusal names the place it is in."""
    try:
        return parse(*values)
    except ValueRefusedError as error:
        raise ValueRefusedError(error.message, error.params, place + error.inside) from error


def _object(value: object, known: tuple[str, ...]) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise ValueRefusedError(gettext_noop("must be an object"))
    for key in value:
        if key not in known:
            raise ValueRefusedError(gettext_noop("is unknown; remove it"), inside=f".{key}")
    return value
