"""The second factor: setting it up, checking codes, recovery codes, taking it away."""

import secrets

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.context import acting
from organization.models import RecoveryCode, SecondFactor, SecurityEvent, User
from organization.rules import (
    RECOVERY_CODES,
    SECRET_BYTES,
    is_one_time_code,
    recovery_code,
    step_of,
    tidy_code,
)
from organization.sealing import digest, seal, unseal

SECOND_FACTOR_DONE = "second_factor"  # in the session: this sign-in had its second factor
_PURPOSE = "second factor"
Way = SecurityEvent.Way


def must_have(user: User) -> bool:
    """Whether the person may not go on without: administrators and all of the group's own unit."""
    if settings.SECOND_FACTOR != "required":
        return False
    return user.is_administrator or (user.org_unit is not None and user.org_unit.parent_id is None)


def has_factor(user: User) -> bool:
    """Whether an authenticator app is set up."""
    return SecondFactor.objects.filter(user=user).exists()


def new_secret() -> str:
    """A new sealed secret, not yet anybody's."""
    return seal(secrets.token_bytes(SECRET_BYTES), purpose=_PURPOSE)


def open_secret(sealed: str) -> bytes | None:
    """The secret itself; None when the site's key has changed since."""
    return unseal(sealed, purpose=_PURPOSE)


@transaction.atomic
def set_up(user: User, *, sealed: str, code: str) -> list[str] | None:
    """Make the secret the person's second factor; returns the recovery codes, to be shown once.

    None when the code is not the one the app with this secret shows now.
    """
    secret = open_secret(sealed)
    step = step_of(secret, tidy_code(code), _now()) if secret else None
    if step is None:
        return None
    User.objects.select_for_update().get(pk=user.pk)
    SecondFactor.objects.filter(user=user).delete()
    SecondFactor.objects.create(user=user, secret=sealed, last_step=step)
    return make_recovery_codes(user)


@transaction.atomic
def make_recovery_codes(user: User) -> list[str]:
    """New codes; the earlier ones are void."""
    User.objects.select_for_update().get(pk=user.pk)
    codes = [recovery_code(secrets.choice) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, digest=_digest(code)) for code in codes
    )
    return codes


def codes_left(user: User) -> int:
    """How many recovery codes are unused."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def accept_code(user: User, typed: str) -> SecurityEvent.Way | None:
    """By which kind of code the person is recognised; None when it is wrong or was used before.

    Each code counts once, also when two requests bring it at the same moment. Where it is typed
    nobody acts yet: for the history it is the person.
    """
    code = tidy_code(typed)
    with acting(user_id=user.pk, actor=user.username):
        if is_one_time_code(code):
            return Way.CODE if _use_step(user, code) else None
        unused = RecoveryCode.objects.filter(user=user, digest=_digest(code), used_at=None)
        return Way.RECOVERY_CODE if unused.update(used_at=timezone.now()) else None


def _use_step(user: User, code: str) -> bool:
    factor = SecondFactor.objects.filter(user=user).first()
    secret = open_secret(factor.secret) if factor else None
    step = step_of(secret, code, _now()) if secret else None
    if step is None:
        return False
    later = SecondFactor.objects.filter(user=user, last_step__lt=step)
    return later.update(last_step=step) == 1


@transaction.atomic
def take_away(user: User) -> bool:
    """Remove the second factor and its recovery codes; false when there was none."""
    deleted, _by_model = SecondFactor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    return deleted > 0


def _digest(code: str) -> str:
    return digest(tidy_code(code), purpose="recovery code")


def _now() -> int:
    return int(timezone.now().timestamp())
