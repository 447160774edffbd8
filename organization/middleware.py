"""The signed-in person of a request: is the session still good, and in which language."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRefresh

from organization.access import address_of
from organization.models import User
from organization.services.events import agent_of
from organization.services.second_factor import SECOND_FACTOR_DONE, has_factor, must_have
from organization.services.sessions import is_too_old, note_use


class SessionGuardMiddleware:
    """Ends sessions that are too old, and lets nobody on who owes a second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.open_to_debtors = {
            reverse(name) for name in ("second_factor", "confirm", "sign_out", "language", "theme")
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, unless a second factor comes first."""
        if isinstance(request.user, User):
            self._look_at_age(request)
        if isinstance(request.user, User) and self._owes_factor(request, request.user):
            return self._to_factor(request, request.user)
        return self.get_response(request)

    @staticmethod
    def _look_at_age(request: HttpRequest) -> None:
        row, now = getattr(request.session, "row", None), timezone.now()
        if row is None:
            return
        if is_too_old(row, now):
            logout(request)
        else:
            note_use(row, address=address_of(request), agent=agent_of(request), now=now)

    def _owes_factor(self, request: HttpRequest, user: User) -> bool:
        if settings.SECOND_FACTOR != "required" or request.session.get(SECOND_FACTOR_DONE):
            return False
        return must_have(user) and request.path not in self.open_to_debtors

    def _to_factor(self, request: HttpRequest, user: User) -> HttpResponse:
        """To set one up; who has one and signed in before it was asked for signs in again."""
        if request.headers.get("HX-Request"):
            stands_on = urlsplit(request.headers.get("HX-Current-URL", "")).path
            is_there = stands_on in self.open_to_debtors
            return HttpResponse(status=204) if is_there else HttpResponseClientRefresh()
        if has_factor(user):
            logout(request)
            return redirect("sign_in")
        return redirect("second_factor")


class PreferencesMiddleware:
    """Language of the user, else of the cookie, else of the browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the person's language."""
        language = self._language(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Accept-Language", "Cookie", "HX-Request"])
        return response

    @staticmethod
    def _language(request: HttpRequest) -> str:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if isinstance(request.user, User) and request.user.language:
            return request.user.language
        if chosen in dict(settings.LANGUAGES):
            return chosen
        return translation.get_language_from_request(request)
