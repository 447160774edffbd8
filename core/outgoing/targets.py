"""From the text of an address to where we may connect."""

import queue
import re
import socket
import threading
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from django.conf import settings

from core.outgoing.addresses import Address, is_inside, is_listed, parse_address

_LONGEST = 2000
_RESOLVE_SECONDS = 5.0
_PRINTABLE = re.compile(r"[!-\[\]-~]+")  # ASCII without blanks and backslashes
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?\.?|[0-9A-Fa-f:.]+")
_PORTS = {443, 8443}


class Reason(StrEnum):
    """Why an address is not called; for programs, words are found where it is shown."""

    NOT_AN_ADDRESS = "not_an_address"
    NOT_HTTPS = "not_https"
    CREDENTIALS = "credentials"
    PORT = "port"
    INSIDE = "inside"
    UNKNOWN_HOST = "unknown_host"


class RefusedUrlError(Exception):
    """The address is none that we call."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart."""

    secure: bool
    host: str
    port: int
    path: str  # with the query

    @property
    def is_usual(self) -> bool:
        """Whether anybody may be called like that: encrypted, at a port of the web."""
        return self.secure and self.port in _PORTS


def parse(url: str) -> Target:
    """The parts; RefusedUrlError when it is not plainly one address of the web."""
    if len(url) > _LONGEST or not _PRINTABLE.fullmatch(url):
        raise RefusedUrlError(Reason.NOT_AN_ADDRESS)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise RefusedUrlError(Reason.NOT_AN_ADDRESS) from None
    if parts.scheme not in {"http", "https"}:
        raise RefusedUrlError(Reason.NOT_HTTPS)
    if "@" in parts.netloc:
        raise RefusedUrlError(Reason.CREDENTIALS)
    if not _HOST.fullmatch(host) or port == 0:
        raise RefusedUrlError(Reason.NOT_AN_ADDRESS)
    secure = parts.scheme == "https"
    path = parts.path or "/"
    return Target(
        secure=secure,
        host=host,
        port=port or (443 if secure else 80),
        path=f"{path}?{parts.query}" if parts.query else path,
    )


def require_callable(url: str) -> None:
    """RefusedUrlError when it can be told without asking for the host that we never call it."""
    target = parse(url)
    try:
        address = parse_address(target.host)
    except ValueError:
        if not settings.OUTGOING_PRIVATE:
            _require_usual(target)
        return
    _require_allowed(target, [address])


def addresses_of(target: Target) -> list[Address]:
    """All addresses of the host, each of which may be called; else RefusedUrlError."""
    found = _resolve(target)
    _require_allowed(target, found)
    return found


def _require_allowed(target: Target, addresses: list[Address]) -> None:
    listed = [is_listed(address, settings.OUTGOING_PRIVATE) for address in addresses]
    if any(is_inside(a) and not known for a, known in zip(addresses, listed, strict=True)):
        raise RefusedUrlError(Reason.INSIDE)
    if not all(listed):
        _require_usual(target)


def _require_usual(target: Target) -> None:
    if not target.is_usual:
        raise RefusedUrlError(Reason.PORT if target.secure else Reason.NOT_HTTPS)


def _resolve(target: Target) -> list[Address]:
    """Asked in a thread of its own: the system's resolver knows no deadline."""
    answer: queue.SimpleQueue[list[Address]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
            answer.put([parse_address(str(place[4][0])) for place in found])
        except (OSError, UnicodeError, ValueError):
            answer.put([])

    threading.Thread(target=ask, daemon=True).start()
    try:
        addresses = answer.get(timeout=_RESOLVE_SECONDS)
    except queue.Empty:
        addresses = []
    if not addresses:
        raise RefusedUrlError(Reason.UNKNOWN_HOST)
    return list(dict.fromkeys(addresses))
