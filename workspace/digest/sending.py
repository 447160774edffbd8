"""Digests by e-mail: one a person and day, on workdays, outside of quiet hours."""

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core import mail
from core.context import acting
from core.work_calendar import WorkCalendar
from organization.models import Digest, User
from organization.permissions import ROLES_BY_ACTION, Action
from organization.reports import work_calendar
from workspace.digest.content import Content, Part, content
from workspace.words import day_text

QUIET_FROM, QUIET_UNTIL = dt.time(20), dt.time(8)  # nobody is written to (ours)


def is_quiet(now: dt.datetime, calendar: WorkCalendar) -> bool:
    """Whether people are left alone at the moment, in Shanghai."""
    local = timezone.localtime(now)
    in_hours = QUIET_UNTIL <= local.time() < QUIET_FROM
    return not in_hours or not calendar.is_workday(local.date())


def send_digests(now: dt.datetime) -> int:
    """Send today's to everybody who wants one and has none yet; returns how many were taken."""
    if is_quiet(now, work_calendar()):
        return 0
    day = timezone.localdate(now)
    people = User.objects.filter(
        is_active=True, digest_mail=True, role__in=ROLES_BY_ACTION[Action.VIEW_CUSTOMERS]
    ).exclude(email="")
    waiting = people.exclude(digests__day=day).select_related("org_unit").order_by("pk")
    return sum(_send(user, day) for user in list(waiting))


def _send(user: User, day: dt.date) -> bool:
    """Note it, then send it: whoever is killed or comes second sends none again."""
    digest, is_new = Digest.objects.get_or_create(user=user, day=day)
    if not is_new:
        return False
    with (
        acting(user_id=user.pk, actor="digest"),
        translation.override(user.language or settings.LANGUAGE_CODE),
    ):
        found = content(user, day)
        subject, text = _subject(found, day), digest_text(found)
    if found.is_empty:
        return _ended(digest, Digest.State.NOTHING)
    is_taken = mail.send(user.email, subject, text)
    _ended(digest, Digest.State.SENT if is_taken else Digest.State.FAILED)
    return is_taken


def _ended(digest: Digest, state: str) -> bool:
    Digest.objects.filter(pk=digest.pk).update(state=state)
    return False


def _subject(found: Content, day: dt.date) -> str:
    return _("{day}: {due} due, {late} late, {changed} changed").format(
        day=day_text(day),
        due=found.due.count,
        late=found.late.count,
        changed=found.changed.count,
    )


def digest_text(found: Content) -> str:
    """The digest as plain text in the active language; a line each."""
    titles = (
        (pgettext("digest", "Due"), found.due),
        (pgettext("digest", "Late"), found.late),
        (pgettext("digest", "Changed"), found.changed),
    )
    parts = [line for title, part in titles if part.count for line in _lines(title, part)]
    where = f"{settings.PUBLIC_URL}{reverse('digest')}" if settings.PUBLIC_URL else ""
    off = _("You can switch this e-mail off in your preferences.")
    return "\n".join([*parts, *([where] if where else []), off])


def _lines(title: str, part: Part) -> list[str]:
    named = [f"- {entry.customer}: {entry.text}" for entry in part.entries]
    more = [_("and {n} more").format(n=part.more)] if part.more else []
    return [f"{title} ({part.count})", *named, *more, ""]
