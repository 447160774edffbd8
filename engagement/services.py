"""Changes in what we do with customers."""

import datetime as dt
import hashlib

from customers.models import Customer
from engagement.models import Note
from organization.models import User


def write_note(
    customer: Customer, *, author: User, kind: str, text: str, token: str, at: dt.datetime
) -> Note:
    """The note, with a number of its own. Sending the same form twice gives the same note once.

    `token` names the form that was filled in. Another text from the same form is another note:
    going back in the browser and writing anew loses nothing.
    """
    parts = [str(customer.pk), str(author.pk), token, kind, text]
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    note, _created = Note.objects.get_or_create(
        note_no=f"N-{digest[:20]}",
        defaults={
            "customer": customer,
            "author": str(author),
            "written_at": at,
            "kind": kind,
            "text": text,
        },
    )
    return note
