"""Systems, their webhooks, and a receiver that does as a test says."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network

from api.models import Endpoint
from api.services.endpoints import create_endpoint
from organization.models import OrgUnit, User
from tests.cast import make_user

LOOPBACK = [ip_network("127.0.0.0/8")]


def make_system(name: str, unit: OrgUnit) -> User:
    """What an API key acts as, at home in the unit."""
    return make_user(f"api:{name}", User.Role.SYSTEM, unit)


def make_endpoint(system: User, url: str = "https://hooks.example/") -> tuple[Endpoint, str]:
    """A webhook of the system and its secret."""
    return create_endpoint(url, system=system, actor=system)


class Receiver:
    """What arrived, in order, and what is answered."""

    def __init__(self) -> None:
        self.url = ""
        self.arrived: list[tuple[dict[str, str], bytes]] = []
        self.answer: Callable[[str], tuple[int, dict[str, str]]] = lambda _message: (204, {})
        self._lock = threading.Lock()

    def take(self, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str]]:
        """One message: remembered when it is accepted."""
        with self._lock:
            status, answered = self.answer(headers["webhook-id"])
            if status < 300:
                self.arrived.append((headers, body))
        return status, answered

    def messages(self) -> list[str]:
        """The ids that were accepted."""
        return [headers["webhook-id"] for headers, _body in self.arrived]

    def bodies(self) -> list[dict]:
        """What they said."""
        return [json.loads(body) for _headers, body in self.arrived]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A server on loopback."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            names = {name.lower(): value for name, value in self.headers.items()}
            status, answered = receiver.take(names, body)
            self.send_response(status)
            for name, value in answered.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(f"said {status}".encode())

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
