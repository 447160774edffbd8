"""What a receiver may tell the customers: a text to copy or to send oneself. Nothing is sent."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from customers.models import Handover


@dataclass(frozen=True, slots=True)
class Notice:
    """A draft."""

    subject: str
    text: str

    @property
    def mailto(self) -> str:
        """Opens the mail program with the draft, without an addressee."""
        return "mailto:?" + urlencode({"subject": self.subject, "body": self.text}, quote_via=quote)


def notice(handover: Handover) -> Notice:
    """In the reader's language, from the receiver's point of view."""
    unit = handover.receiver.org_unit
    text = _(
        "Dear customer,\n\n"
        "from {day} I look after you at {unit}. I have taken over your file with everything that"
        " was agreed: prices, settlement and standing wishes stay as they are.\n"
        "I will be in touch within the next days; until then please write or call me directly.\n\n"
        "{receiver}"
    )
    return Notice(
        _("Your new contact"),
        text.format(
            day=handover.effective_on, unit=unit.name if unit else "", receiver=handover.receiver
        ),
    )
