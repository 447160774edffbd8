"""Answers kept for those who ask again (Idempotency-Key).

They are sealed: the answer to a new webhook holds its secret.
"""

import datetime as dt
import hashlib

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from api.models import KeptAnswer
from core.errors import RefusedError
from organization.models import User
from organization.sealing import seal, unseal

KEPT_FOR = dt.timedelta(hours=48)
_PURPOSE = "api answer"


def digest_of(*parts: bytes) -> str:
    """What tells one request from another: method, path and body."""
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8, "big") + part)
    return found.hexdigest()


def claim(user: User, key: str) -> bool:
    """Whether nobody else works on this key just now; it is ours until the transaction ends."""
    wanted = digest_of(str(user.pk).encode(), key.encode())[:15]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int(wanted, 16)])
        return bool(cursor.fetchone()[0])


def find_answer(user: User, key: str) -> KeptAnswer | None:
    """What the system was answered under this key."""
    return KeptAnswer.objects.filter(user=user, key=key).first()


def keep_answer(user: User, key: str, *, digest: str, status: int, body: bytes) -> None:
    """Write the answer down with its effect: both are there, or neither."""
    KeptAnswer.objects.create(
        user=user,
        key=key,
        digest=digest,
        status=status,
        body=seal(body, purpose=_PURPOSE).encode(),
        created_at=timezone.now(),
    )


def body_of(kept: KeptAnswer) -> bytes:
    """What was answered; RefusedError when the site has another YIHU_SECRET_KEY since."""
    body = unseal(bytes(kept.body).decode(), purpose=_PURPOSE)
    if body is None:
        raise RefusedError(_("It was done, but its answer cannot be read any more."))
    return body


def forget_answers(now: dt.datetime) -> int:
    """Remove answers kept for longer than two days; returns how many."""
    deleted, _by_model = KeptAnswer.objects.filter(created_at__lt=now - KEPT_FOR).delete()
    return deleted
