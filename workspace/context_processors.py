"""What every page's frame needs."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from organization.models import User
from organization.permissions import Action, can


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One line of the side bar."""

    url: str
    label: str
    icon: str
    current: bool


def shell(request: HttpRequest) -> dict[str, object]:
    """Colours and row height for the <html> element, and the navigation. No database query."""
    user = getattr(request, "user", None)  # an error page may come before anyone is known
    if not isinstance(user, User):
        return {"theme": User.Theme.AUTO, "density": User.Density.COMFORTABLE}
    return {"theme": user.theme, "density": user.density, "navigation": _navigation(request, user)}


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
