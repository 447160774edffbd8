"""Signatures of webhook messages: https://www.standardwebhooks.com, version 1."""

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence

from api.models import Endpoint
from organization.sealing import seal, unseal

_PURPOSE = "webhook"
_PREFIX = "whsec_"
_BYTES = 32


def make_secret() -> str:
    """A new secret as the receiver needs it: whsec_ and base64."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def seal_secret(secret: str) -> str:
    """The secret as it is kept."""
    return seal(secret.encode(), purpose=_PURPOSE)


def keys_of(endpoint: Endpoint, now: dt.datetime) -> list[bytes]:
    """What messages are signed with: the secret, and the one before while it still counts.

    Empty when the site's key has changed since: the endpoint then needs a new secret.
    """
    sealed = [endpoint.secret]
    if endpoint.old_until is not None and endpoint.old_until > now:
        sealed.append(endpoint.old_secret)
    opened = [unseal(each, purpose=_PURPOSE) for each in sealed]
    return [base64.b64decode(secret.decode().removeprefix(_PREFIX)) for secret in opened if secret]


def headers(
    message: str, body: bytes, *, keys: Sequence[bytes], now: dt.datetime
) -> Mapping[str, str]:
    """What goes with the body so that the receiver can tell who sent it, and when."""
    stamp = str(int(now.timestamp()))
    signed = b".".join([message.encode(), stamp.encode(), body])
    signatures = [
        base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode() for key in keys
    ]
    return {
        "webhook-id": message,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }
