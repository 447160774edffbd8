"""Who asks: the signed-in person of a request, from where, and how sure we are that it is them."""

import ipaddress
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from organization.models import User
from organization.permissions import Action, can

CONFIRMED_AT = "confirmed_at"  # in the session: Unix time of the last password or code
OF_DEMONSTRATION = "of_demonstration"  # in the session: signed in by a click


def user_of(request: HttpRequest) -> User:
    """The signed-in person; LoginRequiredMiddleware has sent everyone else away."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def user_who_may(request: HttpRequest, action: Action) -> User:
    """The signed-in person if their role allows the act, else PermissionDenied (403)."""
    user = user_of(request)
    if not can(user, action):
        raise PermissionDenied
    return user


def address_of(request: HttpRequest) -> str:
    """The address the request comes from; behind a proxy the one which that proxy saw; or ""."""
    found = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        found = _without_port(told) or found
    try:
        address = ipaddress.ip_address(found.partition("%")[0])  # without the network card
    except ValueError:
        return ""  # a Unix socket has none
    return str(getattr(address, "ipv4_mapped", None) or address)


def _without_port(address: str) -> str:
    """Some proxies write 203.0.113.7:51423 or [2001:db8::7]:51423."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address


def safe_next(request: HttpRequest, target: str, *, otherwise: str) -> str:
    """The target when it is a page of ours, else the other."""
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else otherwise


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the person has shown in the last minutes that they still sit there."""
    if request.session.get(OF_DEMONSTRATION) and not settings.PRODUCTION:
        return True  # whoever is somebody of the demonstration by a click knows no password
    row = getattr(request.session, "row", None)
    proven: float = row.started_at.timestamp() if row is not None and row.user_id else 0.0
    proven = max(proven, float(request.session.get(CONFIRMED_AT, 0.0)))
    return bool(timezone.now().timestamp() - proven <= settings.CONFIRM_MINUTES * 60)


def ask_again(request: HttpRequest, *, back: str = "") -> HttpResponse | None:
    """The way to the page that asks for the password again; None when that is not needed.

    `back` is where the person goes on from there, by default the page that was asked for.
    """
    if is_confirmed(request):
        return None
    target = back or request.get_full_path()
    url = f"{reverse('confirm')}?{urlencode({'next': target})}"
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(url)
    return redirect(url)


def confirm_first(
    back: str = "", same: Sequence[str] = ()
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The view is for people who have shown in the last minutes that it is them.

    `back` names the page to go on from, with the same query and, of the address, the parts that
    `same` names; without it the address itself, which must then answer GET with a page.
    """

    def guarded(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def confirmed(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            query = f"?{request.GET.urlencode()}" if request.GET else ""
            parts = {name: kwargs[name] for name in same}
            target = f"{reverse(back, kwargs=parts)}{query}" if back else ""
            return ask_again(request, back=target) or view(request, *args, **kwargs)

        return confirmed

    return guarded
