"""Single sign-on: to the provider and back."""

import logging
import secrets
import time

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from organization import oidc
from organization.access import safe_next
from organization.models import SecurityEvent, User
from organization.services.events import note_event
from organization.views.admission import admit

_STARTED = "single_sign_on"  # in the session
_SECONDS = 10 * 60
logger = logging.getLogger(__name__)


def _back(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("single_sign_on_return"))


@never_cache
@require_safe
@login_not_required
def start(request: HttpRequest) -> HttpResponse:
    """Send the person to the provider; 404 when none is configured."""
    if not settings.OIDC_ISSUER:
        raise Http404
    then = safe_next(request, request.GET.get("next", ""), otherwise="")
    try:
        again = request.user.is_authenticated
        address, started = oidc.start(back=_back(request), then=then, again=again)
    except oidc.ProviderError as error:
        logger.warning("single sign-on: %s", error)
        messages.error(request, _("The sign-in service does not answer. Try again in a minute."))
        return redirect("sign_in")
    request.session[_STARTED] = started.kept()
    return redirect(address)


@never_cache
@require_safe
@login_not_required
def come_back(request: HttpRequest) -> HttpResponse:
    """The person is back: check what the provider says, and let in whom it names."""
    kept = request.session.pop(_STARTED, None)
    if not settings.OIDC_ISSUER:
        raise Http404
    state = request.GET.get("state", "")
    if (
        not kept
        or not 0 <= time.time() - kept["at"] <= _SECONDS
        or not secrets.compare_digest(state.encode(), kept["state"].encode())
    ):
        return _refuse(request, "the answer belongs to no sign-in that was begun here", None)
    try:
        said = oidc.claims(
            code=request.GET.get("code", ""),
            back=_back(request),
            verifier=kept["verifier"],
            nonce=kept["nonce"],
        )
    except oidc.ProviderError as error:
        return _refuse(request, str(error), None)
    if kept["again"] and not oidc.is_fresh(said, since=kept["at"]):
        return _refuse(request, "the provider did not ask the person again", None)
    user = oidc_person(said)
    if user is None:
        return _refuse(request, "no single active account matches", None)
    whole = settings.OIDC_SECOND_FACTOR
    return admit(request, user, SecurityEvent.Way.PROVIDER, then=kept["next"], whole=whole)


def oidc_person(said: dict[str, object]) -> User | None:
    """The one active account with the claimed user name or verified e-mail; none is made."""
    value = said.get(settings.OIDC_CLAIM)
    if not isinstance(value, str) or not value:
        return None
    if settings.OIDC_CLAIM == "email":
        if said.get("email_verified") is not True:
            return None
        found = list(User.objects.filter(email__iexact=value, is_active=True)[:2])
        return found[0] if len(found) == 1 else None
    return User.objects.filter(username=value, is_active=True).first()


def _refuse(request: HttpRequest, reason: str, user: User | None) -> HttpResponse:
    logger.warning("single sign-on refused: %s", reason)
    kind, way = SecurityEvent.Kind.REFUSED, SecurityEvent.Way.PROVIDER
    note_event(request, kind, user, way=way)
    messages.error(
        request,
        _("Single sign-on did not work, or your account is not set up here. Ask an administrator."),
    )
    return redirect("sign_in")
