"""Keys: made once, found again with every call, revoked."""

import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Collection
from hmac import compare_digest

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from api.models import ApiKey, Scope
from core.errors import RefusedError
from organization.models import OrgUnit, SecurityEvent, User
from organization.services.events import note_event

_USED_EVERY = dt.timedelta(minutes=1)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike
_KEY = re.compile(rf"yihu_([{_LETTERS}]{{10}})_([\w-]{{43}})", re.ASCII)
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_SYSTEM = "api:"  # no person's user name has a colon


@transaction.atomic
def create_key(
    name: str,
    *,
    scopes: Collection[str],
    unit: OrgUnit | None = None,
    per_minute: int = ApiKey.PER_MINUTE,
    expires_at: dt.datetime | None = None,
    actor: User | None = None,
) -> tuple[ApiKey, str]:
    """A new key of the system of that name, and the key in full: it is shown this once.

    `unit` is the system's home; without one that of the system's other keys, else the only root.
    RefusedError for a bad name or scope, or when the system stands at another unit.
    """
    unknown = sorted(set(scopes) - set(Scope.values))
    if unknown or not scopes:
        message = _("Unknown scope: {names}. There are: {known}.")
        raise RefusedError(message.format(names=", ".join(unknown), known=", ".join(Scope.values)))
    user = _system(name, unit)
    prefix = "".join(secrets.choice(_LETTERS) for _letter in range(10))
    secret = secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        user=user,
        prefix=prefix,
        digest=_digest(secret),
        scopes=sorted(set(scopes)),
        per_minute=per_minute,
        expires_at=expires_at,
        created_by=actor,
    )
    note_event(None, SecurityEvent.Kind.KEY_MADE, user, actor=actor)
    return key, f"yihu_{prefix}_{secret}"


def require_system(name: str, unit: OrgUnit | None) -> User | None:
    """The system of that name, None when there is none yet.

    RefusedError for what is no name of a system, or when it stands at another unit than `unit`.
    """
    if not _NAME.fullmatch(name):
        message = _("“{name}” is no name of a system: use small letters, digits, - and _.")
        raise RefusedError(message.format(name=name[:40]))
    user = User.objects.select_related("org_unit").filter(username=_SYSTEM + name).first()
    if user is not None and unit is not None and user.org_unit != unit:
        message = _("The system “{name}” stands at {unit}: choose another name for another unit.")
        raise RefusedError(message.format(name=name, unit=user.org_unit))
    return user


def _system(name: str, unit: OrgUnit | None) -> User:
    user = require_system(name, unit)
    if user is None:
        return User.objects.create(
            username=_SYSTEM + name,
            name=name,
            role=User.Role.SYSTEM,
            org_unit=unit or _only_root(),
            password=make_password(None),
        )
    return user


def _only_root() -> OrgUnit:
    roots = list(OrgUnit.objects.filter(parent=None).order_by("pk")[:2])
    if len(roots) != 1:
        raise RefusedError(_("Say at which unit the system stands: there is no single group."))
    return roots[0]


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()  # 256 random bits need no slow hash


def find_key(text: str) -> ApiKey | None:
    """The key if it is one of ours and still good, with its system and unit; one query."""
    written = _KEY.fullmatch(text)
    if written is None:
        return None
    prefix, secret = written.groups()
    key = ApiKey.objects.select_related("user__org_unit").filter(prefix=prefix).first()
    if key is None or not compare_digest(key.digest, _digest(secret)):
        return None
    return key if key.is_good(timezone.now()) else None


def note_use(key: ApiKey) -> None:
    """Write down that the key is in use, at most once a minute."""
    now = timezone.now()
    if key.last_used_at is None or now - key.last_used_at >= _USED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)


@transaction.atomic
def revoke_key(key: ApiKey, *, actor: User | None = None) -> None:
    """The key opens nothing from now on; RefusedError when it is revoked already."""
    key = ApiKey.objects.select_for_update(of=("self",)).select_related("user").get(pk=key.pk)
    if key.revoked_at is not None:
        raise RefusedError(_("The key {key} is revoked already.").format(key=key))
    key.revoked_at = timezone.now()
    key.save(update_fields=["revoked_at"])
    note_event(None, SecurityEvent.Kind.KEY_REVOKED, key.user, actor=actor)
