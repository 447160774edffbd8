"""Counting tries before anything costly or telling is done (docs/decisions/0017)."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core import sql
from organization.models import SignInTry, User
from organization.rules import counted_address, counted_name
from organization.sealing import digest

_COUNT = Path(__file__).parent.parent / "sql" / "count_try.sql"


@dataclass(frozen=True, slots=True)
class Try:
    """One counted try: whether it may go on, and whether it is the first that may not."""

    key: str
    number: int
    ends_at: dt.datetime

    @property
    def allowed(self) -> bool:
        """Whether the password or code may be looked at."""
        return self.number <= settings.SIGN_IN_TRIES

    @property
    def locks(self) -> bool:
        """Whether this is the first try too many: one lock is one event."""
        return self.number == settings.SIGN_IN_TRIES + 1

    def minutes_left(self, now: dt.datetime) -> int:
        """How long to wait, in whole minutes, at least one."""
        return max(1, -int((now - self.ends_at).total_seconds() // 60))


def count_password_try(username: str, address: str) -> Try:
    """Count a try to sign in with this name, as typed, from this address. Commits by itself."""
    key = digest(f"{counted_name(username)}\n{counted_address(address)}", purpose="tries")
    user = User.objects.filter(username=username).only("pk").first()
    return _count(key, user.pk if user else None, address)


def count_code_try(user: User, address: str) -> Try:
    """Count a try of a code, or of the password by somebody already in, from wherever it comes.

    Who gets this far knows the password or holds a session, so no stranger can lock a person out.
    """
    return _count(digest(f"code {user.pk}", purpose="tries"), user.pk, address)


def _count(key: str, user_id: int | None, address: str) -> Try:
    with transaction.atomic():
        [(number, ends_at)] = sql.rows(
            _COUNT,
            key=key,
            user_id=user_id,
            address=counted_address(address) or None,
            now=timezone.now(),
            wait=dt.timedelta(minutes=settings.SIGN_IN_WAIT_MINUTES),
            most=settings.SIGN_IN_TRIES,
        )
    return Try(key, number, ends_at)


def forget_tries(counted: Try) -> None:
    """The right answer came: the count begins again."""
    SignInTry.objects.filter(key=counted.key).delete()


def unlock(user: User) -> int:
    """Let the person try again from everywhere; returns how many counts were forgotten."""
    deleted, _by_model = SignInTry.objects.filter(user=user).delete()
    return deleted
