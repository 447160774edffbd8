"""Who calls, by which key, whether it may, and whether it calls too often."""

import time
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from api.models import ApiKey
from api.services.keys import find_key, note_use
from core.limits import wait_for
from organization.models import User

if TYPE_CHECKING:
    from api.base import ApiView


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer KEY`; a session counts for nothing here."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        """The system and its key; None without a key. AuthenticationFailed for one that is none."""
        scheme, _blank, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        key = find_key(text.strip())
        if key is None:
            raise AuthenticationFailed(_("The key is unknown, revoked or expired."))
        note_use(key)
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        """What a call without a key is asked for."""
        return 'Bearer realm="yihu"'


class KeyHasScope(BasePermission):
    """The key has the scope the operation names; an operation that names none is nobody's."""

    message = gettext_lazy("The key lacks the scope of this call: have one made that has it.")

    def has_permission(self, request: Request, view: "ApiView") -> bool:  # type: ignore[override]  # all views are ours
        """Whether it may; a method the address does not know is answered as such."""
        method = "GET" if request.method == "HEAD" else str(request.method)
        if not isinstance(request.auth, ApiKey):
            return False
        return view.handler_of(request) is None or view.scopes.get(method) in request.auth.scopes


class KeyThrottle(BaseThrottle):
    """Calls a minute, per key."""

    seconds = 0

    def allow_request(self, request: Request, view: "ApiView") -> bool:  # type: ignore[override]  # all views are ours
        """Count the call; whether it may go on."""
        key = request.auth
        if not isinstance(key, ApiKey):
            return True
        self.seconds = wait_for(f"api:calls:{key.pk}", key.per_minute, time.time())
        return self.seconds == 0

    def wait(self) -> float:
        """After how many seconds to try again."""
        return self.seconds
