"""Settings from environment variables; nonsense is refused and the variable named."""

import os
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def env_text(name: str, default: str = "") -> str:
    """The variable's value, or the default when it is unset or empty."""
    return os.environ.get(name) or default


def env_list(name: str, default: str = "") -> list[str]:
    """Comma-separated values without blanks."""
    return [part.strip() for part in env_text(name, default).split(",") if part.strip()]


def env_networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Networks such as 10.20.0.0/16, comma-separated; anything else is refused."""
    try:
        return [ip_network(text) for text in env_list(name)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}.") from None


def env_bool(name: str, default: bool) -> bool:
    """1/true/yes/on or 0/false/no/off; anything else is refused."""
    value = env_text(name).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value:
        raise ImproperlyConfigured(f"{name}={value!r} is not a yes or no: use 1 or 0.")
    return default


def env_choice(name: str, default: str, choices: set[str]) -> str:
    """One of the choices; anything else is refused."""
    value = env_text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name}={value!r} is not one of {', '.join(sorted(choices))}.")
    return value


def env_int(name: str, default: int, *, low: int, high: int) -> int:
    """A whole number within [low, high]; anything else is refused."""
    value = env_text(name)
    if not value:
        return default
    try:
        number = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number.") from None
    if not low <= number <= high:
        raise ImproperlyConfigured(f"{name}={number} is out of range: {low} to {high}.")
    return number


def parse_database_url(url: str) -> dict[str, str]:
    """Host, port, name, user and password of a postgres:// URL as Django's DATABASES keys."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            "DATABASE_URL must look like postgres://user:password@host:5432/name."
        )
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
    }
