"""What every page's frame needs."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.nights import missing_night
from organization.models import User
from organization.permissions import Action, can

_TOLD_OF_MISSING_NIGHTS = {User.Role.ADMINISTRATOR, User.Role.UNIT_MANAGER}


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One line of the side bar."""

    url: str
    label: str
    icon: str
    current: bool


def shell(request: HttpRequest) -> dict[str, object]:
    """Colours, row height, navigation, and for those who can act on it whether a night is missing.

    No database query by itself: pages of errors are made where none is possible.
    """
    user = getattr(request, "user", None)  # an error page may come before anyone is known
    if not isinstance(user, User):
        return {"theme": User.Theme.AUTO, "density": User.Density.COMFORTABLE}
    return {
        "theme": user.theme,
        "density": user.density,
        "navigation": _navigation(request, user),
        "missing_night": _missing_night if user.role in _TOLD_OF_MISSING_NIGHTS else None,
    }


def _missing_night() -> date | None:
    """Called by templates that show the banner."""
    return missing_night(timezone.now())


def _navigation(request: HttpRequest, user: User) -> list[NavigationItem]:
    """The pages the person's role opens."""
    items = []
    if can(user, Action.VIEW_CUSTOMERS):
        items.append(("customer_list", _("Customers"), "building"))
    if user.is_staff:
        items.append(("admin:index", _("Administration"), "settings"))
    found = []
    for name, label, icon in items:
        url = reverse(name)
        found.append(NavigationItem(url, label, icon, current=request.path.startswith(url)))
    return found
