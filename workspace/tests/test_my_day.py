"""My day: what waits for whom in which order, what one does with it, how one's customers stand."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contracts.jobs import write_ageing, write_ageing_summary
from contracts.models import PlanLine
from core.models import History, JobRun, Version
from customers.models import Customer
from engagement.models import Alert
from engagement.reports import open_alert_count
from segmentation.jobs import write_moves, write_portfolios
from segmentation.tests.make import night, owe, pay, publish, ship
from surveys.models import Answer, Response, Survey
from tests.cast import Cast, make_customer
from tests.pages import client_of
from workspace.my_day.queue import KINDS

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def page(person, path: str = "/") -> str:
    response = client_of(person).get(path)
    assert response.status_code == 200
    return response.content.decode()


def in_days(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days)


_PARAMS = {
    "payment_due": {"stage": 1, "days": 1},
    "volume_drop": {"now": 60_000, "base": 100_000, "basis": "year"},
    "low_score": {"role": "decider", "answers": {"nps": 3}, "survey": "S"},
}


def alert(customer: Customer, kind: str = "payment_due", urgency: int = 1, **facts) -> Alert:
    number = Alert.objects.count() + 1
    facts = {
        "key": f"{kind}:{number}",
        "subject": f"S-{number}",
        "severity": "medium",
        "opened_on": in_days(-1),
        "amount": None if kind == "low_score" else Decimal("40000.00"),
        "currency": "CNY",
        "params": _PARAMS[kind],
    } | facts
    return Alert.objects.create(customer=customer, kind=kind, urgency=urgency, **facts)


def names(html: str) -> list[str]:
    """The customers of the queue, from the top."""
    return re.findall(r'<a class="qn trunc"[^>]*>([^<]*)</a>', html)


def row(html: str, name: str) -> str:
    """The words of a customer's row."""
    found = next(part for part in html.split('<li class="wq"') if f">{name}</a>" in part)
    return " ".join(re.sub(r"<[^>]+>", " ", found.split("</li>")[0]).split())


class TestQueue:
    @pytest.mark.parametrize(
        ("person", "seen"),
        [
            ("alice", {"Customer ACME"}),
            ("wendy", {"Customer WOLF"}),
            ("olga", {"Customer ACME", "Customer BOLT"}),
            ("bruno", {"Customer ACME", "Customer BOLT"}),
            ("greta", {"Customer ACME", "Customer BOLT", "Customer WOLF"}),
            ("ann", {"Customer ACME", "Customer BOLT"}),
        ],
    )
    def test_everybody_has_the_alerts_of_their_own_customers(self, cast: Cast, person, seen):
        for customer in (cast.acme, cast.bolt, cast.wolf):
            alert(customer)
        found = page(getattr(cast, person))
        assert set(names(found)) == seen
        assert f"{len(seen)} thing" in found
        assert open_alert_count(getattr(cast, person), timezone.localdate(), tuple(KINDS)) == len(
            seen
        )

    def test_what_matters_most_comes_first_in_each_group(self, cast: Cast):
        for number, (kind, urgency) in enumerate(
            [("low_score", 9), ("payment_due", 5), ("payment_due", 7), ("volume_drop", 8)]
        ):
            alert(make_customer(f"C{number}", cast.east_outlet, cast.alice), kind, urgency)
        assert names(page(cast.alice)) == [
            "Customer C2", "Customer C1", "Customer C3", "Customer C0",
        ]  # fmt: skip

    def test_a_kind_is_shown_alone_page_by_page(self, cast: Cast):
        for number in range(53):
            alert(make_customer(f"C{number:02}", cast.east_outlet, cast.alice), urgency=number)
        alert(cast.acme, "low_score")
        whole = page(cast.alice)
        assert len(names(whole)) == 8 + 1
        assert "54 things to do" in whole
        first = page(cast.alice, "/?kind=payment_due")
        assert names(first)[0] == "Customer C52"
        assert len(names(first)) == 50
        following = re.search(r'hx-get="(/today/queue/\?[^"]*after=[^"]*)"', first)
        assert following
        more = client_of(cast.alice).get(following[1].replace("&amp;", "&"), headers=HTMX)
        assert names(more.content.decode()) == ["Customer C02", "Customer C01", "Customer C00"]
        assert "<html" not in more.content.decode()

    def test_an_address_with_nonsense_shows_everything(self, cast: Cast):
        alert(cast.acme)
        for query in ("?kind=x", "?unit=x", "?unit=99999999999999999999", "?unit=١"):
            assert names(page(cast.alice, f"/{query}")) == ["Customer ACME"]
            assert names(page(cast.bruno, f"/{query}")) == ["Customer ACME"]

    def test_finance_has_payments_and_service_has_people(self, cast: Cast):
        alert(cast.acme, "payment_due")
        alert(cast.bolt, "low_score")
        assert names(page(cast.fiona)) == ["Customer ACME"]
        assert names(page(cast.sam)) == ["Customer BOLT"]
        assert names(page(cast.sam, "/?kind=payment_due")) == ["Customer BOLT"]

    def test_each_role_has_its_own_verb_for_a_payment(self, cast: Cast):
        line = owe(cast.acme, 40_000, "2026-01-01", "2026-02-01")
        alert(cast.acme, subject=line.line_no, due_on=in_days(-1))
        for person, verb, url in (
            (cast.alice, "Chase", f"/receivables/{cast.acme.pk}/remind/"),
            (cast.fiona, "Settle", f"/receipts/new/?customer=ACME&amp;line={line.line_no}"),
            (cast.ann, "Chase", f"/customers/{cast.acme.pk}/receivables/"),
        ):
            html = page(person)
            assert row(html, "Customer ACME").endswith(verb)
            assert f'href="{url}"' in html
            assert client_of(person).get(url.replace("&amp;", "&")).status_code == 200

    def test_heads_see_whose_customer_it_is(self, cast: Cast):
        alert(cast.acme)
        assert "Alice" in row(page(cast.olga), "Customer ACME")
        assert "Alice" not in row(page(cast.alice), "Customer ACME")

    def test_a_payment_tells_what_is_open_now_and_how_late_it_is(self, cast: Cast):
        line = owe(cast.acme, 40_000, "2026-01-01", "2026-02-01", invoice_no="FP-7")
        pay(line, 15_000, "2026-02-02")
        PlanLine.objects.filter(pk=line.pk).update(disputed=True)
        alert(cast.acme, subject=line.line_no, due_on=in_days(-12))
        words = row(page(cast.alice), "Customer ACME")
        assert "¥25k" in words
        assert "Invoice FP-7 · ¥15,000.00 paid of it · disputed" in words
        assert "12 days late" in words
        assert words.endswith("Chase")

    def test_a_bill_that_has_not_matured_is_no_money_yet(self, cast: Cast):
        line = owe(cast.acme, 40_000, "2026-01-01", "2026-02-01")
        pay(line, 40_000, str(in_days(30)))
        alert(cast.acme, subject=line.line_no, due_on=in_days(-12))
        words = row(page(cast.alice), "Customer ACME")
        assert "¥40k" in words
        assert "¥40,000.00 in bills that have not matured" in words

    @pytest.mark.parametrize(
        ("days", "words"),
        [(0, "Today"), (1, "in 1 day"), (3, "in 3 days"), (-1, "1 day late")],
    )
    def test_how_near_it_is(self, cast: Cast, days, words):
        alert(cast.acme, due_on=in_days(days))
        found = page(cast.alice)
        assert words in row(found, "Customer ACME")
        assert ("1 due today" in found) is (days == 0)

    def test_a_low_score_tells_who_said_what(self, cast: Cast):
        survey = Survey.objects.create(code="S", name="S")
        response = Response.objects.create(
            response_no="R-1", survey=survey, customer=cast.acme, answered_at=timezone.now()
        )
        Answer.objects.create(
            response=response, customer=cast.acme, question="comment", text="late <again>"
        )
        alert(cast.acme, "low_score", subject="R-1", due_on=in_days(1))
        words = row(page(cast.alice), "Customer ACME")
        assert "Decider: NPS 3 “late &lt;again&gt;”" in words
        assert words.endswith("Call back")

    def test_a_fading_customer_tells_the_money_lost(self, cast: Cast):
        alert(cast.acme, "volume_drop")
        words = row(page(cast.alice), "Customer ACME")
        assert "−¥40k" in words
        assert "3 months −40.0% against a year ago" in words

    def test_what_was_seen_or_put_off_waits_no_more_until_its_day(self, cast: Cast):
        today = timezone.localdate()
        alert(cast.acme, status="acknowledged", acknowledged_on=today)
        late = alert(cast.acme, status="snoozed", snoozed_on=in_days(-3), snoozed_until=in_days(1))
        assert names(page(cast.alice)) == []
        assert "Nothing waits" in page(cast.alice)
        assert open_alert_count(cast.alice, today, tuple(KINDS)) == 0
        Alert.objects.filter(pk=late.pk).update(snoozed_until=today)
        assert names(page(cast.alice)) == ["Customer ACME"]


class TestActs:
    def test_done_leaves_the_queue_and_can_be_taken_back(self, cast: Cast):
        found = alert(cast.acme)
        client = client_of(cast.alice)
        response = client.post(f"/alerts/{found.pk}/done/", headers=HTMX)
        assert response.status_code == 200
        assert f'action="/alerts/{found.pk}/undo/"' in response.content.decode()
        assert "alerts-changed" in response.headers["HX-Trigger"]
        found.refresh_from_db()
        assert (found.status, found.acknowledged_on) == ("acknowledged", timezone.localdate())
        entry = History.objects.get(table_name="engagement_alert", row_id=str(found.pk))
        assert (entry.actor_id, entry.customer_id) == (cast.alice.pk, cast.acme.pk)
        assert entry.changes["status"] == ["open", "acknowledged"]
        client.post(f"/alerts/{found.pk}/undo/", headers=HTMX)
        found.refresh_from_db()
        assert (found.status, found.acknowledged_on) == ("open", None)
        assert names(page(cast.alice)) == ["Customer ACME"]

    def test_without_script_one_comes_back_to_the_page(self, cast: Cast):
        found = alert(cast.acme)
        response = client_of(cast.alice).post(f"/alerts/{found.pk}/done/", follow=True)
        assert response.redirect_chain == [("/", 302)]
        assert f"/alerts/{found.pk}/undo/" in response.content.decode()

    def test_putting_off_needs_a_day_and_a_reason(self, cast: Cast):
        found = alert(cast.acme)
        client, path = client_of(cast.alice), f"/alerts/{found.pk}/snooze/"
        assert client.get(path).status_code == 200
        assert "<html" not in client.get(path, headers=HTMX).content.decode()
        for until, reason in (
            (in_days(3), " "),
            (in_days(0), "promised"),
            (in_days(93), "promised"),
            ("x", "promised"),
        ):
            response = client.post(path, {"until": until, "reason": reason}, headers=HTMX)
            assert response.status_code == 422, (until, reason)
        response = client.post(path, {"until": in_days(92), "reason": "promised"}, headers=HTMX)
        assert response.status_code == 200
        found.refresh_from_db()
        assert (found.status, found.snoozed_on, found.snoozed_until, found.snooze_reason) == (
            "snoozed", timezone.localdate(), in_days(92), "promised",
        )  # fmt: skip
        entry = History.objects.filter(table_name="engagement_alert").latest("pk")
        assert entry.changes["snooze_reason"] == ["", "promised"]

    @pytest.mark.parametrize("act", ["done", "undo", "snooze"])
    def test_another_branchs_alert_is_not_there(self, cast: Cast, act):
        found = alert(cast.wolf)
        data = {"until": in_days(3), "reason": "r"}
        for person in (cast.alice, cast.bruno, cast.fiona):
            response = client_of(person).post(f"/alerts/{found.pk}/{act}/", data)
            absent = client_of(person).post(f"/alerts/0/{act}/", data)
            assert response.status_code == absent.status_code == 404
        found.refresh_from_db()
        assert found.status == "open"

    def test_an_analyst_looks_and_does_not_touch(self, cast: Cast):
        found = alert(cast.acme)
        assert "/done/" not in page(cast.ann)
        assert client_of(cast.ann).post(f"/alerts/{found.pk}/done/").status_code == 403

    @pytest.mark.parametrize("act", ["done", "undo", "snooze"])
    def test_what_is_settled_meanwhile_stays_settled(self, cast: Cast, act):
        found = alert(cast.acme, status="closed", closed_on=in_days(0), closing_reason="paid")
        data = {"until": in_days(3), "reason": "r"}
        response = client_of(cast.alice).post(f"/alerts/{found.pk}/{act}/", data, headers=HTMX)
        assert response.status_code == 422
        assert "This is settled already: Paid." in response.content.decode()
        found.refresh_from_db()
        assert (found.status, found.closing_reason) == ("closed", "paid")


DAY = dt.date(2026, 3, 20)


def published(day: dt.date = DAY) -> int:
    Version.objects.filter(is_current=True).update(is_current=False)
    version = night(day)
    write_ageing(day, version)
    write_moves(day, version)
    publish(version)
    write_portfolios(version)
    write_ageing_summary(version)
    return version


def figure(html: str, label: str) -> str:
    """What a key figure says, with what stands under it."""
    found = re.search(rf"<dt>{label}</dt>(.*?)</div>", html, re.DOTALL)
    assert found, label
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


@pytest.fixture
def stood(cast: Cast) -> None:
    """Acme grows, owes and complains; Wolf is another branch's."""
    ship(cast.acme, "2026-03-05", 30_000)
    ship(cast.acme, "2025-03-05", 20_000)
    ship(cast.bolt, "2026-03-20", 3_000)
    ship(cast.wolf, "2026-03-05", 700_000)
    for customer, promised in ((cast.acme, "2026-03-12"), (cast.acme, "2026-03-11")):
        for _number in range(5):
            ship(
                customer, "2026-03-10", 0, promised_at=promised, delivered_at="2026-03-12",
                status="delivered",
            )  # fmt: skip
    pay(owe(cast.acme, 100_000, "2026-01-01", "2026-02-01"), 80_000, "2026-02-02")
    owe(cast.bolt, 5_000, "2026-01-01", "2026-02-01")
    owe(cast.wolf, 900_000, "2026-01-01", "2026-02-01")
    survey = Survey.objects.create(code="S", name="S")
    for number, score in enumerate([10, 9, 9, 8, 3]):
        response = Response.objects.create(
            response_no=f"R{number}", survey=survey, customer=cast.acme,
            answered_at="2026-03-01T12:00+08:00",
        )  # fmt: skip
        Answer.objects.create(response=response, customer=cast.acme, question="nps", value=score)


class TestStanding:
    def test_a_manager_sees_how_the_own_customers_stand(self, cast: Cast, stood):
        published()
        html = page(cast.alice)
        assert figure(html, "Revenue in 2026-03") == "¥30k up +50.0% on the same days last year"
        assert figure(html, "Collection rate, 12 months").startswith("80.0%")
        assert figure(html, "Overdue") == "¥20k 1 customer"
        assert figure(html, "On time, 12 months").startswith("50.0%")
        assert "few cases" in figure(html, "On time, 12 months")
        nps = figure(html, "NPS, 90 days")
        assert nps.startswith("+40 ± 55 −30 to +80")  # 3 promoters, 1 detractor of 5 (03 A8)
        assert "n = 5 · few answers" in nps

    def test_a_head_sees_the_unit_and_goes_down_the_tree(self, cast: Cast, stood):
        published()
        whole = page(cast.greta)
        assert figure(whole, "Revenue in 2026-03").startswith("¥733k")
        assert figure(whole, "Overdue") == "¥925k 3 customers"
        east = page(cast.greta, f"/?unit={cast.east.pk}")
        assert figure(east, "Revenue in 2026-03").startswith("¥33k")
        assert figure(east, "Overdue") == "¥25k 2 customers"
        assert figure(page(cast.bruno), "Overdue") == "¥25k 2 customers"

    def test_another_branch_cannot_be_chosen(self, cast: Cast, stood):
        published()
        html = page(cast.bruno, f"/?unit={cast.west.pk}")
        assert figure(html, "Overdue") == "¥25k 2 customers"
        assert "WOLF" not in html

    def test_shares_are_held_against_a_month_ago(self, cast: Cast, stood):
        published(dt.date(2026, 2, 10))
        pay(owe(cast.acme, 100_000, "2026-02-11", "2026-03-01"), 100_000, "2026-03-01")
        published()
        assert figure(page(cast.alice), "Collection rate, 12 months") == (
            "90.0% up +10.0pt in a month"
        )

    def test_too_few_answers_say_nothing(self, cast: Cast, stood):
        Answer.objects.filter(response__response_no="R0").delete()
        published()
        assert figure(page(cast.alice), "NPS, 90 days") == "— fewer than 5 answers"

    def test_moves_and_portfolio_are_of_the_own_customers(self, cast: Cast, stood):
        published(dt.date(2026, 3, 4))
        published()
        assert "Nobody changed tier." in page(cast.alice)
        html = page(cast.greta)
        assert html.count("Customer WOLF") >= 2  # moved up, and the largest
        assert "Nobody changed tier." not in html
        assert "medium: revenue of 12 months ¥700,000.00 ≥ ¥250,000.00" in html
        assert "WOLF" not in page(cast.olga)

    def test_before_the_first_night_there_is_a_queue_and_no_figure(self, cast: Cast):
        alert(cast.acme)
        html = page(cast.alice)
        assert names(html) == ["Customer ACME"]
        assert "No figures yet" in html


@pytest.mark.parametrize("person", ["alice", "bruno", "greta"])
def test_the_page_costs_the_same_however_much_waits(cast: Cast, stood, person):
    published(dt.date(2026, 2, 10))
    published()
    kinds = ("payment_due", "low_score", "volume_drop")

    def grow(start: int, stop: int) -> None:
        for number in range(start, stop):
            customer = make_customer(f"N{number}", cast.east_outlet, cast.alice)
            alert(customer, kinds[number % 3], number)

    def queries() -> int:
        client = client_of(getattr(cast, person))
        client.get("/")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get("/")
        return sum("SELECT" in query["sql"] for query in captured)  # not the tests' own roles

    grow(0, 6)
    few = queries()
    grow(6, 60)
    assert queries() == few <= 25


class TestAdministrator:
    def test_sees_the_nights_and_the_people_and_no_customer(self, cast: Cast):
        alert(cast.acme)
        JobRun.objects.create(
            job="nightly", business_date=DAY, started_at=timezone.now(), status="failed",
            finished_at=timezone.now(), error="disk full", failures=1,
        )  # fmt: skip
        html = page(cast.adam)
        assert "disk full" in html
        assert "the last night failed" in html
        assert figure(html, "People who can sign in").startswith("11 10 never came")
        assert "Unit WEST-1" in html  # without a head of its own
        assert "Unit EAST-1" not in html
        assert "ACME" not in html

    def test_has_no_queue(self, cast: Cast):
        alert(cast.acme)
        assert client_of(cast.adam).get("/today/queue/", headers=HTMX).status_code == 403
