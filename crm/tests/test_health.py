"""What watching machines are told, and what administrators can do with the ledger."""

import datetime as dt
import time
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from api.models import Change
from api.reports.changes import pass_on
from conftest import as_role
from core import nights
from core.models import JobRun, JobStep, Version
from crm import health, metrics
from crm.celery import CatchUp, app
from crm.embedded.lifetime import ensure_redis
from crm.tasks import ensure_nights, judge_credit
from tests.cast import Cast

ONE = dt.timedelta(days=1)
MORNING = dt.datetime(2026, 4, 1, 8, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 3, 31)


@pytest.fixture(autouse=True)
def living_book(monkeypatch: pytest.MonkeyPatch) -> None:
    """A company at work."""
    monkeypatch.setattr(nights, "is_living_book", lambda _day: True)


@pytest.fixture
def redis_runs() -> None:
    ensure_redis()


@pytest.fixture
def night(db: None) -> JobRun:
    """One published night with a step."""
    version = Version.objects.create(
        business_date=DAY, status="published", is_current=True, published_at=MORNING - ONE / 4
    )
    run = JobRun.objects.create(
        job="nightly",
        business_date=DAY,
        status="done",
        version=version,
        started_at=MORNING - ONE / 4,
        finished_at=MORNING,
    )
    JobStep.objects.create(
        run=run,
        version=version,
        position=1,
        name="indicators",
        status="done",
        rows=1234,
        milliseconds=1500,
        started_at=MORNING,
        finished_at=MORNING,
    )
    return run


def missing(monkeypatch: pytest.MonkeyPatch, day: dt.date | None, *, up_seconds: float) -> None:
    """That night is missing, and the process runs for so long."""
    monkeypatch.setattr(health, "missing_night", lambda _now: day)
    monkeypatch.setattr(health, "_STARTED", 0.0)
    monkeypatch.setattr(health, "time", SimpleNamespace(monotonic=lambda: up_seconds))


@pytest.fixture
def no_role_change(settings: Settings) -> None:
    """The tests' own middleware asks the database for a role; here nothing may ask it."""
    settings.MIDDLEWARE = settings.MIDDLEWARE[1:]


def test_the_process_is_alive_without_a_database(client: Client, no_role_change: None):
    """No database mark: a query would fail the test."""
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
class TestReadiness:
    def test_an_empty_start_is_ready(self, client: Client, redis_runs: None):
        answer = client.get("/readyz")
        assert answer.status_code == 200
        parts = answer.json()["parts"]
        assert list(parts) == ["database", "redis", "migrations", "nightly", "outbox"]
        assert all(part["ok"] for part in parts.values())
        assert parts["nightly"] == {"ok": True, "current": None, "age_hours": None, "missing": None}

    def test_it_says_that_the_database_is_gone(
        self,
        client: Client,
        redis_runs: None,
        no_role_change: None,
        monkeypatch: pytest.MonkeyPatch,
    ):
        def fail() -> None:
            raise OperationalError("password of crm_app at 10.0.0.1 refused")

        monkeypatch.setattr(health.connection, "cursor", fail)
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json() == {
            "status": "unavailable",
            "parts": {
                "database": {"ok": False, "error": "OperationalError"},
                "redis": {"ok": True},
            },
        }

    def test_it_says_that_redis_is_gone(self, client: Client, settings: Settings):
        settings.REDIS_URL = "unix:///nowhere/redis.sock"
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["parts"]["redis"] == {"ok": False, "error": "ConnectionError"}
        assert answer.json()["parts"]["database"]["ok"]

    def test_it_says_that_nobody_passes_changes_on(
        self, client: Client, redis_runs: None, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ):
        with as_role("postgres"):
            Change.objects.update(at=timezone.now() - dt.timedelta(minutes=20))
        monkeypatch.setattr(health, "_STARTED", time.monotonic())
        assert client.get("/readyz").status_code == 200  # a worker may have just started
        monkeypatch.setattr(health, "_STARTED", time.monotonic() - 1000)
        part = client.get("/readyz").json()["parts"]["outbox"]
        assert (part["ok"], part["lag_seconds"] // 60) == (False, 20)
        client.force_login(cast.adam)
        assert "for 20 minutes: is a worker running?" in client.get("/").content.decode()
        client.force_login(cast.alice)
        assert "is a worker running?" not in client.get("/").content.decode()
        pass_on()
        assert client.get("/readyz").json()["parts"]["outbox"]["ok"]

    def test_it_says_which_migrations_are_missing(
        self, client: Client, redis_runs: None, monkeypatch: pytest.MonkeyPatch
    ):
        known = frozenset({("core", "0001_history"), ("core", "9999_later")})
        monkeypatch.setattr(health, "_known_migrations", lambda: known)
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["parts"]["migrations"] == {"ok": False, "missing": ["core.9999_later"]}

    def test_a_missing_night_is_told(
        self, client: Client, redis_runs: None, night: JobRun, monkeypatch: pytest.MonkeyPatch
    ):
        missing(monkeypatch, DAY + ONE, up_seconds=7200)
        answer = client.get("/readyz")
        assert answer.status_code == 503
        part = answer.json()["parts"]["nightly"]
        assert (part["ok"], part["current"], part["missing"]) == (False, "2026-03-31", "2026-04-01")
        assert part["age_hours"] > 1

    def test_a_process_that_has_just_started_gives_it_an_hour(
        self, client: Client, redis_runs: None, monkeypatch: pytest.MonkeyPatch
    ):
        missing(monkeypatch, DAY + ONE, up_seconds=60)
        answer = client.get("/readyz")
        assert answer.status_code == 200
        assert answer.json()["parts"]["nightly"]["missing"] == "2026-04-01"


@pytest.mark.django_db
class TestMetrics:
    def test_the_ledger_in_numbers(self, night: JobRun):
        lines = metrics.text(MORNING).decode().splitlines()
        for line in (
            "yihu_nightly_missing 0.0",
            "yihu_nightly_running 0.0",
            "yihu_nightly_age_seconds 21600.0",
            "yihu_nightly_days_behind 1.0",
            'yihu_job_runs{job="nightly",status="done"} 1.0',
            'yihu_nightly_step_seconds{step="indicators"} 1.5',
            'yihu_nightly_step_rows{step="indicators"} 1234.0',
        ):
            assert line in lines

    def test_a_missing_night_is_a_number(self, night: JobRun):
        assert "yihu_nightly_missing 1.0" in metrics.text(MORNING + 2 * ONE).decode()

    def test_this_machine_may_ask(self, client: Client):
        answer = client.get("/metrics")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/plain; version=")

    @pytest.mark.parametrize(
        "caller",
        [
            {"REMOTE_ADDR": "203.0.113.5"},
            {"REMOTE_ADDR": ""},
            {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.5"},
            {"REMOTE_ADDR": "203.0.113.5", "HTTP_AUTHORIZATION": "Bearer "},
            {"REMOTE_ADDR": "203.0.113.5", "HTTP_AUTHORIZATION": "Bearer wrong"},
        ],
    )
    def test_strangers_may_not(self, client: Client, caller: dict[str, str]):
        assert client.get("/metrics", **caller).status_code == 403

    def test_who_knows_the_token_may(self, client: Client, settings: Settings):
        settings.METRICS_TOKEN = "a-long-token"  # noqa: S105  # of the tests
        knows = {"REMOTE_ADDR": "203.0.113.5", "HTTP_AUTHORIZATION": "Bearer a-long-token"}
        assert client.get("/metrics", **knows).status_code == 200
        wrong = {"REMOTE_ADDR": "203.0.113.5", "HTTP_AUTHORIZATION": "Bearer 密码"}
        assert client.get("/metrics", **wrong).status_code == 403


@pytest.mark.django_db
class TestLedgerPages:
    def test_an_administrator_reads_runs_and_steps(self, client: Client, cast: Cast, night: JobRun):
        client.force_login(cast.adam)
        listed = client.get(reverse("admin:core_jobrun_changelist"), {"status__exact": "done"})
        assert b"nightly" in listed.content
        page = client.get(reverse("admin:core_jobrun_change", args=[night.pk]))
        assert b"indicators" in page.content
        assert b"1,234" in page.content
        assert b'name="_save"' not in page.content
        versions = client.get(reverse("admin:core_version_changelist"))
        assert b"31 Mar 2026" in versions.content

    def test_an_administrator_asks_for_a_rerun(self, client: Client, cast: Cast, night: JobRun):
        client.force_login(cast.adam)
        action = {"action": "run_again", "_selected_action": [night.pk]}
        answer = client.post(reverse("admin:core_jobrun_changelist"), action, follow=True)
        assert b"1 run will be done again within a minute." in answer.content
        night.refresh_from_db()
        assert night.requested_by == "adam"
        assert list(JobRun.objects.asked_for()) == [night]

    @pytest.mark.parametrize("person", ["alice", "greta", "ann"])
    def test_nobody_else_sees_the_ledger(
        self, client: Client, cast: Cast, night: JobRun, person: str
    ):
        client.force_login(getattr(cast, person))
        answer = client.get(reverse("admin:core_jobrun_changelist"))
        assert answer.status_code == 403

    @pytest.mark.parametrize("model", ["jobrun", "version"])
    def test_nothing_can_be_added_changed_or_deleted(
        self, client: Client, cast: Cast, night: JobRun, model: str
    ):
        client.force_login(cast.adam)
        row = night.pk if model == "jobrun" else night.version_id
        assert client.get(reverse(f"admin:core_{model}_add")).status_code == 403
        assert client.post(reverse(f"admin:core_{model}_delete", args=[row])).status_code == 403
        page = reverse(f"admin:core_{model}_change", args=[row])
        assert client.post(page, {"status": "failed"}).status_code == 403


def test_the_clock_and_a_starting_worker_look_for_what_was_missed():
    every = {entry["task"]: entry["schedule"] for entry in app.conf.beat_schedule.values()}
    others = {"make_good_uploads", "make_good_merges", "carry_out_handovers", "lapse_red_letters"}
    others |= {"send_mail", "make_good_simulations"}
    assert {every.pop(f"crm.tasks.{task}") for task in others} == {60}
    assert every.pop("crm.tasks.judge_credit") == 0.5
    assert every.pop("crm.tasks.send_webhooks") == 5
    assert every.pop("crm.tasks.write_down_calls") == 15
    assert set(every) == {"crm.tasks.ensure_nights"}
    assert app.conf.beat_schedule["tick"]["schedule"] == 60
    assert CatchUp in app.steps["worker"]


def test_the_clock_of_credit_waits_for_no_other_work():
    """A night or an upload keeps its worker busy for hours: credit has a queue of its own."""
    route = app.amqp.router.route({}, judge_credit.name)
    assert route["queue"].name == "credit"
    assert app.amqp.router.route({}, ensure_nights.name)["queue"].name == "celery"
    assert {queue.routing_key for queue in app.amqp.queues.values()} == {"celery", "credit"}


@pytest.mark.django_db(transaction=True)
def test_the_task_runs_what_is_due():
    ensure_nights()
    done = Version.objects.current()
    call_command("nightly", "--catch-up")
    assert Version.objects.current() == done
