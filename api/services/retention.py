"""How long the record of the API is kept."""

import datetime as dt

from api.models import CallCount, Change, Delivery, FailedCall
from api.reports.changes import bounds

CHANGES = dt.timedelta(days=90)
_CALLS = dt.timedelta(days=90)
_DELIVERED = dt.timedelta(days=14)
_FAILED = dt.timedelta(days=60)


def forget_what_was_told(now: dt.datetime) -> None:
    """Remove old changes, messages and calls; who is behind the changes must read all anew.

    The latest change stays whatever its age: it says where the feed has got to.
    """
    _first, last = bounds()
    Change.objects.filter(at__lt=now - CHANGES, position__lt=last).delete()
    finished = Delivery.objects.exclude(state=Delivery.State.WAITING)
    finished.filter(state=Delivery.State.DELIVERED, created_at__lt=now - _DELIVERED).delete()
    finished.filter(created_at__lt=now - _FAILED).delete()
    CallCount.objects.filter(hour__lt=now - _CALLS).delete()
    FailedCall.objects.filter(at__lt=now - _CALLS).delete()
