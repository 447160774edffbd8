"""From the first proof of who somebody is to a session: the second step and the last."""

import time
from typing import Any

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from core.context import acting
from organization.access import CONFIRMED_AT, OF_DEMONSTRATION, safe_next
from organization.models import SecurityEvent, User
from organization.services.events import note_event
from organization.services.second_factor import SECOND_FACTOR_DONE, has_factor

WAITING = "waiting_for_code"  # in the session: who has shown the first of two proofs
_WAITING_SECONDS = 10 * 60
_BACKEND = "organization.backends.PasswordBackend"
Way = SecurityEvent.Way


def admit(
    request: HttpRequest, user: User, way: SecurityEvent.Way, *, then: str, whole: bool = False
) -> HttpResponse:
    """Let the person in, or ask for the second factor if they have one.

    `whole` says that the first proof counts for both, as single sign-on may.
    """
    if whole or not has_factor(user):
        return complete(request, user, way, then=then, second_factor=whole)
    if request.user != user:
        logout(request)  # what somebody has shown of themselves counts for nobody else
    request.session.cycle_key()
    request.session[WAITING] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "next": then,
        "at": time.time(),
    }
    return redirect("sign_in_code")


def waiting(request: HttpRequest) -> tuple[User, str] | None:
    """Who is between the two steps and where they want to go; None when nobody (any more) is."""
    kept: dict[str, Any] = request.session.get(WAITING) or {}
    if not kept or not 0 <= time.time() - kept["at"] <= _WAITING_SECONDS:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    if user is None or user.get_session_auth_hash() != kept["hash"]:
        return None
    return user, kept["next"]


def complete(
    request: HttpRequest, user: User, way: SecurityEvent.Way, *, then: str, second_factor: bool
) -> HttpResponse:
    """Begin the session."""
    with acting(user_id=user.pk, actor=user.username):
        request.session.pop(WAITING, None)
        login(request, user, backend=_BACKEND)
        request.session[SECOND_FACTOR_DONE] = second_factor
        request.session[CONFIRMED_AT] = time.time()
        request.session[OF_DEMONSTRATION] = way == Way.DEMONSTRATION
        note_event(request, SecurityEvent.Kind.SIGNED_IN, user, way=way)
    return redirect(safe_next(request, then, otherwise=reverse("home")))
