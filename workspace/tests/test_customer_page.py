"""The page of one customer: who may open it, what it shows, what it hides."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from django.utils import timezone
from django.utils.translation import override

from contracts.models import Allocation, Contract, PlanLine, Receipt
from contracts.tests.make import make_line, pay
from core.context import acting
from customers.groups import GROUPS
from customers.models import Account, BankAccount, Contact, CreditEvent, Customer, Share
from engagement.models import Note
from shipments.tests import make
from surveys.models import Answer, Response, Survey
from tests.cast import Cast
from workspace import history as history_page
from workspace import profile as profile_page
from workspace.sections import SECTIONS, sections_for
from workspace.tests.make import DAY, Night, day_before, publish
from workspace.words import day_text

pytestmark = pytest.mark.django_db
EVIL = '"><img src=x onerror=alert(1)>{{7*7}}'
NAMES = [section.name for section in SECTIONS]


# The notes' page also takes what is written.
@pytest.mark.parametrize("name", sorted({section.name for section in SECTIONS[1:]} - {"notes"}))
def test_no_other_page_has_the_address_of_a_section(name: str):
    found = resolve(reverse("customer_section", args=[1, name]))
    assert (found.url_name, found.kwargs["name"]) == ("customer_section", name)


def _client(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def _path(customer: Customer, section: str = "") -> str:
    tail = "" if section in ("", "overview") else f"{section}/"
    return f"/customers/{customer.pk}/{tail}"


def _page(person, customer: Customer, section: str = "") -> str:
    answer = _client(person).get(_path(customer, section))
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.fixture
def full(cast: Cast) -> Cast:
    """ACME with something in every section."""
    acme = cast.acme
    boss = Contact.objects.create(customer=acme, name="Boss Person", title="Director")
    Contact.objects.create(
        customer=acme, name="Han Lei", mobile="13800000021", email="han@x.cn", is_primary=True,
        reports_to=boss, chain_role="decider",
    )  # fmt: skip
    Account.objects.create(account_no="8300318", customer=acme, site="Songjiang")
    Share.objects.create(customer=acme, user=cast.bob)
    contract = Contract.objects.create(
        contract_no="HT-1", customer=acme, starts_on=day_before(300), settlement="monthly",
        statement_day=25, credit_days=60, amount=Decimal("1000000"),
    )  # fmt: skip
    for number, (days, amount, currency) in enumerate(
        [(40, "1000.00", "CNY"), (-20, "500.00", "CNY"), (10, "77.00", "USD")]
    ):
        due = DAY - dt.timedelta(days=days)
        PlanLine.objects.create(
            line_no=f"PL-{number}", customer=acme, contract=contract, issued_on=day_before(100),
            due_on=due, original_due_on=due, amount=Decimal(amount), currency=currency,
        )  # fmt: skip
    receipt = Receipt.objects.create(
        receipt_no="R-1", customer=acme, received_on=day_before(3), amount=Decimal("400.00")
    )
    Allocation.objects.create(
        receipt=receipt, line=PlanLine.objects.get(line_no="PL-0"), customer=acme,
        amount=Decimal("400.00"), allocated_on=day_before(3),
    )  # fmt: skip
    Receipt.objects.create(
        receipt_no="R-2", customer=acme, received_on=day_before(2), amount=Decimal("250.00"),
        method="acceptance_bill", matures_on=DAY + dt.timedelta(days=60),
    )  # fmt: skip
    survey = Survey.objects.create(code="2026Q1", name="First quarter")
    response = Response.objects.create(
        response_no="A-1", survey=survey, customer=acme, respondent_role="decider",
        answered_at=timezone.now(),
    )  # fmt: skip
    Answer.objects.create(response=response, customer=acme, question="nps", value=3)
    Answer.objects.create(response=response, customer=acme, question="comment", text="too slow")
    Note.objects.create(
        note_no="N-1",
        customer=acme,
        author="Wang",
        written_at=timezone.now(),
        text="asks for space",
    )
    publish([Night(acme, "5.00", "4.00", last=day_before(9), promised=10, on_time=9)])
    return cast


def test_the_header_says_what_the_night_found(full: Cast):
    page = _page(full.alice, full.acme)
    figures = page[page.index('<dl class="kpis') : page.index("</dl>")]
    assert ">¥5<" in figures
    assert "+25.0%" in figures
    assert "90.0%" in figures
    assert "few cases" in figures
    # 1,000 less 400 is 40 days late, 500 is not due, the bill has not matured
    assert ">¥1,100<" in figures
    assert ">¥600<" in figures
    assert ">$77<" in figures
    assert "oldest 40 days late" in figures
    assert 'Figures as of <time datetime="2026-03-31">' in page
    assert "Small: revenue of 12 months ¥5.00" in page


def test_very_few_cases_show_no_share(full: Cast):
    publish([Night(full.acme, "5.00", promised=4, on_time=4)], DAY + dt.timedelta(days=1))
    assert "100.0%" not in _page(full.alice, full.acme)


def test_before_the_first_night_the_page_still_opens(cast: Cast):
    assert "No night has counted this customer yet" in _page(cast.alice, cast.acme)


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("profile", ["8300318", "Songjiang", "Bob"]),
        ("contacts", ["Han Lei", "13800000021", "han@x.cn", "Decider", "Boss Person", "primary"]),
        (
            "contracts",
            ["HT-1", "Monthly settlement", "open-ended", "¥1,000,000.00", "PL-1", "3 plan"],
        ),
        ("receivables", ["PL-0", "40 days late", "¥600.00", "not due", "¥250.00", "USD"]),
        ("receipts", ["R-1", "¥400.00", "Acceptance bill", "in transit", "allocated"]),
        ("waybills", ["No waybill yet"]),
        (
            "surveys",
            [
                "First quarter",
                "Decider",
                "Recommendation (0–10)",
                '<b class="tn">3</b>',
                "too slow",
            ],
        ),
        ("notes", ["asks for space", "Wang"]),
        ("history", ["Contract", "HT-1", "created"]),
    ],
)
def test_every_section_shows_its_own(full: Cast, section: str, words: list[str]):
    page = _page(full.alice, full.acme, section)
    assert [word for word in words if word not in page] == []
    part = _client(full.alice).get(_path(full.acme, section), headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith('<div id="file"')
    assert [word for word in words if word not in part.content.decode()] == []
    assert 'aria-current="page"' in part.content.decode()


@pytest.mark.parametrize("section", NAMES)
def test_sections_that_hold_nothing_say_what_belongs_there(cast: Cast, section: str):
    page = _page(cast.alice, cast.acme, section)
    assert 'class="empty"' in page or section in ("profile", "history")


def test_waybills_stand_by_month_and_singly(cast: Cast):
    for number, (day, revenue) in enumerate(
        [("2026-03-02", "10.00"), ("2026-03-30", "20.50"), ("2026-02-01", "5.00")]
    ):
        make.load(make.waybill(f"WB-{number}", cast.acme, day, revenue=Decimal(revenue)))
    page = _page(cast.alice, cast.acme, "waybills")
    months = page[page.index("<tbody>") : page.index("</tbody>")]
    assert re.findall(r"(\d{4}-\d\d)</th>", months) == ["2026-03", "2026-02"]
    assert ">¥31<" in months  # 30.50, half up
    assert [no for no in ("WB-0", "WB-1", "WB-2") if no not in page] == []


@pytest.mark.parametrize("section", NAMES)
def test_another_branchs_customer_is_as_if_absent(cast: Cast, section: str):
    client = _client(cast.wendy)
    hidden, absent = cast.acme.pk, 10**9
    answers = [
        client.get(f"/customers/{pk}/{'' if section == 'overview' else section + '/'}")
        for pk in (hidden, absent)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize("pk", [0, 10**30])
def test_odd_numbers_are_absent_too(cast: Cast, pk: int):
    assert _client(cast.alice).get(f"/customers/{pk}/").status_code == 404


def test_a_merged_file_leads_to_the_one_that_goes_on(cast: Cast):
    Customer.objects.filter(pk=cast.bolt.pk).update(merged_into=cast.acme)
    answer = _client(cast.olga).get(_path(cast.bolt))
    assert (answer.status_code, answer.url) == (302, _path(cast.acme))
    assert _client(cast.olga).get(_path(cast.bolt, "history")).url == _path(cast.acme)


def test_an_analyst_reads_no_details_of_people(full: Cast):
    Customer.objects.filter(pk=full.acme.pk).update(phone="021-777", email="acme@x.cn")
    for section in (each.name for each in sections_for(full.ann)):
        page = _page(full.ann, full.acme, section)
        for detail in ("Han Lei", "Boss Person", "13800000021", "han@x.cn", "021-777", "acme@x.cn"):
            assert detail not in page, (section, detail)
    assert "•••" in _page(full.ann, full.acme, "contacts")
    assert "021-777" in _page(full.fiona, full.acme, "profile")


def test_a_service_agent_has_no_history(cast: Cast):
    assert _client(cast.sam).get(_path(cast.acme, "history")).status_code == 404
    assert "/history/" not in _page(cast.sam, cast.acme)


def test_history_says_who_changed_what_from_what_to_what(cast: Cast):
    with acting(user_id=cast.alice.pk, actor="alice"):
        acme = Customer.objects.get(pk=cast.acme.pk)
        acme.status, acme.account_manager, acme.private_siding = "lost", cast.bob, True
        acme.save()
    entries = history_page.history(cast.olga, cast.acme)
    changes = {change.label: (change.old, change.new) for change in entries[0].changes}
    assert entries[0].actor == "alice"
    assert changes.pop("status since") == ("", day_text(timezone.localdate()))
    assert changes == {
        "status": ("Active", "Lost"),
        "account manager": ("Alice", "Bob"),
        "private siding": ("", "yes"),
    }
    assert entries[1].operation == "I"


def test_history_names_processes_in_the_readers_language_and_users_as_they_are(cast: Cast):
    for actor, user_id in (("nightly:2025-09-01", None), ("import", None), ("import", 7)):
        with acting(actor=actor, user_id=user_id):
            Customer.objects.filter(pk=cast.acme.pk).update(notes=f"{actor} {user_id}")
    with override("zh-hans"):
        entries = history_page.history(cast.alice, cast.acme)[:3]
    assert [entry.actor for entry in entries] == ["import", "导入", "夜间计算 2025-09-01"]


def _told(cast: Cast, what: str) -> dict[str, str]:
    """The latest change of a kind of row: field -> new value in words."""
    found = history_page.history(cast.olga, cast.acme)
    entry = next(entry for entry in found if entry.what == what)
    return {change.label: change.new for change in entry.changes}


def test_history_writes_money_shares_days_and_questions_in_words(full: Cast):
    with acting(actor="alice", user_id=full.alice.pk):
        Customer.objects.filter(pk=full.acme.pk).update(
            credit_limit=Decimal("300000.00"), market_share=Decimal("0.125000"),
            planned_annual_volume=Decimal("1200.500"), founded_on=dt.date(2017, 3, 8),
        )  # fmt: skip
    assert _told(full, "customer") == {
        "credit limit": "¥300,000.00",
        "market share": "12.50%",
        "planned annual volume": "1,200.5",
        "founded on": "8 Mar 2017",
    }
    line = PlanLine.objects.get(line_no="PL-2")  # in dollars
    assert _told(full, "plan line")["amount"] == "$77.00"
    PlanLine.objects.filter(pk=line.pk).update(amount=Decimal("1078.00"))
    assert _told(full, "plan line") == {"amount": "1,078.00"}  # the record names no currency
    Answer.objects.filter(question="nps").update(value=4)
    Answer.objects.create(
        response=Response.objects.get(), customer=full.acme, question="csat5", value=2
    )
    with override("zh-hans"):
        assert "满意度（1–5 分）" in _told(full, "答案").values()
        Customer.objects.filter(pk=full.acme.pk).update(founded_on=dt.date(2017, 3, 9))
        assert _told(full, "客户")["成立日期"] == "2017-03-09"


def test_history_names_no_customer_the_reader_may_not_see(cast: Cast):
    with acting(actor="import:customers"):
        Customer.objects.filter(pk=cast.acme.pk).update(parent=cast.wolf)
    seen = history_page.history(cast.greta, cast.acme)[0].changes[0]
    assert seen.new == "Customer WOLF (WOLF)"
    hidden = history_page.history(cast.alice, cast.acme)[0].changes[0]
    assert hidden.new == f"#{cast.wolf.pk}"
    assert "WOLF" not in _page(cast.alice, cast.acme, "profile")
    assert "Customer WOLF" in _page(cast.greta, cast.acme, "profile")


def test_every_field_of_the_file_has_its_place_on_the_page():
    shown = [name for group in GROUPS.values() for name in group.shown]
    placed = [*shown, *f"{profile_page.IN_THE_HEADER} {profile_page.NOT_SHOWN}".split()]
    assert sorted(placed) == sorted(field.name for field in Customer._meta.concrete_fields)


def test_what_people_typed_stays_text_on_every_page(full: Cast):
    text = [f for f in Customer._meta.concrete_fields if f.get_internal_type() == "TextField"]
    fields = {field.name: EVIL for field in text} | dict.fromkeys(
        ("name", "short_name", "industry", "phone", "website", "city", "source"), EVIL
    )
    Customer.objects.filter(pk=full.acme.pk).update(tags=[EVIL], **fields)
    for model, names in (
        (Contact, ["title", "department", "wechat"]), (Contract, ["kind"]),
        (Note, ["text", "author"]), (Answer, ["text"]), (Account, ["site"]),
    ):  # fmt: skip
        model.objects.filter(customer=full.acme).update(**dict.fromkeys(names, EVIL))
    for path in [_path(full.acme, section) for section in NAMES] + [
        "/customers/", f"{_path(full.acme)}edit/", "/customers/?q=" + "%22%3E%3Cimg%20src%3Dx%3E",
    ]:  # fmt: skip
        page = _client(full.bruno).get(path).content.decode()
        assert "<img" not in page, path
        assert "{{" not in page.replace("{{7*7}}", ""), path
        assert "49" not in re.findall(r"onerror=alert\(1\)&gt;(\w*)", page)


@pytest.mark.parametrize("person", ["alice", "bruno", "greta"])
def test_ten_times_the_rows_take_no_more_queries(full: Cast, person: str):
    client = _client(getattr(full, person))
    with acting(user_id=full.alice.pk, actor="alice"):  # a prospect has a board besides
        Customer.objects.filter(pk=full.acme.pk).update(status="prospect", parent=full.bolt)
    tails = [*NAMES, "edit", "timeline", "print"]
    once = {tail: _queries(client, _path(full.acme, tail)) for tail in tails}
    _thirty_of_everything(full.acme)
    again = {tail: _queries(client, _path(full.acme, tail)) for tail in tails}
    assert {tail for tail in tails if again[tail] > once[tail]} == set()
    Customer.objects.filter(pk=full.acme.pk).update(status="active")  # and this one has a rhythm
    once["overview of a customer at work"] = _queries(client, _path(full.acme))
    assert once.pop("print") <= 74  # 22 sections on one page
    assert max(once.values()) <= 25


def _thirty_of_everything(acme: Customer) -> None:
    survey, now = Survey.objects.get(), timezone.now()
    numbers = [f"X{n}" for n in range(30)]
    Contact.objects.bulk_create(Contact(customer=acme, name=number) for number in numbers)
    CreditEvent.objects.bulk_create(
        CreditEvent(customer=acme, kind="default", text=number, source="x", as_of=DAY)
        for number in numbers
    )
    BankAccount.objects.bulk_create(
        BankAccount(customer=acme, bank=number, account_no="1", source="x", as_of=DAY)
        for number in numbers
    )
    Contract.objects.bulk_create(
        Contract(customer=acme, contract_no=number, starts_on=DAY) for number in numbers
    )
    Note.objects.bulk_create(
        Note(customer=acme, note_no=number, written_at=now, text="x") for number in numbers
    )
    PlanLine.objects.bulk_create(
        PlanLine(
            customer=acme, line_no=number, issued_on=day_before(9), due_on=DAY,
            original_due_on=DAY, amount=Decimal(1),
        )
        for number in numbers
    )  # fmt: skip
    Receipt.objects.bulk_create(
        Receipt(customer=acme, receipt_no=number, received_on=DAY, amount=Decimal(1))
        for number in numbers
    )
    responses = Response.objects.bulk_create(
        Response(customer=acme, response_no=number, survey=survey, answered_at=now)
        for number in numbers
    )
    Answer.objects.bulk_create(
        Answer(customer=acme, response=response, question="nps", value=1) for response in responses
    )


def _queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    # Of the tests: their role, their transaction, a night that is months old.
    own = ("SET ROLE", "SAVEPOINT", "app_has_facts_since")
    return sum(not any(word in query["sql"] for word in own) for query in queries)


def test_a_contract_never_adds_lines_of_other_currencies(full: Cast):
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", _page(full.alice, full.acme, "contracts")))
    assert "Planned ¥1,500.00 Received ¥400.00" in page  # and 77 dollars


def test_a_bill_that_has_not_matured_is_in_transit_not_credit(full: Cast):
    page = _page(full.alice, full.acme, "receipts")
    bill = page[page.index("R-2") :]
    assert "in transit" in bill[: bill.index("</tr>")]
    Receipt.objects.filter(receipt_no="R-2").update(matures_on=day_before(1))
    assert "in transit" not in _page(full.alice, full.acme, "receipts")


def test_a_bill_counts_as_received_when_it_matures_on_every_page(cast: Cast) -> None:
    contract = Contract.objects.create(
        contract_no="HT-B", customer=cast.acme, starts_on=day_before(300), currency="CNY"
    )
    make_line(cast.acme, "PL-B", day_before(10).isoformat(), "900", contract=contract)
    pay(cast.acme, "R-CASH", day_before(30).isoformat(), "200", line_no="PL-B")
    maturity = timezone.localdate() + dt.timedelta(days=90)
    pay(
        cast.acme, "R-BILL", day_before(30).isoformat(), "700", line_no="PL-B",
        method="acceptance_bill", matures_on=maturity,
    )  # fmt: skip
    publish([Night(cast.acme, "1.00")])
    section = _page(cast.alice, cast.acme, "contracts")
    assert "¥200.00" in section
    assert "settled" not in section
    overview = _page(cast.alice, cast.acme)
    assert "10 days late" in overview
    page = _client(cast.alice).get(f"/contracts/{contract.pk}/").content.decode()
    assert "¥200" in page
