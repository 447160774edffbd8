"""Writing down what happened around signing in."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from organization.access import address_of
from organization.models import SecurityEvent, User
from organization.rules import device

Kind, Way = SecurityEvent.Kind, SecurityEvent.Way
_AGENT_LENGTH = 300


def agent_of(request: HttpRequest) -> str:
    """What the browser calls itself, cut to a sensible length and without control characters."""
    agent = request.headers.get("User-Agent", "")[:_AGENT_LENGTH]
    return "".join(letter for letter in agent if letter.isprintable())


def note_event(
    request: HttpRequest | None,
    kind: SecurityEvent.Kind,
    user: User | None,
    *,
    actor: User | None = None,
    way: SecurityEvent.Way = Way.NONE,
) -> None:
    """Keep one event about `user`; `actor` is who did it when it was somebody else.

    Without a request it was a command or a job.

    An unknown user name is not kept: people type their password there by mistake.
    """
    SecurityEvent.objects.create(
        kind=kind,
        way=way,
        user=user,
        actor=actor or (user if request else None),
        address=(address_of(request) or None) if request else None,
        agent=agent_of(request) if request else "",
    )


def device_words(agent: str) -> str:
    """Browser and system in words."""
    browser, system = device(agent)
    if browser and system:
        return _("{browser} on {system}").format(browser=browser, system=system)
    return browser or system or _("Unknown device")
