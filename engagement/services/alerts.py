"""What people do with an alert."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from core.errors import RefusedError
from customers.models import Customer
from engagement.models import Alert


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


@transaction.atomic
def call_for_credit_review(customer: Customer, *, signs: Collection[str], on: dt.date) -> Alert:
    """Ask for a look at the customer's credit because of danger signs, at once.

    One that is open already says the new signs too and comes back into the queue. The caller has
    locked the customer, so that two people cannot open two.
    """
    asked = Alert.objects.filter(kind=Alert.Kind.CREDIT_REVIEW, subject=customer.code)
    alert = asked.exclude(status=Alert.Status.CLOSED).select_for_update().first()
    if alert is None:
        return Alert.objects.create(
            key=f"credit_review:{customer.code}:{asked.count() + 1}",
            kind=Alert.Kind.CREDIT_REVIEW,
            severity=Alert.Severity.HIGH,
            customer=customer,
            subject=customer.code,
            params={"signs": list(signs)},
            opened_on=on,
            due_on=on,
        )
    known = alert.params.get("signs", [])
    alert.params |= {"signs": [*known, *(sign for sign in signs if sign not in known)]}
    alert.severity, alert.due_on = Alert.Severity.HIGH, on
    alert.save(update_fields=["params", "severity", "due_on"])
    reopen_alert(alert)
    return alert


@transaction.atomic
def close_credit_review(customer: Customer, *, on: dt.date) -> int:
    """The credit was reviewed: nothing calls for it any more; how many alerts that closed."""
    waiting = Alert.objects.filter(kind=Alert.Kind.CREDIT_REVIEW, subject=customer.code).open()
    return waiting.update(
        status=Alert.Status.CLOSED,
        closed_on=Greatest(F("opened_on"), Value(on)),
        closing_reason=Alert.ClosingReason.REVIEWED,
    )


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
