"""Words of Django's that its own Chinese catalogue lacks; marked here, they are in ours."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

WORDS = (
    _("Model name"),  # the admin's start page, for screen readers
    _("Add link"),
    _("Change or view list link"),
    _("Error:"),  # before the title of a form that was refused
    _("%(model)s instance with %(field)s %(value)r is not a valid choice."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
)
