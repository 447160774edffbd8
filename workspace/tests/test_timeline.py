"""The timeline of a customer: what it tells, and to whom."""

import datetime as dt
import re
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contracts.models import Allocation, Contract, PlanLine, Receipt
from core.context import acting
from core.rules import BUSINESS_ZONE
from customers.models import Contact, Customer
from engagement.models import Alert, Note
from shipments.tests import make
from surveys.models import Answer, Response, Survey
from tests.cast import Cast
from workspace.timeline.merging import midnight
from workspace.timeline.running import BY_NIGHT
from workspace.timeline.sources import PAGE, SOURCES, read

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 31)
LATER = dt.date(2100, 1, 1)  # the history's clock is the database's, which nobody stops
NOON = dt.datetime(2026, 3, 31, 12, tzinfo=BUSINESS_ZONE)


@pytest.fixture(autouse=True)
def at_noon():
    """The clock of the business stands still."""
    with time_machine.travel(NOON, tick=False):
        yield


def _client(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def _ago(days: int, hour: int = 9) -> dt.datetime:
    return midnight(TODAY - dt.timedelta(days=days)) + dt.timedelta(hours=hour)


def _day(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


@pytest.fixture
def lived(cast: Cast) -> Cast:
    """One thing of each kind happened to ACME; days ago as numbered."""
    acme = cast.acme
    contract = Contract.objects.create(
        contract_no="HT-1", customer=acme, signed_on=_day(90), starts_on=_day(80),
        amount=Decimal("1000000.00"),
    )  # fmt: skip
    line = PlanLine.objects.create(
        line_no="PL-1", customer=acme, contract=contract, issued_on=_day(60), due_on=_day(30),
        original_due_on=_day(30), amount=Decimal("600.00"),
    )  # fmt: skip
    receipt = Receipt.objects.create(
        receipt_no="R-1", customer=acme, received_on=_day(18), amount=Decimal("600.00"),
        method="transfer",
    )  # fmt: skip
    Allocation.objects.create(
        receipt=receipt, line=line, customer=acme, amount=Decimal("600.00"), allocated_on=_day(18)
    )
    PlanLine.objects.create(
        line_no="PL-2", customer=acme, issued_on=_day(20), due_on=_day(5),
        original_due_on=_day(5), amount=Decimal("80.00"),
    )  # fmt: skip
    Alert.objects.create(
        key="payment_due:PL-1:+1", kind="payment_due", severity="high", customer=acme,
        subject="PL-1", opened_on=_day(29), due_on=_day(30), amount=Decimal("600.00"),
        currency="CNY", status="closed", closed_on=_day(18), closing_reason="paid",
    )  # fmt: skip
    survey = Survey.objects.create(code="2026Q1", name="First quarter")
    response = Response.objects.create(
        response_no="A-1", survey=survey, customer=acme, respondent_role="decider",
        answered_at=_ago(3),
    )  # fmt: skip
    Answer.objects.create(response=response, customer=acme, question="nps", value=3)
    Answer.objects.create(
        response=response, customer=acme, question="comment", text="three days of backlog"
    )
    Note.objects.create(
        note_no="N-1", customer=acme, author="Wang", written_at=_ago(0, 10), kind="call",
        text="asks for 1,200 m²",
    )  # fmt: skip
    make.load(
        make.waybill(
            "WB-1", acme, _day(40).isoformat(), exception="loss", claim_amount=Decimal("8640.00")
        )
    )
    return cast


def _titles(cast: Cast, person, show: str = "") -> list[str]:
    page = read(person, cast.acme, TODAY, show=show, after="")
    return [item.title for item in page.items if not item.title.startswith("Customer")]


def test_everything_that_happened_stands_in_one_list_latest_first(lived: Cast):
    assert _titles(lived, lived.alice) == [
        "Call",
        "Answered: First quarter",
        "Fell due: ¥80.00",
        "Received ¥600.00",
        "Settled: ¥600.00",
        "Closed: Payment due",
        "Payment due",
        "Fell due: ¥600.00",
        "Shipped in February 2026",
        "Loss: waybill WB-1",
        "Contract in force: HT-1",
        "Contract signed: HT-1",
    ]


def test_each_says_what_it_was_about(lived: Cast):
    told = {
        item.title: item for item in read(lived.alice, lived.acme, TODAY, show="", after="").items
    }
    assert told["Call"].who == "Wang"
    assert told["Call"].detail == "asks for 1,200 m²"
    answered = told["Answered: First quarter"]
    assert (answered.tone, answered.quote, answered.who) == (
        "bad",
        "three days of backlog",
        "Decider",
    )
    assert answered.detail.endswith(": 3")
    assert told["Fell due: ¥80.00"].tone == "bad"
    assert told["Fell due: ¥80.00"].detail == "PL-2 · ¥80.00 still open"
    assert told["Fell due: ¥600.00"].tone == ""
    assert told["Settled: ¥600.00"].detail == "PL-1 · 12 days late"
    assert told["Received ¥600.00"].detail == "Bank transfer · R-1"
    assert told["Closed: Payment due"].detail == "Paid · ¥600.00 is 1 day late (PL-1)"
    assert told["Loss: waybill WB-1"].detail.endswith("claimed ¥8,640.00")
    assert told["Shipped in February 2026"].detail.startswith("1 waybill · ")
    assert "¥1,000,000.00" in told["Contract signed: HT-1"].detail


def test_contracts_that_begin_and_end_by_their_dates_are_told_as_they_come(lived: Cast):
    old = Contract.objects.get()
    Contract.objects.filter(pk=old.pk).update(ends_on=_day(-200))
    facts = {"customer": lived.acme, "kind": "Frame"}
    Contract.objects.create(contract_no="HT-2", renews=old, starts_on=_day(4), **facts)
    ended = Contract.objects.create(
        contract_no="HT-3", starts_on=_day(7), ends_on=_day(6), stage="terminated", **facts
    )
    Contract.objects.create(contract_no="HT-4", starts_on=_day(2), stage="draft", **facts)
    Contract.objects.create(contract_no="HT-5", renews=ended, starts_on=_day(-1), **facts)
    page = read(lived.alice, lived.acme, TODAY, show="money", after="")
    told = [(item.title, item.day) for item in page.items if item.title.startswith("Contract")]
    assert told == [
        ("Contract in force: HT-2", _day(4)),
        ("Contract renewed: HT-1", _day(5)),
        ("Contract ended: HT-3", _day(6)),
        ("Contract in force: HT-3", _day(7)),
        ("Contract in force: HT-1", _day(80)),
        ("Contract signed: HT-1", _day(90)),
    ]


def test_people_and_money_can_be_looked_at_alone(lived: Cast):
    assert _titles(lived, lived.alice, "people") == ["Call", "Answered: First quarter"]
    assert _titles(lived, lived.alice, "money") == [
        "Fell due: ¥80.00",
        "Received ¥600.00",
        "Settled: ¥600.00",
        "Closed: Payment due",
        "Payment due",
        "Fell due: ¥600.00",
        "Contract in force: HT-1",
        "Contract signed: HT-1",
    ]


def test_tier_moves_and_edits_are_told_to_who_may_read_history(cast: Cast):
    with acting(user_id=cast.alice.pk, actor="alice"):
        Customer.objects.filter(pk=cast.acme.pk).update(
            account_manager=cast.bob, credit_limit=Decimal("300000.00")
        )
        Contact.objects.create(customer=cast.acme, name="Han Lei", title="Director")
    with acting(actor="nightly:2026-03-30"):
        Customer.objects.filter(pk=cast.acme.pk).update(tier="large", size="large")
        Customer.objects.filter(pk=cast.acme.pk).update(tier="risk")
        Customer.objects.filter(pk=cast.acme.pk).update(abc_class="A")  # no event by itself
    found = {
        item.title: item for item in read(cast.olga, cast.acme, LATER, show="", after="").items
    }
    assert list(found)[:3] == [
        "Tier: Large → At risk",
        "Contact created",
        "Customer changed",
    ]
    assert found["Tier: Large → At risk"].tone == "warn"
    changed = found["Customer changed"]
    assert "account manager: Alice → Bob" in changed.detail
    assert "credit limit: — → ¥300,000.00" in changed.detail
    assert changed.who == "alice"
    seen_by_service = [i.title for i in read(cast.sam, cast.acme, LATER, show="", after="").items]
    assert seen_by_service == ["Tier: Large → At risk"]
    for person, titles in ((cast.olga, ["Contact created"]), (cast.sam, [])):
        of_people = read(person, cast.acme, LATER, show="people", after="").items
        assert [item.title for item in of_people] == titles


def test_who_was_named_a_key_account_is_told_what_nights_find_is_not(cast: Cast):
    kind = Customer.objects.filter(pk=cast.acme.pk)
    with acting(actor="nightly:2026-03-30"):
        kind.update(key_account_kind="economic")
        kind.update(key_account_kind="potential")
    with acting(user_id=cast.bruno.pk, actor="bruno"):
        kind.update(key_account_kind="important")
    (told,) = read(cast.sam, cast.acme, LATER, show="", after="").items
    assert (told.icon, told.who) == ("crown", "bruno")
    assert "key-account kind: With potential → Important" in told.detail


def test_an_analyst_reads_no_names_in_edits(cast: Cast):
    with acting(user_id=cast.alice.pk, actor="alice"):
        Contact.objects.create(customer=cast.acme, name="Han Lei", mobile="13800000021")
    details = [item.detail for item in read(cast.ann, cast.acme, LATER, show="", after="").items]
    assert not any("Han Lei" in detail or "13800000021" in detail for detail in details)
    assert any("•••" in detail for detail in details)


def test_the_contacts_of_a_load_do_not_bury_what_happened(cast: Cast):
    with acting(actor="import:contacts"):
        Contact.objects.bulk_create(
            Contact(customer=cast.acme, name=f"Person {n}") for n in range(30)
        )
    titles = [item.title for item in read(cast.olga, cast.acme, LATER, show="", after="").items]
    assert "Contact created" not in titles


def test_what_lies_ahead_is_not_told(cast: Cast):
    PlanLine.objects.create(
        line_no="PL-9", customer=cast.acme, issued_on=_day(1), due_on=_day(-1),
        original_due_on=_day(-1), amount=Decimal("80.00"),
    )  # fmt: skip
    Note.objects.create(note_no="N-9", customer=cast.acme, written_at=_ago(-1), text="tomorrow")
    assert _titles(cast, cast.alice) == []


def _many(cast: Cast, each: int) -> None:
    """Facts of several sources on the same few days, many at the same moment."""
    acme = cast.acme
    Note.objects.bulk_create(
        Note(customer=acme, note_no=f"M-{n}", text="x", written_at=_ago(n % 4, 0))
        for n in range(each)
    )
    Receipt.objects.bulk_create(
        Receipt(customer=acme, receipt_no=f"MR-{n}", received_on=_day(n % 4), amount=Decimal(n + 1))
        for n in range(each)
    )
    PlanLine.objects.bulk_create(
        PlanLine(
            customer=acme, line_no=f"ML-{n}", issued_on=_day(9), due_on=_day(n % 4),
            original_due_on=_day(9), amount=Decimal(n + 1),
        )
        for n in range(each)
    )  # fmt: skip
    for n in range(each // 4):
        make.load(make.waybill(f"MW-{n}", acme, _day(n % 4).isoformat(), exception="damage"))


def test_page_after_page_everything_comes_once_and_in_order(cast: Cast):
    _many(cast, 24)
    found, after = [], ""
    while True:
        page = read(cast.alice, cast.acme, TODAY, show="", after=after)
        found += page.items
        if not page.next:
            break
        assert len(page.items) == PAGE
        after = page.next
    keys = [item.key for item in found]
    assert len(keys) == len(set(keys))
    by_source = {rank: 0 for source in SOURCES for rank in source.ranks}
    for key in keys:
        by_source[key.rank] += 1
    assert (by_source[90], by_source[60], by_source[50], by_source[65]) == (24, 24, 24, 6)
    assert [(key.at, key.rank) for key in keys] == sorted(
        ((key.at, key.rank) for key in keys), reverse=True
    )


def test_ten_times_the_facts_take_no_more_queries(lived: Cast):
    client, path = _client(lived.alice), f"/customers/{lived.acme.pk}/timeline/"
    once = _queries(client, path)
    _many(lived, 40)
    assert _queries(client, path) <= once <= 25


def _queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    own = ("SET ROLE", "SAVEPOINT")  # of the tests: their role, their transaction
    return sum(not any(word in query["sql"] for word in own) for query in queries)


@pytest.mark.parametrize("tail", ["timeline/", "timeline/?show=money", "charts/trend/"])
def test_another_branchs_customer_is_as_if_absent(lived: Cast, tail: str):
    client = _client(lived.wendy)
    answers = [client.get(f"/customers/{pk}/{tail}") for pk in (lived.acme.pk, 10**9)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_a_merged_file_leads_to_the_one_that_goes_on(cast: Cast):
    Customer.objects.filter(pk=cast.bolt.pk).update(merged_into=cast.acme)
    client = _client(cast.olga)
    answer = client.get(f"/customers/{cast.bolt.pk}/timeline/")
    assert (answer.status_code, answer.url) == (302, f"/customers/{cast.acme.pk}/timeline/")


def test_the_page_stands_alone_and_htmx_gets_its_part(lived: Cast):
    client, path = _client(lived.alice), f"/customers/{lived.acme.pk}/timeline/"
    page = client.get(path).content.decode()
    assert "<html" in page
    assert "asks for 1,200 m²" in page
    assert "<h3>Today</h3>" in page
    assert "<h3>Sat 28 Mar</h3>" in page
    part = client.get(f"{path}?show=people", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="timeline"')
    assert "R-1" not in part
    assert re.search(r'\?show=people"[^>]* aria-current="true"', part)


def test_a_day_that_goes_on_has_its_name_once(cast: Cast):
    _many(cast, 12)
    client, path = _client(cast.alice), f"/customers/{cast.acme.pk}/timeline/"
    heads, address = [], path
    while address:
        part = client.get(address, headers={"HX-Request": "true"}).content.decode()
        heads += re.findall(r"<h3>([^<]+)</h3>", part)
        following = re.search(r'hx-get="([^"]*after=[^"]*)"', part)
        address = following.group(1).replace("&amp;", "&") if following else ""
    assert heads == ["Today", "Yesterday", "Sun 29 Mar", "Sat 28 Mar"]


def test_nonsense_in_the_address_begins_at_the_top(lived: Cast):
    client, path = _client(lived.alice), f"/customers/{lived.acme.pk}/timeline/"
    answer = client.get(f"{path}?show=nonsense&after=nonsense")
    assert answer.status_code == 200
    assert "asks for 1,200 m²" in answer.content.decode()


def test_notes_are_written_in_their_section_too(lived: Cast):
    page = _client(lived.alice).get(f"/customers/{lived.acme.pk}/notes/").content.decode()
    listed = page[page.index('<div id="notes"') :]
    assert '<form id="composer"' in page
    assert '<b class="md">Call</b>' in listed  # the kind in words
    assert listed.index("asks for 1,200") < listed.index("</ol>")


def test_what_only_the_night_writes_is_what_the_history_calls_derived():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger"
            " WHERE tgrelid = 'customers_customer'::regclass AND tgname = 'history'"
        )
        *_others, derived = re.findall(r"'([^']*)'", cursor.fetchone()[0])
    assert derived.split() == ["tier", *BY_NIGHT]
