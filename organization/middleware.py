"""The signed-in person's language."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from organization.models import User


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
