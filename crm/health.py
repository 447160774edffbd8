"""For machines that watch: is the process alive, is the product ready, how are the jobs."""

import datetime as dt
import ipaddress
import time
from collections.abc import Callable
from functools import cache
from secrets import compare_digest

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from api.reports.outbox import LATE, outbox
from core.jobs import is_running
from core.models import Version
from core.nights import NIGHTLY, missing_night
from crm import metrics

_STARTED = time.monotonic()
_CATCH_UP_SECONDS = 3600  # a process that has just started gives missed nights time to be made up
_CLOCK_GAP = dt.timedelta(seconds=60)
_REDIS_SECONDS = 2
Part = dict[str, object]


@require_safe
@login_not_required
def healthz(_request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers; touches neither database nor Redis."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@login_not_required
def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when every part works, else 503; the JSON says which part does not."""
    found = parts()
    ready = all(part["ok"] for part in found.values())
    answer = {"status": "ready" if ready else "unavailable", "parts": found}
    return JsonResponse(answer, status=200 if ready else 503)


def parts() -> dict[str, Part]:
    """How each part of the product is, by its name."""
    found = {"database": _checked(_database), "redis": _checked(_redis)}
    if found["database"]["ok"]:
        found |= {"migrations": _checked(_migrations), "nightly": _checked(_nightly)}
        found["outbox"] = _checked(_outbox)
    return found


@require_safe
@login_not_required
def metrics_page(request: HttpRequest) -> HttpResponse:
    """Prometheus text, for this machine itself or whoever knows YIHU_METRICS_TOKEN."""
    if not _may_scrape(request):
        return HttpResponseForbidden("forbidden\n", content_type="text/plain")
    return HttpResponse(metrics.text(timezone.now()), content_type=metrics.CONTENT_TYPE)


def _checked(check: Callable[[], Part]) -> Part:
    """The check's answer; a database or Redis that fails is the answer, named by its error."""
    try:
        return check()
    except (DatabaseError, redis.RedisError, OSError) as error:
        return {"ok": False, "error": type(error).__name__}


def _database() -> Part:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        gap = abs(timezone.now() - cursor.fetchone()[0])
    return {"ok": gap < _CLOCK_GAP, "clock_gap_seconds": round(gap.total_seconds(), 3)}


def _redis() -> Part:
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=_REDIS_SECONDS, socket_connect_timeout=_REDIS_SECONDS
    )
    with client:
        return {"ok": bool(client.ping())}


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    """The migrations of this release."""
    return frozenset(MigrationLoader(None).disk_migrations or {})


def _migrations() -> Part:
    applied = MigrationRecorder(connection).applied_migrations()
    missing = sorted(".".join(name) for name in _known_migrations() - set(applied))
    return {"ok": not missing, "missing": missing}


def _nightly() -> Part:
    """Fails when the morning's figures are missing and nobody is making them."""
    now = timezone.now()
    missing, current = missing_night(now), Version.objects.current()
    catching_up = is_running(NIGHTLY) or time.monotonic() - _STARTED < _CATCH_UP_SECONDS
    published = current.published_at if current else None
    return {
        "ok": missing is None or catching_up,
        "current": current.business_date.isoformat() if current else None,
        "age_hours": round((now - published).total_seconds() / 3600, 2) if published else None,
        "missing": missing.isoformat() if missing else None,
    }


def _outbox() -> Part:
    """Fails when something has been due for a quarter of an hour and nobody has looked at it."""
    found = outbox(timezone.now())
    late = found.is_late and time.monotonic() - _STARTED > LATE.total_seconds()
    seconds = round(found.lag.total_seconds())
    return {"ok": not late, "lag_seconds": seconds, "waiting": found.waiting, "off": found.off}


def _may_scrape(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and compare_digest(given.encode(), token.encode()):
        return True
    behind_proxy = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    address = request.META.get("REMOTE_ADDR", "")
    return not behind_proxy and _is_loopback(address)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:  # a Unix socket has no address
        return False
