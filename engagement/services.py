"""Changes in what we do with customers."""

import datetime as dt
import hashlib

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RefusedError
from customers.models import Customer
from engagement.models import Alert, Note
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


class ClosedAlertError(RefusedError):
    """A fact has closed the alert meanwhile."""


@transaction.atomic
def acknowledge_alert(alert: Alert, *, on: dt.date) -> None:
    """Somebody has dealt with it; it leaves the queue until the next stage or night says more."""
    alert = _to_change(alert)
    alert.status, alert.acknowledged_on = Alert.Status.ACKNOWLEDGED, on
    alert.snoozed_on, alert.snoozed_until, alert.snooze_reason = None, None, ""
    _save(alert)


@transaction.atomic
def snooze_alert(alert: Alert, *, on: dt.date, until: dt.date, reason: str) -> None:
    """Put it off to a later day, for a reason that stays readable."""
    alert = _to_change(alert)
    alert.status, alert.acknowledged_on = Alert.Status.SNOOZED, None
    alert.snoozed_on, alert.snoozed_until, alert.snooze_reason = on, until, reason
    _save(alert)


@transaction.atomic
def reopen_alert(alert: Alert) -> None:
    """Take back that it was dealt with or put off."""
    alert = _to_change(alert)
    alert.status, alert.acknowledged_on = Alert.Status.OPEN, None
    alert.snoozed_on, alert.snoozed_until, alert.snooze_reason = None, None, ""
    _save(alert)


def _to_change(alert: Alert) -> Alert:
    """The alert, locked against the night and others; ClosedAlertError when it is closed."""
    alert = Alert.objects.select_for_update().get(pk=alert.pk)
    if alert.status == Alert.Status.CLOSED:
        raise ClosedAlertError(
            _("This is settled already: {reason}.").format(
                reason=alert.get_closing_reason_display()
            )
        )
    return alert


def _save(alert: Alert) -> None:
    alert.save(
        update_fields=[
            "status", "acknowledged_on", "snoozed_on", "snoozed_until", "snooze_reason",
        ]
    )  # fmt: skip
