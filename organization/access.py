"""Who asks: the signed-in person of a request, and the refusal of acts their role may not do."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from organization.models import User
from organization.permissions import Action, can


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
