"""The pages about who has whom, as tabs over each of them."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from organization.models import User
from organization.permissions import Action, can


@dataclass(frozen=True, slots=True)
class Tab:
    """One page."""

    url: str
    label: str
    is_current: bool


def tabs(user: User, current: str) -> list[Tab]:
    """Those the person's role opens; `current` is the URL name of the page that shows them."""
    names = [
        ("handovers", _("Handovers"), Action.VIEW_HANDOVERS),
        ("pool", _("Public pool"), Action.VIEW_HANDOVERS),
        ("files_at_risk", _("Files at risk"), Action.VIEW_FILES_AT_RISK),
        ("deputies", _("Deputies"), Action.VIEW_HANDOVERS),
    ]
    return [
        Tab(reverse(name), label, name == current)
        for name, label, action in names
        if can(user, action)
    ]
