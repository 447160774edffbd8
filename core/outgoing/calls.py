"""One POST to an address that was checked: the connection goes to the very address we looked at.

No redirects, no proxies of the environment, no cookies; the standard library alone, because what
is convenient elsewhere (following, resolving again) is what must not happen here.
"""

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

from core.outgoing.addresses import Address
from core.outgoing.targets import Target, addresses_of, parse

CONNECT_SECONDS = 10.0
TOTAL_SECONDS = 20.0
_KEPT_BYTES = 64 * 1024


class NoAnswerError(Exception):
    """Nobody answered, in time or at all, or what came is no answer; says what went wrong."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes  # its first 64 KB
    milliseconds: int


def post(url: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send the body and wait for the answer, 20 seconds at most.

    RefusedUrlError for an address that we do not call, NoAnswerError when nothing came of it.
    """
    started = time.monotonic()
    target = parse(url)
    addresses = addresses_of(target)
    connection = _Connection(target, addresses, started)
    end = threading.Timer(TOTAL_SECONDS - (time.monotonic() - started), connection.cut)
    end.daemon = True
    end.start()
    try:
        connection.request("POST", target.path, body=body, headers=dict(headers))
        response = connection.getresponse()
        content = response.read(_KEPT_BYTES)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise NoAnswerError(connection.why(error)) from error
    finally:
        end.cancel()
        connection.close()
    return Answer(
        status=response.status,
        headers={name.lower(): value for name, value in response.getheaders()},
        body=content,
        milliseconds=round((time.monotonic() - started) * 1000),
    )


class _Connection(http.client.HTTPConnection):
    """To one of the checked addresses, by the host's name in the certificate and the header."""

    def __init__(self, target: Target, addresses: list[Address], started: float) -> None:
        self.default_port = 443 if target.secure else 80
        super().__init__(target.host, target.port)
        self._target, self._addresses, self._started = target, addresses, started
        self._is_cut = False

    def connect(self) -> None:
        """The first address that answers; encrypted and checked when it is to be."""
        self.sock = self._reach()
        self.sock.settimeout(TOTAL_SECONDS)
        if self._target.secure:
            self.sock = ssl.create_default_context().wrap_socket(
                self.sock, server_hostname=self._target.host, do_handshake_on_connect=False
            )
            self.sock.do_handshake()

    def _reach(self) -> socket.socket:
        last: OSError = TimeoutError("timed out")
        for address in self._addresses:
            left = self._started + CONNECT_SECONDS - time.monotonic()
            if left <= 0:
                break
            try:
                return socket.create_connection((str(address), self._target.port), timeout=left)
            except OSError as error:
                last = error
        raise last

    def cut(self) -> None:
        """End what takes too long, however it drips: whoever waits for a byte gets the end."""
        self._is_cut = True
        if self.sock is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def why(self, error: Exception) -> str:
        """What went wrong, in a few words for the log of attempts."""
        if self._is_cut or isinstance(error, TimeoutError):
            return "no answer in time"
        return f"{type(error).__name__}: {error}"[:200]
