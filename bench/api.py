"""The service look-up over HTTP, held against an empty answer to the same key (S7)."""

import http.client
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import quantiles
from typing import Any

from django.db import connection

from api.models import Scope
from api.services.keys import create_key
from bench import _world
from bench.nightly import NIGHT, superuser
from core.context import acting
from crm.embedded import lifetime
from crm.processes import BASE_DIR
from crm.roles import APP
from customers.models import Customer
from organization.models import OrgUnit

CUSTOMERS = 1_000_000  # at scale 1
CALLS = 4_000
CALLERS = 4
PORT = 8399
RATE_GOAL, P99_GOAL, BULK_GOAL = 0.4, 8.0, 0.1
MANY = 1_000
READY_SECONDS = 60


@dataclass(frozen=True)
class Measured:
    """Calls a second, and milliseconds of single calls."""

    rate: float
    p50: float
    p99: float


def main(scale: float) -> Iterator[dict[str, object]]:
    """Yield the empty answer, the look-up of one code held against it, and a thousand at once."""
    codes = build(scale)
    with acting(actor="bench"):
        home = OrgUnit.objects.get(code="B1")
        _key, text = create_key(
            "bench", scopes=[Scope.SERVICE_READ], unit=home, per_minute=1_000_000
        )
    headers = {"Authorization": f"Bearer {text}"}
    chance = random.Random(7)  # noqa: S311  (which customers are asked for)
    asked = [f"/api/v1/customers/{code}/service/" for code in chance.choices(codes, k=CALLS)]
    with server():
        for path in asked[:200]:  # connections and caches are warm
            call(http.client.HTTPConnection("127.0.0.1", PORT), "GET", path, None, headers)
        empty = measure(["/api/v1/empty/"] * CALLS, headers)
        one = measure(asked, headers)
        yield {"name": "api: empty answer", "per_s": empty.rate, "p50_ms": empty.p50}
        yield {
            "name": "api: service look-up, calls a second",
            "customers": int(CUSTOMERS * scale),
            "per_s": one.rate,
            "p50_ms": one.p50,
            "limit": empty.rate,
            "ratio": round(one.rate / empty.rate, 2),
            "goal": RATE_GOAL,
        }
        yield {
            "name": "api: service look-up, slowest of a hundred",
            "p99_ms": one.p99,
            "limit": empty.p99,
            "ratio": round(one.p99 / empty.p99, 2),
            "goal": P99_GOAL,
        }
        yield bulk(codes, one, headers)


def build(scale: float) -> list[str]:
    """Customers of a company; returns the codes of those of one branch."""
    size = _world.Size(
        until=NIGHT,
        customers=int(CUSTOMERS * scale),
        waybills=1_000,
        lines=1_000,
        responses=100,
        months=2,
    )
    with superuser():
        with _world.without_triggers():
            _world.build(size)
        for level in OrgUnit.Level.values:  # the trigger writes the paths it was kept from
            OrgUnit.objects.filter(level=level).update(path="")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    found = Customer.objects.filter(org_unit__code__startswith="B1").order_by("code")
    return list(found.values_list("code", flat=True)[: MANY * 20])


@contextmanager
def server() -> Iterator[None]:
    """One worker of the web server, as `script/server` starts it."""
    lifetime.ensure_redis()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"]
    command += ["--host", "127.0.0.1", "--port", str(PORT), "--workers", "1"]
    command += ["--blocking-threads", "4", "bench._api_server:application"]
    environment = {**os.environ, "YIHU_DB_ROLE": APP, "YIHU_LOG_LEVEL": "ERROR"}
    process = subprocess.Popen(command, cwd=BASE_DIR, env=environment, stdout=sys.stderr)
    try:
        wait_until_ready()
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_until_ready() -> None:
    """RuntimeError when the server does not answer within a minute."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            call(http.client.HTTPConnection("127.0.0.1", PORT), "GET", "/healthz", None, {})
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("the server does not answer")


def call(
    line: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes | None,
    headers: dict[str, str],
) -> bytes:
    """The body of the answer; RuntimeError for any but 200."""
    line.request(method, path, body, headers)
    answer = line.getresponse()
    content = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status} {content[:200]!r}")
    return content


def measure(paths: list[str], headers: dict[str, str]) -> Measured:
    """Ask for all paths on some lines at a time that stay open."""

    def ask(mine: list[str]) -> list[float]:
        line = http.client.HTTPConnection("127.0.0.1", PORT)
        times = []
        for path in mine:
            begun = time.perf_counter()
            call(line, "GET", path, None, headers)
            times.append((time.perf_counter() - begun) * 1000)
        return times

    begun = time.perf_counter()
    with ThreadPoolExecutor(CALLERS) as pool:
        parts = pool.map(ask, [paths[number::CALLERS] for number in range(CALLERS)])
        times = [one for part in parts for one in part]
    seconds = time.perf_counter() - begun
    cuts = quantiles(times, n=100)
    return Measured(round(len(paths) / seconds), round(cuts[49], 2), round(cuts[98], 2))


def bulk(codes: list[str], one: Measured, headers: dict[str, str]) -> dict[str, Any]:
    """A thousand codes in one call, against as many calls at the rate measured."""
    body = json.dumps({"codes": codes[:MANY]}).encode()
    line = http.client.HTTPConnection("127.0.0.1", PORT)
    said = {**headers, "Content-Type": "application/json"}
    times = []
    for _round in range(5):
        begun = time.perf_counter()
        found = json.loads(call(line, "POST", "/api/v1/customers/service/lookup/", body, said))
        times.append(time.perf_counter() - begun)
    if len(found["results"]) != min(MANY, len(codes)):
        raise RuntimeError(f"{len(found['results'])} of {MANY} codes found")
    seconds, limit = sorted(times)[2], MANY / one.rate
    return {
        "name": "api: a thousand codes in one call",
        "seconds": round(seconds, 4),
        "limit": round(limit, 3),
        "ratio": round(seconds / limit, 3),
        "goal": BULK_GOAL,
    }
