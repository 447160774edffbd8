"""The night: published whole or not at all, in order, again with the same results."""

import datetime as dt
import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import _world
from contracts.models import Credit, CreditState, PlanLine
from contracts.services.credit import keep_credit
from core import nights
from core.jobs import runner
from core.models import History, JobRun, JobStep, Version
from core.rules import BUSINESS_ZONE
from crm import nightly
from crm.night import Night, Step
from crm.nightly import STEPS, NightOrderError, ensure_runs, run
from customers.models import Customer
from drill import _results as results
from engagement.models import Alert
from organization.models import OrgUnit
from segmentation.ruleset import DEFAULT_RULES, AbcRules
from segmentation.services import activate_rules, ask_for_rules, draft_rules, write_draft
from shipments.models import CustomerMonth
from tests.cast import make_customer, make_user

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.date(2026, 3, 31)
ONE = dt.timedelta(days=1)
ONE_OF_EACH_TRANSACTION = ["open", "indicators", "check", "seal", "publish", "alerts"]
MORNING = dt.datetime(2026, 4, 1, 8, 0, tzinfo=BUSINESS_ZONE)  # DAY is due


@pytest.fixture
def company() -> None:
    """Sixty customers with two years of waybills, money and answers."""
    _world.build(_world.Size(DAY, customers=60, waybills=2600, lines=200, responses=40))


def steps_with(name: str, work: Callable[[Night], int]) -> tuple[Step, ...]:
    """The night's steps, one of them done otherwise."""
    assert name in {step.name for step in STEPS}
    return tuple(replace(step, work=work) if step.name == name else step for step in STEPS)


def steps_after(name: str, then: Callable[[], None]) -> tuple[Step, ...]:
    """The night's steps, with something happening once one of them has done its work."""
    (original,) = (step.work for step in STEPS if step.name == name)

    def work(night: Night) -> int:
        rows = original(night)
        then()
        return rows

    return steps_with(name, work)


def break_down(_night: Night) -> int:
    raise ValueError("the disk is full")


class Killed(BaseException):
    """Stands for the process's end: nobody tidies up after it."""


def kill() -> None:
    raise Killed


def current() -> Version:
    version = Version.objects.current()
    assert version is not None
    return version


def everything() -> tuple[object, ...]:
    """All that readers see of the nights."""
    version = current()
    return (
        version.business_date,
        results.of_version(version.pk),
        results.of_customers(),
        results.of_alerts(),
        results.of_credit(),
    )


def moves() -> list[tuple[str, int, dict]]:
    """What the nights changed of customers, by the history."""
    entries = History.objects.filter(actor__startswith="nightly:", table_name="customers_customer")
    return list(entries.order_by("pk").values_list("actor", "customer_id", "changes"))


class TestOneNight:
    def test_figures_tiers_scores_and_alerts_are_there_together(self, company: None):
        report = run(DAY)
        assert report.succeeded
        version = current()
        assert (version.business_date, version.is_replay, version.rule_version) == (DAY, False, 1)
        assert version.figures.count() == version.classifications.count() == 60
        assert version.survey_scores.filter(slice="all", metric="csat").get().n == 40
        tiers = dict(version.classifications.values_list("customer__code", "tier"))
        assert dict(Customer.objects.values_list("code", "tier")) == tiers
        assert Alert.objects.filter(opened_on=DAY).count() > 0

    def test_the_report_says_what_was_done(self, company: None):
        report = run(DAY).as_dict()
        assert list(report) == ["as_of", "status", "steps", "seconds"]
        assert (report["as_of"], report["status"]) == ("2026-03-31", "done")
        names = [step["name"] for step in report["steps"]]
        assert names == [step.name for step in STEPS]
        assert {step["status"] for step in report["steps"]} == {"done"}
        rows = {step["name"]: step["rows"] for step in report["steps"]}
        assert rows["indicators"] == rows["classes"] == rows["check"] == 60

    def test_its_sums_are_locked_in_the_order_of_a_move(self):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT (regexp_match(prosrc, $$_shared\\(hashtext\\('(\\w+)'$$))[1]"
                " FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
                " WHERE tgrelid = 'customers_customer'::regclass AND prosrc LIKE '%_shared(%'"
                " ORDER BY tgname"  # as they fire
            )
            by_moves = [name for (name,) in cursor.fetchall()]
        with CaptureQueriesContext(connection) as captured:
            run(DAY)
        locks = [re.search(r"_lock\(hashtext\('(\w+)'", query["sql"]) for query in captured]
        places = "customers_place"  # which those hold who move customers in several statements
        assert [found[1] for found in locks if found] == [places, *by_moves]
        assert len(by_moves) == 3

    def test_history_says_what_the_night_moved_and_not_what_it_filled_in(self, company: None):
        run(DAY)
        assert moves() == []
        customer = Customer.objects.exclude(tier="large").order_by("code")[0]
        Customer.objects.filter(pk=customer.pk).update(tier="large")
        run(DAY + ONE)
        fell = ("nightly:2026-04-01", customer.pk, {"tier": ["large", customer.tier]})
        others = [changes for *_who, changes in moves() if "tier" not in changes]
        assert [move for move in moves() if "tier" in move[2]] == [fell]
        assert others == [
            {"lifecycle": ["declining", "mature"]}
        ]  # of 12 months that ended a day later

    def test_an_empty_database_has_its_night_too(self):
        assert run(DAY).succeeded
        assert current().figures.count() == 0

    def test_the_same_date_again_changes_nothing_and_says_nothing_twice(self, company: None):
        run(DAY)
        before, first, said = everything(), current(), results.of_history()
        assert run(DAY).succeeded
        assert everything() == before
        assert results.of_history() == said
        first.refresh_from_db()
        assert (first.status, first.is_current) == ("superseded", False)
        assert JobRun.objects.count() == 1

    def test_the_same_date_again_takes_in_what_was_imported_meanwhile(self, company: None):
        run(DAY)
        make_customer("NEW", OrgUnit.objects.get(code="HQ"))
        run(DAY)
        assert current().figures.count() == 61
        assert Customer.objects.get(code="NEW").tier == "small"

    def test_a_customer_made_while_it_runs_is_in_the_next_one(self, company: None):
        def meanwhile() -> None:
            def work() -> None:
                make_customer("NEW", OrgUnit.objects.get(code="HQ"))
                connections.close_all()

            thread = threading.Thread(target=work)
            thread.start()
            thread.join()

        report = run(DAY, steps=steps_after("indicators", meanwhile))
        assert report.succeeded, report.run.error
        assert current().figures.count() == 60
        run(DAY + ONE)
        assert current().figures.count() == 61


class TestOrder:
    def test_an_older_date_is_refused(self, company: None):
        run(DAY)
        with pytest.raises(NightOrderError, match=r"2026-03-30 lies before 2026-03-31.*--replay"):
            run(DAY - ONE)
        assert not JobRun.objects.filter(business_date=DAY - ONE).exists()

    def test_a_replay_changes_history_and_not_what_is_current(self, company: None):
        run(DAY - ONE)
        old = current()
        run(DAY)
        before = everything()
        assert run(DAY - ONE, replay=True).succeeded
        assert everything() == before
        replayed = Version.objects.published_on(DAY - ONE)
        assert (replayed.is_replay, replayed.pk > old.pk) == (True, True)
        assert results.of_version(replayed.pk) == results.of_version(old.pk)

    def test_a_replay_of_the_current_date_is_an_ordinary_run(self, company: None):
        run(DAY)
        run(DAY, replay=True)
        assert not current().is_replay

    def test_a_later_date_leaves_the_earlier_one_published(self, company: None):
        run(DAY)
        first = current()
        run(DAY + ONE)
        assert current().business_date == DAY + ONE
        assert Version.objects.published_on(DAY) == first

    def test_a_broken_off_date_is_given_up_when_a_later_one_is_run(self, company: None):
        with pytest.raises(Killed):
            run(DAY, steps=steps_after("seal", kill))
        run(DAY + ONE)
        left = JobRun.objects.get(business_date=DAY)
        assert (left.status, left.version.status) == ("failed", "failed")
        assert ensure_runs(MORNING + ONE) == []


class TestFailure:
    def test_yesterday_stands_and_the_ledger_says_why(self, company: None):
        run(DAY)
        before = everything()
        report = run(DAY + ONE, steps=steps_with("alerts", break_down))
        assert not report.succeeded
        assert everything() == before
        failed = JobRun.objects.get(business_date=DAY + ONE)
        assert (failed.status, failed.error) == ("failed", "alerts: the disk is full")
        assert failed.version.status == "failed"
        step = JobStep.objects.get(status="failed")
        assert (step.name, step.error) == ("alerts", "the disk is full")

    @pytest.mark.parametrize("name", ONE_OF_EACH_TRANSACTION)
    def test_whichever_step_fails_the_next_try_gives_the_same(self, company: None, name: str):
        assert not run(DAY, steps=steps_with(name, break_down)).succeeded
        assert Version.objects.current() is None
        assert not Customer.objects.exclude(tier="").exists()
        assert not Alert.objects.exists()
        assert run(DAY).succeeded
        after_failure = everything()
        run(DAY)
        assert everything() == after_failure

    def test_too_many_moves_are_not_published_unless_somebody_accepts_them(self, company: None):
        run(DAY)
        Customer.objects.filter(code__gt="C00000010").update(tier="potential")  # one is a prospect
        report = run(DAY + ONE)
        assert not report.succeeded
        assert report.run.error.startswith("check: 49 of 60 customers would change tier")
        assert current().business_date == DAY
        assert run(DAY + ONE, accept_moves=True).succeeded
        assert current().business_date == DAY + ONE

    def test_a_few_moves_are_always_published(self, company: None):
        run(DAY)
        Customer.objects.filter(code__lte="C00000020").update(tier="potential")
        assert run(DAY + ONE).succeeded

    def test_the_first_night_with_new_rules_may_move_everybody(self, company: None):
        run(DAY)
        Customer.objects.update(tier="potential")
        activate_rules(draft_rules(replace(DEFAULT_RULES, abc=AbcRules(a=Decimal("0.70")))))
        assert run(DAY + ONE).succeeded
        assert current().rule_version == 2

    def test_rules_with_a_day_begin_with_its_night_and_a_replay_keeps_those_of_then(
        self, company: None
    ):
        today = timezone.localdate()
        run(DAY)
        author, other = (make_user(name, "administrator", None) for name in ("gil", "gus"))
        rules = replace(DEFAULT_RULES, abc=AbcRules(a=Decimal("0.70")))
        asked = ask_for_rules(write_draft(rules, note="n", actor=author), actor=author)
        activate_rules(asked, actor=other, starts_on=today)
        for day, version in ((DAY + ONE, 1), (today, 2)):
            assert run(day).succeeded
            assert current().rule_version == version
        assert run(DAY + ONE, replay=True).succeeded
        assert Version.objects.published_on(DAY + ONE).rule_version == 1

    def test_figures_that_miss_a_customer_are_not_published(self, company: None):
        report = run(DAY, steps=steps_with("indicators", lambda _night: 0))
        assert report.run.error.startswith("check: There are 60 customers, but 0 of them")


class TestResumption:
    @pytest.mark.parametrize("name", ONE_OF_EACH_TRANSACTION)
    def test_killed_in_any_step_and_run_again_gives_the_same(self, company: None, name: str):
        with pytest.raises(Killed):
            run(DAY, steps=steps_after(name, kill))
        assert Version.objects.current() is None
        assert run(DAY).succeeded
        after_kill = everything()
        run(DAY)
        assert everything() == after_kill

    def test_what_was_committed_is_not_computed_again(self, company: None):
        with pytest.raises(Killed):
            run(DAY, steps=steps_after("seal", kill))
        report = run(DAY, steps=steps_with("indicators", break_down))
        assert report.succeeded
        assert Version.objects.count() == 1

    def test_killed_behind_its_publication_it_goes_on_and_publishes_nothing_twice(
        self, company: None
    ):
        with pytest.raises(Killed):
            run(DAY, steps=steps_after("pool", kill))
        published = current()
        assert run(DAY, steps=steps_with("indicators", break_down)).succeeded
        assert Version.objects.get() == published
        names = JobStep.objects.order_by("position").values_list("name", flat=True)
        assert list(names) == [step.name for step in STEPS]

    def test_killed_before_the_states_of_credit_the_next_try_judges_them(self, company: None):
        """Published is published whole: until then the states of before count."""
        run(DAY - ONE)
        before = results.of_credit()
        with pytest.raises(Killed):
            run(DAY, steps=steps_with("credit_states", lambda _night: kill()))
        published = current()
        assert published.business_date == DAY
        assert results.of_credit() == before
        assert run(DAY).succeeded
        assert current() == published
        night = Credit.objects.filter(version=published)
        same = ("customer_id", "currency", "state", "shown", "exposure")
        assert results.of_credit() != before
        assert night.exclude(shown="clear").exists()
        assert set(night.values_list(*same)) <= set(CreditState.objects.values_list(*same))

    def test_new_rules_meanwhile_start_it_anew(self, company: None):
        with pytest.raises(Killed):
            run(DAY, steps=steps_after("seal", kill))
        activate_rules(draft_rules(replace(DEFAULT_RULES, abc=AbcRules(a=Decimal("0.70")))))
        run(DAY)
        assert current().rule_version == 2
        assert Version.objects.get(rule_version=1).status == "failed"


class TestReceiptsMeanwhile:
    def test_a_receipt_that_holds_a_line_is_waited_for_and_waits_for_nothing(self, company: None):
        """Both lock the line and then the customer's credit."""
        line = PlanLine.objects.filter(state="open", paid=0, due_on__lt=DAY).earliest("due_on")
        keep_credit([line.customer_id], cause="facts")
        holds, ended = threading.Event(), []

        def receive() -> None:
            try:
                with transaction.atomic():
                    PlanLine.objects.select_for_update(no_key=True).get(pk=line.pk)
                    holds.set()
                    wait_until_somebody_waits()
                    keep_credit([line.customer_id], cause="receipt")
                ended.append("judged")
            except BaseException as error:
                ended.append(repr(error))
            finally:
                holds.set()
                connections.close_all()

        receipt = threading.Thread(target=receive)
        receipt.start()
        holds.wait(30)
        report = run(DAY)
        receipt.join(60)
        assert ended == ["judged"]
        assert report.succeeded, report.run.error


def wait_until_somebody_waits() -> None:
    """Until a transaction waits for a lock."""
    for _try in range(600):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid)"
                " WHERE NOT granted AND datname = current_database())"
            )
            if cursor.fetchone() == (True,):
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")


class TestCatchUp:
    def test_three_missed_nights_are_made_up_in_order(self, company: None):
        run(DAY)
        reports = ensure_runs(MORNING + 3 * ONE)
        assert [report.run.business_date for report in reports] == [
            DAY + n * ONE for n in range(1, 4)
        ]
        assert Version.objects.published_dates() == [DAY + n * ONE for n in range(3, -1, -1)]
        assert ensure_runs(MORNING + 3 * ONE) == []

    def test_it_ends_at_the_first_failure(self, company: None):
        run(DAY)
        (report,) = ensure_runs(MORNING + 3 * ONE, steps=steps_with("seal", break_down))
        assert report.run.business_date == DAY + ONE
        assert current().business_date == DAY

    def test_it_goes_away_while_somebody_else_is_at_it(self, company: None):
        with runner("nightly"):
            assert ensure_runs(MORNING) == []
        assert not JobRun.objects.exists()

    def test_two_starters_at_once_make_one_run(self, company: None):
        barrier = threading.Barrier(2)
        reports = []

        def start() -> None:
            barrier.wait()
            reports.extend(ensure_runs(MORNING))
            connections.close_all()

        starters = [threading.Thread(target=start) for _ in range(2)]
        for starter in starters:
            starter.start()
        for starter in starters:
            starter.join()
        assert len(reports) == 1
        assert Version.objects.count() == 1

    def test_a_killed_replay_is_taken_up_as_a_replay(self, company: None):
        run(DAY - ONE)
        run(DAY)
        with pytest.raises(Killed):
            run(DAY - ONE, replay=True, steps=steps_after("seal", kill))
        (report,) = ensure_runs(MORNING)
        assert (report.run.is_replay, report.run.status) == (True, "done")
        assert current().business_date == DAY

    def test_what_a_person_asked_for_is_done_again(self, company: None):
        run(DAY - ONE)
        run(DAY)
        JobRun.objects.update(requested_at=timezone.now(), requested_by="adam")
        reports = ensure_runs(MORNING)
        assert [(r.run.business_date, r.run.is_replay) for r in reports] == [
            (DAY - ONE, True),
            (DAY, False),
        ]
        assert ensure_runs(MORNING) == []


class TestRetention:
    def partitions(self) -> set[int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT substring(relname from '_v(\\d+)$')::int FROM pg_class"
                " WHERE relkind = 'r' AND relname LIKE 'segmentation\\_figures\\_v%'"
            )
            return {number for (number,) in cursor.fetchall()}

    @override_settings(NIGHTLY_KEEP_DAYS=2)
    def test_old_nights_go_and_month_ends_stay(self):
        for number in range(5):
            run(DAY + number * ONE)
        run(DAY + 5 * ONE)
        kept = [DAY + 5 * ONE, DAY + 4 * ONE, DAY + 3 * ONE, DAY + 2 * ONE, DAY]
        assert Version.objects.published_dates() == kept
        assert Version.objects.get(business_date=DAY + ONE).status == "dropped"
        published = set(Version.objects.filter(status="published").values_list("pk", flat=True))
        assert self.partitions() >= published
        assert not self.partitions() & set(
            Version.objects.filter(status="dropped").values_list("pk", flat=True)
        )

    def test_what_a_page_may_just_be_reading_stays_for_one_more_night(self):
        run(DAY)
        first = current().pk
        run(DAY)
        assert Version.objects.get(pk=first).status == "superseded"
        assert first in self.partitions()
        run(DAY)
        assert Version.objects.get(pk=first).status == "dropped"
        assert first not in self.partitions()

    def test_a_long_reader_is_not_disturbed(self, company: None):
        run(DAY)
        first = current()
        run(DAY)
        reading, may_end = threading.Event(), threading.Event()
        seen = []

        def read() -> None:
            with connection.cursor() as cursor:
                cursor.execute("BEGIN")
                seen.append(first.figures.count())
                reading.set()
                may_end.wait(20)
                seen.append(first.figures.count())
                cursor.execute("ROLLBACK")
            connections.close_all()

        reader = threading.Thread(target=read)
        reader.start()
        reading.wait(10)
        assert run(DAY + ONE).succeeded
        may_end.set()
        reader.join()
        assert seen == [60, 60]
        first.refresh_from_db()
        assert first.status == "superseded"


class TestCommand:
    def nightly(self, *arguments: str) -> tuple[list[str], str]:
        out, err = StringIO(), StringIO()
        call_command("nightly", *arguments, stdout=out, stderr=err)
        return out.getvalue().splitlines(), err.getvalue()

    def test_a_line_a_step_and_the_report_last(self, company: None):
        lines, _messages = self.nightly("--as-of", "2026-03-31")
        assert [line.split()[0] for line in lines[:-1]] == [step.name for step in STEPS]
        report = json.loads(lines[-1])
        assert (report["as_of"], report["status"]) == ("2026-03-31", "done")
        assert len(report["steps"]) == len(STEPS)

    def test_yesterday_is_the_default(self):
        lines, _messages = self.nightly()
        yesterday = timezone.localdate() - ONE
        assert json.loads(lines[-1])["as_of"] == yesterday.isoformat()

    def test_catching_up_when_nothing_is_due(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(nights, "is_living_book", lambda _day: True)
        self.nightly("--catch-up")
        assert current().business_date <= timezone.localdate() - ONE
        lines, messages = self.nightly("--catch-up")
        assert (lines, messages.strip()) == ([], "No night is due.")

    def test_rebuilt_from_the_waybills_when_the_rollups_were_lost(self, company: None):
        self.nightly("--as-of", "2026-03-31")
        before = everything()
        CustomerMonth.objects.all().delete()
        self.nightly("--as-of", "2026-03-31", "--rebuild", "--accept-moves")
        assert everything() == before
        CustomerMonth.objects.all().delete()
        self.nightly("--as-of", "2026-03-31", "--accept-moves")  # without: nobody shipped much
        assert everything() != before

    def test_an_older_date_needs_the_option(self):
        self.nightly("--as-of", "2026-03-31")
        with pytest.raises(CommandError, match="--replay"):
            self.nightly("--as-of", "2026-03-30")
        lines, _messages = self.nightly("--as-of", "2026-03-30", "--replay")
        assert json.loads(lines[-1])["status"] == "done"

    def test_a_failure_is_reported_and_ends_with_an_error(
        self, monkeypatch: pytest.MonkeyPatch, company: None
    ):
        ordinary = nightly.run
        monkeypatch.setattr(
            nightly,
            "run",
            lambda day, **options: ordinary(day, **options, steps=steps_with("seal", break_down)),
        )
        out = StringIO()
        with pytest.raises(CommandError, match="seal: the disk is full") as error:
            call_command("nightly", "--as-of", "2026-03-31", stdout=out)
        assert error.value.returncode == 1
        report = json.loads(out.getvalue().splitlines()[-1])
        assert report["status"] == "failed"
        assert report["steps"][-1]["status"] == "failed"
