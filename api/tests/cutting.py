"""A proxy that cuts connections: before a call arrives, or after it has been answered."""

import random
import socket
import socketserver
import threading
from types import TracebackType


class CuttingProxy:
    """One call a connection. `lost` counts calls that were answered, but not to the caller."""

    def __init__(self, port: int, seed: int) -> None:
        self._target = ("127.0.0.1", port)
        self._chance, self._lock = random.Random(seed), threading.Lock()
        self.lost = self.refused = 0
        proxy = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                proxy.pass_on(self.request)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> "CuttingProxy":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def pass_on(self, caller: socket.socket) -> None:
        """Carry a call there and its answer back, or lose one of them."""
        asked = _whole(caller)
        with self._lock:
            luck = self._chance.random()
            self.refused += luck < 0.15
            self.lost += 0.15 <= luck < 0.35
        if luck < 0.15:
            return
        with socket.create_connection(self._target) as there:
            there.sendall(asked)
            answered = _to_the_end(there)
        if luck >= 0.35:
            caller.sendall(answered)


def _whole(caller: socket.socket) -> bytes:
    """A request with all of its body."""
    said = b""
    while b"\r\n\r\n" not in said and (part := caller.recv(65536)):
        said += part
    head, _blank, body = said.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    wanted = int(lengths[0].split(b":")[1]) if lengths else 0
    while len(body) < wanted and (part := caller.recv(65536)):
        body += part
    return head + b"\r\n\r\n" + body


def _to_the_end(there: socket.socket) -> bytes:
    parts = []
    while part := there.recv(65536):
        parts.append(part)
    return b"".join(parts)
