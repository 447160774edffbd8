"""R20: no page answers an odd request with an error of its own.

Every page of the route table, with every parameter that it reads or leads to itself with, is asked
with values nobody means well; so are its forms, with every field that they offer or the table has.
Whoever may go there asks, for whole pages and for parts of them by turns.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import QueryDict
from django.test import Client

from tests.cast import Cast
from tests.routes import PAGES, Visit
from tests.visiting import ROLES, address, body, signed_in

pytestmark = pytest.mark.django_db

ODD = (
    "", " ", "\x00", "a\x00b", "'", '"', "\\", "%", "%%s", "%(x)s", "_", "*", "--", ";", "/*",
    "../../etc/passwd", "{{7*7}}", "${x}", "<script>", "\r\nX-Odd: 1", "\u202e", "\ufeff",
    "😀" * 300, "é" * 5000, "١٢٣", "１２", "-0", "-1", "0", "1e999", "NaN", "Infinity", "9" * 400,
    "1_000", "0x10", "2026-02-30", "0001-01-01", "9999-12-31", "2026-W01-1", "[]", "{}", "null",
    "true", "[" * 2000, "1e99999999", "sNaN",
)  # fmt: skip
RAW = ("%FF", "%ED%A0%80", "%", "%zz", "%00", "a[]=1", "&&&=", "=", "a" * 8000)
HEADERS = (  # each is looked at by itself: those of a request do not hide one another
    {
        "Accept-Language": "zz-ZZ;q=nonsense, " + "a" * 300,
        "Referer": "http://[",
        "X-Request-ID": "é" * 300,
        "Range": "bytes=9-1",
    },
    {"HX-Request": "true", "HX-Target": "\udcff".encode("utf-8", "replace").decode()},
    {
        "HX-Request": "true",
        "HX-Current-URL": "http://[",
        "HX-Trigger": "😀",
        "Accept": "application/json",
    },
)
BODIES = (
    ("application/json", b"[" * 100_000),
    ("application/json", b'{"a": 1e999}'),
    ("multipart/form-data", b"no boundary"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\nhalf"),
    ("application/x-www-form-urlencoded", b"%FF=%FF&\x00=\x00&a=%zz"),
    ("application/x-www-form-urlencoded; charset=utf-7", b"name=+ADw-"),
    ("application/x-www-form-urlencoded; charset=nonsense", b"name=a"),
    ("", b"\xff\xfe\x00"),
)
PARTS = 6  # so that all workers take a share of the pages
AT_ONCE = 3  # of the values, one in so many is tried in all parameters of a page together
STEP = 24  # of the values, one in so many is tried in each parameter alone
BODIES_APART = 2  # of the bodies, one in so many is sent to a form
FIELDS_APART = 8  # of the values, one in so many is sent in all fields of a form
SKIPPED = {"metrics", "readyz", "healthz", "sign-out/"}
FULLEST = "branch_manager"  # goes wherever this role may; elsewhere the first one that may
PART = {"HX-Request": "true"}
FORM = "application/x-www-form-urlencoded"


@dataclass
class Place:
    """An address and who goes there; `data` is what the table sends, once for each visit."""

    route: str
    role: str
    data: list[dict[str, str]] = field(default_factory=list)

    def fields(self) -> set[str]:
        """What the table sends there."""
        return {name for data in self.data for name in data}


Browsers = Callable[[str], Client]


@pytest.fixture
def browser_of(cast: Cast, written: None) -> Browsers:
    """The browser of a role; an error of the server comes back as the answer 500."""

    @cache
    def browser(role: str) -> Client:
        client = signed_in(cast, role)
        client.raise_request_exception = False
        return client

    return browser


class Watched(QueryDict):
    """Parameters of a request that note which of them somebody looks at."""

    read: set[str]

    def __getitem__(self, key: str) -> Any:
        self.read.add(key)
        return super().__getitem__(key)

    def getlist(self, key: str, default: Any = None) -> list[Any]:
        """The base reads them without asking for one."""
        self.read.add(key)
        return super().getlist(key, default)

    def __contains__(self, key: object) -> bool:
        self.read.add(str(key))
        return super().__contains__(key)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of the parameters that pages have looked at since it was emptied."""
    names: set[str] = set()
    watched, plain = type("WatchedHere", (Watched,), {"read": names}), WSGIRequest.GET.func

    def parameters(request: WSGIRequest) -> Watched:
        found = watched(mutable=True)
        for name, values in plain(request).lists():
            found.setlist(name, values)
        found._mutable = False
        return found

    monkeypatch.setattr(WSGIRequest.GET, "func", parameters)
    return names


@pytest.mark.parametrize("part", range(PARTS))
def test_no_parameter_of_a_page_can_break_it(
    cast: Cast, browser_of: Browsers, read: set[str], part: int
):
    """Values in all parameters at once, and in each alone, as the turn of page and name comes."""
    broken, asked = [], 0
    pages = _places(cast, "get")
    of_route = Counter(place.route for place in pages.values())
    for turn, (path, place) in list(enumerate(pages.items()))[part::PARTS]:
        client = browser_of(place.role)
        names = sorted(_matters(client, path, read) | place.fields())
        for query in _queries(names, turn, apart=max(AT_ONCE, of_route[place.route])):
            asked += 1
            headers = PART if asked % 2 else {}
            if client.get(f"{path}?{query}", headers=headers).status_code >= 500:
                broken.append(f"{path}?{query[:60]}")
    assert broken == []
    assert asked > 100


def _matters(client: Client, path: str, read: set[str]) -> set[str]:
    """The parameters that the page looks at, whatever is in those that it offers."""
    read.clear()
    offered = _parameters(client, path)
    client.get(path, dict.fromkeys(offered | read, "x"))
    return set(read)


def _queries(names: list[str], turn: int, apart: int) -> list[str]:
    """What is asked of a page with these parameters; pages of one route share the values."""
    if not names:
        return ["&".join(RAW)]
    values = [*map(quote, ODD), *RAW]
    chosen = values[turn % apart :: apart]
    queries = ["&".join(f"{name}={value}" for name in names) for value in chosen]
    for place, name in enumerate(names, turn):
        queries += [f"{name}={value}" for value in values[place % STEP :: STEP]]
    return queries


def test_no_header_can_break_a_page(cast: Cast, browser_of: Browsers):
    broken = [
        (path, headers)
        for path, place in _places(cast, "get").items()
        for headers in HEADERS
        if browser_of(place.role).get(path, headers=headers).status_code >= 500
    ]
    assert broken == []


def test_no_body_can_break_a_form(cast: Cast, browser_of: Browsers):
    broken = []
    for turn, (path, place) in enumerate(_places(cast, "post").items()):
        client = browser_of(place.role)
        for kind, content in BODIES[turn % BODIES_APART :: BODIES_APART]:
            answer = client.generic("POST", path, content, content_type=kind)
            if answer.status_code >= 500:
                broken.append((path, kind, content[:20]))
        fields = _parameters(client, path) | place.fields() or {"person"}
        for number, value in enumerate(ODD[turn % FIELDS_APART :: FIELDS_APART]):
            headers = PART if number % 2 else {}
            for kept in [{}, *filter(None, place.data)]:  # what else is read may hang on it
                data = dict.fromkeys(fields, value) | kept
                if client.post(path, data, headers=headers).status_code >= 500:
                    broken.append((path, kept, value[:20]))
    assert broken == []


def test_nothing_is_asked_with_a_nul(cast: Cast, browser_of: Browsers):
    client = browser_of(FULLEST)
    for page in ("/search/?q=a%00", "/search/?%00=a", "/imports/blank/%00.csv"):
        for headers in ({}, PART):
            assert client.get(page, headers=headers).status_code == 400, page
    notes = f"/customers/{cast.acme.pk}/notes/"
    for typed in ({"text": "a\0b"}, {"a\0b": "text"}):
        assert client.post(notes, typed).status_code == 400
    assert client.post(notes, b"text=%00", content_type=FORM).status_code == 400
    assert Client().post("/sign-in/", {"username": "a\0", "password": "x"}).status_code == 400


def test_every_page_is_gone_to_by_somebody_who_may(cast: Cast):
    pages, forms = _places(cast, "get"), _places(cast, "post")
    assert {place.role for place in pages.values()} >= {FULLEST, "finance", "administrator"}
    assert {place.route for place in [*pages.values(), *forms.values()]} >= set(PAGES) - SKIPPED


@pytest.mark.parametrize("number", ["0", "9" * 18, "9" * 19, "9" * 300])
def test_a_number_no_customer_has_is_not_found(cast: Cast, browser_of: Browsers, number: str):
    client = browser_of(FULLEST)
    for route, visits in PAGES.items():
        if "<int:pk>" in route:
            assert client.get(address(route, visits[0], pk=number)).status_code in {404, 405}, route


def _places(cast: Cast, method: str) -> dict[str, Place]:
    """The address of every page (get), or of everything that takes a form (post)."""
    places: dict[str, Place] = {}
    for route, visits in PAGES.items():
        for visit in visits:
            if visit.method != method or route in SKIPPED or not _is_answered(visit):
                continue
            path = address(route, visit, pk=cast.acme.pk)
            place = places.setdefault(path, Place(route, _who_goes(visit)))
            place.data.append(dict(visit.data))
    return places


def _is_answered(visit: Visit) -> bool:
    return bool(visit.allowed) and visit.answer != 405


def _who_goes(visit: Visit) -> str:
    return next(role for role in (FULLEST, *ROLES) if role in visit.allowed)


def _parameters(client: Client, path: str) -> set[str]:
    """What the page itself lets one ask for; the frame around it asks pages of its own."""
    answer = client.get(path)
    if not answer["Content-Type"].startswith("text/html"):
        return set()
    whole = body(answer).decode()
    html = whole.partition("<main")[2] or whole
    fields = set(re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', html))
    links = re.findall(r'(?:href|hx-get)="([^"]*\?[^"]+)"', html)
    asked = {name for link in links for name, _ in parse_qsl(urlsplit(link).query)}
    return (fields | asked) - {"csrfmiddlewaretoken"}
