"""Words for what the API keeps as codes."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.outgoing import Reason

_REFUSALS = {
    Reason.NOT_AN_ADDRESS: gettext_lazy("This is no address: write it like https://host/path."),
    Reason.NOT_HTTPS: gettext_lazy("The address must begin with https://."),
    Reason.CREDENTIALS: gettext_lazy("Leave user name and password out of the address."),
    Reason.PORT: gettext_lazy("Only ports 443 and 8443 are called."),
    Reason.INSIDE: gettext_lazy(
        "The address lies in our own network; whoever runs the server can allow it"
        " (YIHU_OUTGOING_PRIVATE)."
    ),
    Reason.UNKNOWN_HOST: gettext_lazy("Nobody knows the host's name."),
}


def refusal(reason: Reason) -> str:
    """Why an address is not called, and what to do."""
    return str(_REFUSALS[reason])


def tried(error: str) -> str:
    """The error of a try in words where we know it, else as it is."""
    if error in set(Reason):
        return refusal(Reason(error))
    return _("no answer in time") if error == "no answer in time" else error
