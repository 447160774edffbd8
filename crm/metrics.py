"""The job ledger as Prometheus gauges, read from the database at each scrape."""

import datetime as dt

from django.db.models import Count
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, Gauge, generate_latest

from api.reports.outbox import outbox
from core.jobs import is_running
from core.models import JobRun, JobStep, Version
from core.nights import NIGHTLY, missing_night

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4


def text(now: dt.datetime) -> bytes:
    """All gauges in Prometheus' text format."""
    registry = CollectorRegistry()
    _nights(registry, now)
    _runs(registry)
    _steps(registry)
    _outbox(registry, now)
    return generate_latest(registry)


def _nights(registry: CollectorRegistry, now: dt.datetime) -> None:
    missing = Gauge(
        "yihu_nightly_missing", "1 when the morning's figures are missing", registry=registry
    )
    missing.set(missing_night(now) is not None)
    running = Gauge("yihu_nightly_running", "1 while a night is computed", registry=registry)
    running.set(is_running(NIGHTLY))
    current = Version.objects.current()
    if current is None or current.published_at is None:
        return
    age = Gauge("yihu_nightly_age_seconds", "Since the last publication", registry=registry)
    age.set((now - current.published_at).total_seconds())
    day = Gauge(
        "yihu_nightly_days_behind", "Days since the current business date", registry=registry
    )
    day.set((now.date() - current.business_date).days)


def _runs(registry: CollectorRegistry) -> None:
    runs = Gauge("yihu_job_runs", "Dates in the job ledger", ["job", "status"], registry=registry)
    counts = JobRun.objects.order_by().values_list("job", "status").annotate(count=Count("pk"))
    for job, status, count in counts:
        runs.labels(job, status).set(count)


def _steps(registry: CollectorRegistry) -> None:
    seconds = Gauge(
        "yihu_nightly_step_seconds", "Of the current night", ["step"], registry=registry
    )
    rows = Gauge("yihu_nightly_step_rows", "Of the current night", ["step"], registry=registry)
    for step in JobStep.objects.filter(version__is_current=True):
        seconds.labels(step.name).set(step.milliseconds / 1000)
        rows.labels(step.name).set(step.rows)


def _outbox(registry: CollectorRegistry, now: dt.datetime) -> None:
    found = outbox(now)
    lag = Gauge(
        "yihu_outbox_lag_seconds", "How long the longest has been due unsent", registry=registry
    )
    lag.set(found.lag.total_seconds())
    waiting = Gauge("yihu_webhook_messages_waiting", "Also for another try", registry=registry)
    waiting.set(found.waiting)
    off = Gauge("yihu_webhooks_switched_off", "By what they answered", registry=registry)
    off.set(found.off)
