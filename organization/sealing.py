"""Secrets as they are kept in the database: sealed with the site's key, so that a dump has none.

A new YIHU_SECRET_KEY makes them unreadable: second factors are then set up again.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils.crypto import salted_hmac


def _box(purpose: str) -> Fernet:
    key = hashlib.blake2b(
        settings.SECRET_KEY.encode(), digest_size=32, person=purpose.encode()[:16]
    )
    return Fernet(base64.urlsafe_b64encode(key.digest()))


def seal(secret: bytes, *, purpose: str) -> str:
    """The secret, readable only with the site's key and for the same purpose."""
    return _box(purpose).encrypt(secret).decode()


def unseal(sealed: str, *, purpose: str) -> bytes | None:
    """The secret again; None when it was sealed with another key."""
    try:
        return _box(purpose).decrypt(sealed.encode())
    except InvalidToken:
        return None


def digest(text: str, *, purpose: str) -> str:
    """64 characters that stand for the text and do not give it away without the site's key."""
    return salted_hmac(f"organization.{purpose}", text, algorithm="sha256").hexdigest()
