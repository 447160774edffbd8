"""What about signing in is not kept for ever."""

import datetime as dt

from django.conf import settings
from django.db import connection

from organization.models import Session, SignInTry


def forget_old(now: dt.datetime) -> int:
    """Remove sessions and counts that have run out, and events past their time; how many rows.

    Only the job role may; the database refuses to remove events of the last 90 days.
    """
    sessions, _by_model = Session.objects.filter(expire_date__lt=now).delete()
    tries, _by_model = SignInTry.objects.filter(ends_at__lt=now - dt.timedelta(days=1)).delete()
    before = now - dt.timedelta(days=settings.SECURITY_EVENTS_DAYS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT organization_forget_security_events(%s)", [before])
        events: int = cursor.fetchone()[0]
    return sessions + tries + events
