"""R18: no call goes inside, whatever an address looks like; and calls end in time."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address, ip_network

import pytest

from core import outgoing
from core.outgoing import NoAnswerError, Reason, RefusedUrlError, calls, targets
from core.outgoing.addresses import is_inside

LOOPBACK = [ip_network("127.0.0.0/8"), ip_network("::1/128")]
REBOUND = "rebound.example"  # a name of somebody's whose address is ours


@contextmanager
def listening(answer: bytes = b"HTTP/1.1 204 No Content\r\n\r\n", drip: float = 0.0):
    """A server on loopback: its port, and what arrived. `drip` seconds between two bytes."""
    server = socket.create_server(("127.0.0.1", 0))
    arrived: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                client, _address = server.accept()
            except OSError:
                return
            with client:
                arrived.append(client.recv(65536))
                try:
                    for part in (
                        [answer[n : n + 1] for n in range(len(answer))] if drip else [answer]
                    ):
                        client.sendall(part)
                        time.sleep(drip)
                except OSError:
                    pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1], arrived
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A resolver that knows names of somebody's, and numbers in every spelling."""
    known = {
        REBOUND: ["127.0.0.1"],
        "mixed.example": ["93.184.215.14", "127.0.0.1"],
        "mapped.example": ["::ffff:127.0.0.1"],
        "nat64.example": ["64:ff9b::7f00:1"],
        "localhost": ["127.0.0.1", "::1"],
        "localhost.": ["127.0.0.1"],
        "metadata.example": ["169.254.169.254"],
    }
    system = socket.getaddrinfo

    def resolve(host: str, port: int, family: int = 0, type: int = 0) -> list:
        if host in known:
            return [(socket.AF_INET, 1, 6, "", (address, port)) for address in known[host]]
        return system(host, port, family, type, flags=socket.AI_NUMERICHOST)

    monkeypatch.setattr(targets.socket, "getaddrinfo", resolve)
    return


HOSTS = [
    *("127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1"),
    *("017700000001", "127.255.255.254", "0.0.0.0", "0", "localhost", "localhost."),  # noqa: S104  # looked for, not listened on
    *("[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
    *("[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]"),
    *("[2002:7f00:1::]", "[2001:0:7f00:1::]", "[fe80::1]", "[fe80::1%25lo]", "[fc00::1]"),
    *("[fec0::1]", "[ff02::1]", "[2001:db8::1]", "10.0.0.1", "172.16.0.1", "172.31.255.255"),
    *("192.168.1.1", "100.64.0.1", "100.100.100.200", "169.254.169.254", "168.63.129.16"),
    *("198.18.0.1", "192.0.0.192", "224.0.0.1", "255.255.255.255", "240.0.0.1"),
    *(REBOUND, "mixed.example", "mapped.example", "nat64.example", "metadata.example"),
]
SHAPES = [
    "https://user:pass@{host}/",
    "https://93.184.215.14@{host}/",
    "https://{host}\\@93.184.215.14/",
    "https://{host}#@93.184.215.14/",
    "//{host}/",
    "gopher://{host}/",
    "file:///etc/passwd",
    "http://93.184.215.14/",
    "https://93.184.215.14:22/",
    "https://93.184.215.14:0/",
    "https://93.184.215.14:99999/",
    "https://{host}/ HTTP/1.1\r\nHost: 93.184.215.14\r\n\r\n",
    "https://１２７.0.0.1/",
    "https://127。0。0。1/",
    "https://%31%32%37.0.0.1/",
    "https:///",
    "",
]


def test_no_hostile_address_is_connected_to(names: None):
    with listening() as (port, arrived):
        shaped = [shape.format(host=f"127.0.0.1:{port}") for shape in SHAPES]
        for url in shaped + [f"https://{host}:{port}/" for host in HOSTS]:
            with pytest.raises(RefusedUrlError) as refused:
                outgoing.post(url, body=b"{}", headers={})
            at_home = url not in shaped
            assert not (at_home and refused.value.reason == Reason.PORT), url
        assert len(HOSTS) + len(shaped) >= 60
        assert arrived == []


def test_the_listener_would_have_noticed(names: None, settings):
    """The control: with the guard off, many of these addresses arrive."""
    settings.OUTGOING_PRIVATE = LOOPBACK
    with listening() as (port, arrived):
        for host in ("127.0.0.1", "127.1", "2130706433", "0x7f000001", "localhost", REBOUND):
            answer = outgoing.post(f"http://{host}:{port}/hook?a=1", body=b"{}", headers={"A": "b"})
            assert answer.status == 204
        assert len(arrived) == 6
        assert arrived[-1].startswith(b"POST /hook?a=1 HTTP/1.1\r\nHost: rebound.example:")


def test_an_address_that_changes_after_it_was_looked_at_is_not_followed(monkeypatch):
    """The connection goes to what was checked: the name is asked for once."""
    asked: list[str] = []

    def resolve(host: str, port: int, **_options: object) -> list:
        asked.append(host)
        return [(socket.AF_INET, 1, 6, "", ("93.184.215.14", port))]

    connected: list[str] = []

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        connected.append(address[0])
        raise ConnectionRefusedError("refused")

    monkeypatch.setattr(targets.socket, "getaddrinfo", resolve)
    monkeypatch.setattr(calls.socket, "create_connection", connect)
    with pytest.raises(NoAnswerError, match="refused"):
        outgoing.post("https://rebinding.example/", body=b"", headers={})
    assert (asked, connected) == (["rebinding.example"], ["93.184.215.14"])


def test_a_redirect_is_an_answer_and_is_not_followed(settings, names: None):
    settings.OUTGOING_PRIVATE = LOOPBACK
    with listening() as (inner, at_inner):
        moved = f"HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:{inner}/\r\n\r\n".encode()
        with listening(moved) as (port, _arrived):
            answer = outgoing.post(f"http://127.0.0.1:{port}/", body=b"", headers={})
        assert (answer.status, at_inner) == (307, [])


def test_proxies_of_the_environment_are_not_asked(settings, monkeypatch, names: None):
    settings.OUTGOING_PRIVATE = LOOPBACK
    with listening() as (proxy, at_proxy), listening() as (port, arrived):
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy}")
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy}")
        outgoing.post(f"http://127.0.0.1:{port}/", body=b"", headers={})
        assert (len(arrived), at_proxy) == (1, [])


def test_who_drips_is_cut_off_at_the_deadline(settings, monkeypatch, names: None):
    settings.OUTGOING_PRIVATE = LOOPBACK
    monkeypatch.setattr(calls, "TOTAL_SECONDS", 0.3)
    started = time.monotonic()
    with listening(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20, drip=0.05) as (port, _arrived):
        with pytest.raises(NoAnswerError, match="no answer in time"):
            outgoing.post(f"http://127.0.0.1:{port}/", body=b"", headers={})
        assert time.monotonic() - started < 2


def test_an_endless_answer_is_read_to_its_limit(settings, names: None):
    settings.OUTGOING_PRIVATE = LOOPBACK
    with listening(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1_000_000) as (port, _arrived):
        assert len(outgoing.post(f"http://127.0.0.1:{port}/", body=b"", headers={}).body) == 65536


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://10.1.2.3/", Reason.INSIDE),
        ("http://hooks.example/", Reason.NOT_HTTPS),
        ("https://hooks.example:25/", Reason.PORT),
        ("https://a:b@hooks.example/", Reason.CREDENTIALS),
        ("hooks.example", Reason.NOT_HTTPS),
        ("https://hooks example/", Reason.NOT_AN_ADDRESS),
    ],
)
def test_what_can_be_told_at_once_is_refused_when_it_is_typed(url: str, reason: Reason):
    with pytest.raises(RefusedUrlError) as refused:
        outgoing.require_callable(url)
    assert refused.value.reason == reason


def test_usual_addresses_are_taken():
    for url in ("https://hooks.example/a?b=c", "https://hooks.example:8443", "https://8.8.8.8/"):
        outgoing.require_callable(url)


def test_what_stands_for_many_or_none_is_never_listed(settings, names: None):
    settings.OUTGOING_PRIVATE = [ip_network("0.0.0.0/0"), ip_network("::/0")]
    for host in ("0.0.0.0", "224.0.0.1", "[::]", "[ff02::1]"):  # noqa: S104  # looked for, not listened on
        with pytest.raises(RefusedUrlError):
            outgoing.post(f"https://{host}/", body=b"", headers={})


@pytest.mark.parametrize("text", ["8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808"])
def test_addresses_of_others_are_not_ours(text: str):
    assert not is_inside(ip_address(text))
