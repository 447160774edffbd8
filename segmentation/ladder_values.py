"""The ladder of payment-due alerts as a rule set document holds it."""

from collections.abc import Mapping

from contracts.rules.ladder import TierLadder, Told
from core.rules import gettext_noop
from segmentation.ruleset_values import STAGE_LIMITS, ValueRefusedError, stages, whole

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


def tiers(value: object) -> dict[str, TierLadder]:
    """Tiers with stages or addressees of their own."""
    return {tier: _tier(tier, own) for tier, own in _object(value, TIERS).items()}


def _tier(tier: str, value: object) -> TierLadder:
    try:
        own = _object(value, ("stages", "told_from"))
        return TierLadder(
            None if own.get("stages") is None else stages(own["stages"]),
            None if own.get("told_from") is None else told_from(own["told_from"]),
        )
    except ValueRefusedError as error:
        inside = f".{tier}{error.inside}"
        raise ValueRefusedError(error.message, error.params, inside) from error


def _object(value: object, known: tuple[str, ...]) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise ValueRefusedError(gettext_noop("must be an object"))
    for key in value:
        if key not in known:
            raise ValueRefusedError(gettext_noop("is unknown; remove it"), inside=f".{key}")
    return value
