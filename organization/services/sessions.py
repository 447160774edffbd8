"""The sessions of a person: which there are, ending them, how old they may grow."""

import datetime as dt

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from organization.models import Session, User
from organization.sealing import digest

NOTED_EVERY = dt.timedelta(minutes=5)  # the last use is written down no more often


def open_sessions(user: User) -> QuerySet[Session]:
    """The person's sessions that have not ended, the last used first."""
    now = timezone.now()
    return Session.objects.filter(
        user=user,
        expire_date__gt=now,
        used_at__gt=now - idle_limit(),
        started_at__gt=now - age_limit(),
    ).order_by("-used_at")


def idle_limit() -> dt.timedelta:
    """How long a session may stand unused."""
    return dt.timedelta(minutes=settings.SESSION_IDLE_MINUTES)


def age_limit() -> dt.timedelta:
    """How long a sign-in lasts at all."""
    return dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)


def handle(session: Session) -> str:
    """A name for the session that a page may show: it does not give the session's key away."""
    return digest(session.session_key, purpose="session")[:16]


def end_session(user: User, name: str) -> bool:
    """End the person's session with this handle; false when there is none."""
    for session in Session.objects.filter(user=user):
        if handle(session) == name:
            session.delete()
            return True
    return False


def end_other_sessions(user: User, *, kept: str | None) -> int:
    """End all sessions of the person but the one with the key `kept`; returns how many."""
    ended, _by_model = Session.objects.filter(user=user).exclude(session_key=kept or "").delete()
    return ended


def note_use(session: Session, *, address: str, agent: str, now: dt.datetime) -> bool:
    """Write down when and where the session was last used, if that is news; whether it was."""
    is_news = (session.address or "", session.agent) != (address, agent)
    if not is_news and now - session.used_at < NOTED_EVERY:
        return False
    Session.objects.filter(pk=session.pk).update(used_at=now, address=address or None, agent=agent)
    return True


def is_too_old(session: Session, now: dt.datetime) -> bool:
    """Whether the session has stood unused, or lasted, longer than it may."""
    return now - session.used_at > idle_limit() or now - session.started_at > age_limit()
