"""What pages of administrators say above everything, made of apps that do not know each other."""

from functools import cache

from django.http import HttpRequest
from django.utils import timezone

from api.reports.outbox import Outbox, outbox
from organization.models import User


def outbox_trouble(request: HttpRequest) -> dict[str, object]:
    """For administrators what is wrong with the outbox; templates with the banner ask for it."""
    user = getattr(request, "user", None)  # an error page may come before anyone is known
    is_told = isinstance(user, User) and user.is_administrator
    return {"outbox_trouble": cache(_trouble) if is_told else None}


def _trouble() -> Outbox | None:
    found = outbox(timezone.now())
    return found if found.is_late or found.off else None
