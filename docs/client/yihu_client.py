"""A client of the Yihu API, of the standard library alone: copy it into your system.

    yihu = Client("https://crm.example.cn", key="yihu_...")
    yihu.service("YC0001")["credit"]["terms"]
    for result in yihu.push_waybills(rows): ...
    for cursor, changes in yihu.changes(since=cursor): ...

Whatever fails for a moment (a lost connection, 429, 503) is tried again; a POST carries one
Idempotency-Key through all its tries, so it acts once. What is refused raises Problem, with the
code of the OpenAPI document.
"""

import base64
import hashlib
import hmac
import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

_MOST_CODES = 1_000
_BATCH = 1_000
_AGAIN = {429, 502, 503, 504}
_TOLERANCE = 300  # seconds a webhook may be old


class Problem(Exception):  # noqa: N818  # the API's own word
    """What the API refused: `code` to program against, `errors` by field, `request_id` for us."""

    def __init__(self, status: int, said: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {said.get('code', '')}: {said.get('detail') or said}")
        self.status = status
        self.code: str = said.get("code", "")
        self.errors: list[dict[str, Any]] = said.get("errors", [])
        self.request_id: str = said.get("request_id", "")


class Client:
    """One key of one system."""

    def __init__(
        self,
        address: str,
        key: str,
        *,
        timeout: float = 30,
        tries: int = 6,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        if not address.startswith(("https://", "http://")):
            raise ValueError(address)
        self.address = address.rstrip("/") + "/api/v1/"
        self.key, self.timeout, self.tries, self.wait = key, timeout, tries, wait

    def service(self, code: str) -> dict[str, Any]:
        """How the customer of this code or account number is to be served."""
        found: dict[str, Any] = self.call("GET", f"customers/{_quoted(code)}/service/")
        return found

    def services(self, codes: Iterable[str]) -> dict[str, dict[str, Any]]:
        """The same by code for many; codes of nobody are left out."""
        found: dict[str, dict[str, Any]] = {}
        for some in _portions(dict.fromkeys(codes), _MOST_CODES):
            said = self.call("POST", "customers/service/lookup/", {"codes": some})
            found |= {each["asked"]: each for each in said["results"]}
        return found

    def customers(self, **filters: str) -> Iterator[dict[str, Any]]:
        """All customers that fit, page by page."""
        path = "customers/?" + urllib.parse.urlencode(filters)
        while path:
            page = self.call("GET", path)
            yield from page["results"]
            path = page["next"]

    def push_waybills(
        self, waybills: Iterable[Mapping[str, Any]], *, size: int = _BATCH
    ) -> Iterator[dict[str, Any]]:
        """Send waybills in batches; yields what was said of each. Bad ones stop nobody."""
        for some in _portions(waybills, size):
            yield from self.call("POST", "waybills/batch/", some)["results"]

    def changes(self, since: str = "") -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """What changed after the cursor, some at a time with the cursor behind them; then ends.

        Keep the cursor once you have dealt with its changes, and go on from there later. Begin with
        "latest": it gives the cursor of now; then read all customers once, then follow.
        """
        more = True
        while more:
            page = self.call("GET", "changes/?" + urllib.parse.urlencode({"since": since}))
            since, more = page["cursor"], page["more"]
            yield since, page["results"]

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The answer to any call. Raises Problem, or OSError when nobody answers any try."""
        address = self.address + path.rpartition("/api/v1/")[2]  # the key goes nowhere else
        headers = {"Authorization": f"Bearer {self.key}", "Accept": "application/json"}
        content = None
        if body is not None:
            content = json.dumps(body, ensure_ascii=False, default=str).encode()
            headers["Content-Type"] = "application/json"
        if method == "POST":
            headers["Idempotency-Key"] = uuid.uuid4().hex
        request = urllib.request.Request(  # noqa: S310  (see __init__)
            address, content, headers, method=method
        )
        for number in range(1, self.tries + 1):
            try:
                with urllib.request.urlopen(  # noqa: S310  (see __init__)
                    request, timeout=self.timeout
                ) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                problem, pause = _problem(error), _pause(error, number)
                if number == self.tries or not _is_passing(problem):
                    raise problem from None
            except (OSError, http.client.HTTPException):
                if number == self.tries:
                    raise
                pause = 2.0**number / 4
            self.wait(pause)
        raise ValueError(self.tries)


def verify(secrets: Iterable[str], headers: Mapping[str, str], body: bytes, now: float) -> Any:
    """The event of a webhook; ValueError unless one of our secrets ("whsec_...") has signed it.

    While a secret is replaced, give the new one and the old one. `now` is Unix time.
    """
    said = {name.lower(): value for name, value in headers.items()}
    number, at = said.get("webhook-id", ""), said.get("webhook-timestamp", "")
    if not at.isdigit() or abs(now - int(at)) > _TOLERANCE:
        raise ValueError("the webhook is too old, or its time is none")
    signed = f"{number}.{at}.".encode() + body
    given = [part.removeprefix("v1,") for part in said.get("webhook-signature", "").split()]
    for secret in secrets:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        right = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        if any(hmac.compare_digest(right, each) for each in given):
            return json.loads(body)
    raise ValueError("none of our secrets has signed this")


def _quoted(code: str) -> str:
    return urllib.parse.quote(code, safe="")


def _portions(things: Iterable[Any], size: int) -> Iterator[list[Any]]:
    left = iter(things)
    while some := list(islice(left, size)):
        yield some


def _problem(error: urllib.error.HTTPError) -> Problem:
    try:
        said = json.loads(error.read())
    except ValueError:
        said = {}
    return Problem(error.code, said if isinstance(said, dict) else {})


def _is_passing(problem: Problem) -> bool:
    return problem.status in _AGAIN or problem.code == "in_progress"


def _pause(error: urllib.error.HTTPError, number: int) -> float:
    told = error.headers.get("Retry-After", "")
    return float(told) if told.isdigit() else 2.0**number / 4
