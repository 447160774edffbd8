"""Refusals: what a service raises when it will not do what was asked."""

from django.utils.translation import gettext as _


class RefusedError(Exception):
    """A rule says no. The message is translated and says what, why and what next."""


class FenceLostError(Exception):
    """Another runner has taken over; this one must stop without writing."""


def given_reason(reason: str) -> str:
    """The reason as it is kept, without blanks around it. RefusedError where there is none."""
    if not reason.strip():
        raise RefusedError(_("Say why; the reason stays in the history."))
    return reason.strip()
