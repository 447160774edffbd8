"""The overview of a customer: who decides, what is due, what to do next, and how it is said."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.test import Client

from contracts.models import Allocation, Contract, PlanLine, Receipt
from contracts.services.credit import judge_due
from customers.models import Contact, Customer
from engagement.models import Alert
from shipments.tests import make
from surveys.models import Answer, Response, Survey
from tests.cast import Cast
from workspace.file.chain import chain
from workspace.file.owners import Owner
from workspace.file.satisfaction import satisfaction
from workspace.file.trend import trend
from workspace.profile import profile
from workspace.sections import counts_of
from workspace.tests.make import DAY, Night, day_before, publish

pytestmark = pytest.mark.django_db


def _client(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def _page(person, customer: Customer, tail: str = "") -> str:
    answer = _client(person).get(f"/customers/{customer.pk}/{tail}")
    assert answer.status_code == 200
    return answer.content.decode()


def _figures(page: str) -> dict[str, str]:
    """The strip: label -> what stands under it, without markup."""
    strip = page[page.index('<dl class="kpis') : page.index("</dl>")]
    cells = re.findall(r"<dt>(.*?)</dt>(.*?)</div>", strip, re.DOTALL)
    return {label: " ".join(re.sub(r"<[^>]+>", " ", rest).split()) for label, rest in cells}


# --- the header ---


def _owners(cast: Cast, customer: Customer) -> list[Owner]:
    _counts, _state, found, *_others = counts_of(cast.greta, customer, [])
    return found


def test_who_answers_for_the_customer_from_the_group_down(cast: Cast):
    chain_of_owners = [(owner.label, owner.person) for owner in _owners(cast, cast.acme)]
    assert chain_of_owners == [
        ("Group", "Greta"),
        ("Branch", "Bruno"),
        ("Outlet", "Olga"),
        ("Account manager", "Alice"),
    ]
    Customer.objects.filter(pk=cast.wolf.pk).update(account_manager=None)
    wolf = Customer.objects.select_related("org_unit").get(pk=cast.wolf.pk)
    assert [owner.person for owner in _owners(cast, wolf)] == ["Greta", "Walter", "", ""]
    assert "nobody yet" in _page(cast.walter, wolf)


def test_owed_stands_against_the_limit_and_margin_is_for_who_may_see_it(cast: Cast):
    Customer.objects.filter(pk=cast.acme.pk).update(credit_limit=Decimal("1000.00"))
    PlanLine.objects.create(
        line_no="PL-1", customer=cast.acme, issued_on=day_before(60), due_on=day_before(18),
        original_due_on=day_before(18), amount=Decimal("920.00"),
    )  # fmt: skip
    judge_due()
    publish([Night(cast.acme, "5.00", "4.00")])
    figures = _figures(_page(cast.alice, cast.acme))
    assert figures["Owed / limit"] == "¥920 / ¥1,000 92% of the limit"
    assert figures["Overdue"] == "¥920 oldest 18 days late"
    assert figures["Gross margin"] == "— costs incomplete"
    assert "Gross margin" not in _figures(_page(cast.sam, cast.acme))


def test_without_a_limit_there_is_none_to_be_used_up(cast: Cast):
    figures = _figures(_page(cast.alice, cast.acme))
    assert figures["Owed"] == "—"


def _asked(customer: Customer, scores: list[int], question: str = "nps") -> None:
    survey, _new = Survey.objects.get_or_create(code="Q1", name="First quarter")
    for place, score in enumerate(scores):
        response = Response.objects.create(
            response_no=f"{question}-{customer.code}-{place}", survey=survey, customer=customer,
            answered_at=dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC),
        )  # fmt: skip
        Answer.objects.create(response=response, customer=customer, question=question, value=score)


@pytest.mark.parametrize(
    ("scores", "shown"),
    [
        ([], "—"),
        ([10, 9, 3], "— 3 answers · too few"),
        ([10, 9, 3, 3, 3, 3, 7], "−29 7 answers · few cases"),  # (2 - 4) / 7
        ([10] * 30, "+100 30 answers"),
    ],
)
def test_recommendation_is_shown_with_how_many_said_so(cast: Cast, scores, shown: str):
    _asked(cast.acme, scores)
    _asked(cast.bolt, [0] * 40)
    publish([Night(cast.acme, "5.00")])
    assert _figures(_page(cast.alice, cast.acme))["NPS"] == shown


def test_few_answers_are_told_one_by_one_instead_of_averaged(cast: Cast):
    _asked(cast.acme, [9, 3, 3])
    _asked(cast.acme, [2] * 5, "csat5")
    publish([Night(cast.acme, "5.00")])
    page = _page(cast.alice, cast.acme)
    card = page[page.index("Satisfaction</h2>") : page.index("Profile</h2>")]
    said = re.findall(r'<dd><(?:span|b) class="tn">([^<]+)<', card)
    assert sorted(said) == ["0%", "3, 3, 9 of 10"]


def test_answers_older_than_a_year_no_longer_count(cast: Cast):
    _asked(cast.acme, [10] * 6)
    assert satisfaction(cast.alice, cast.acme, dt.date(2027, 2, 28)).counts == {"nps": {10: 6}}
    assert satisfaction(cast.alice, cast.acme, dt.date(2027, 3, 1)).counts == {}
    assert satisfaction(cast.wendy, cast.acme, dt.date(2026, 3, 31)).counts == {}


def test_tabs_say_how_much_is_behind_them(cast: Cast):
    for name in ("Boss", "Buyer"):
        _person(cast.acme, name)
    _person(cast.bolt, "Somebody else")
    page = _page(cast.alice, cast.acme)
    tabs = page[page.index("ctabs") : page.index("</nav>", page.index("ctabs"))]
    assert re.findall(r'>([^<>]+?) <span class="n">(\d+)<', tabs) == [("Contacts", "2")]


# --- the trend ---


def test_the_trend_lays_twelve_months_over_the_twelve_before(cast: Cast):
    make.load(
        make.waybill("WB-1", cast.acme, "2026-03-02", revenue=Decimal("10.00")),
        make.waybill("WB-2", cast.acme, "2026-03-30", revenue=Decimal("20.50")),
        make.waybill("WB-3", cast.acme, "2025-03-10", revenue=Decimal("7.00")),
        make.waybill("WB-4", cast.acme, "2024-03-10", revenue=Decimal("99.00")),
    )
    chart = trend(cast.acme, DAY, "revenue", "Revenue")
    assert [row[0] for row in chart.rows][::11] == ["2025-04", "2026-03"]
    assert chart.rows[-1] == ("2026-03", Decimal("30.50"), Decimal("7.00"))
    assert chart.rows[0] == ("2025-04", Decimal("0.00"), Decimal("0.00"))
    assert "¥30.50 in all, ¥7.00 in the 12 months before" in chart.summary
    assert trend(cast.acme, DAY, "shipments", "Waybills").rows[-1] == ("2026-03", 2, 1)


def test_the_measure_is_changed_in_place_and_margin_is_not_for_everybody(cast: Cast):
    make.load(make.waybill("WB-1", cast.acme, DAY.isoformat(), cost=Decimal("1.00")))
    publish([Night(cast.acme, "5.00")])

    def card(person, measure: str) -> str:
        path = f"/customers/{cast.acme.pk}/charts/trend/?measure={measure}"
        return _client(person).get(path, headers={"HX-Request": "true"}).content.decode()

    assert card(cast.alice, "margin").lstrip().startswith('<section class="card" id="trend">')
    assert re.search(r'measure=margin"[^>]*aria-pressed="true"', card(cast.alice, "margin"))
    assert "measure=margin" not in card(cast.sam, "margin")
    assert re.search(r'measure=shipments"[^>]*aria-pressed="true"', card(cast.sam, "margin"))


# --- the decision chain ---


def _person(customer: Customer, name: str, role: str = "", **fields: object) -> Contact:
    return Contact.objects.create(customer=customer, name=name, chain_role=role, **fields)


def test_people_stand_in_the_lane_of_their_part_below_their_superior(cast: Cast):
    boss = _person(cast.acme, "Boss", "decider", influence=5, attitude=0)
    money = _person(cast.acme, "Money", "approver", influence=4)
    _person(cast.acme, "Ledger", "user", influence=1, attitude=-2, reports_to=money)
    _person(cast.acme, "Buyer", "purchaser", influence=2, attitude=1, reports_to=boss)
    drawn = chain(list(Contact.objects.filter(customer=cast.acme)))
    assert [lane.label for lane in drawn.lanes] == ["Decide", "Influence", "Use"]
    places = {person.contact.name: (person.row, person.column) for person in drawn.people}
    assert places == {"Boss": (1, 1), "Money": (1, 2), "Buyer": (2, 1), "Ledger": (3, 2)}
    assert drawn.height == 252
    words = {person.contact.name: (person.attitude, person.tone) for person in drawn.people}
    assert words["Ledger"] == ("Opposed", "bad")
    assert words["Money"] == ("Not known", "")
    assert drawn.summary == "4 people · 1 for us · 1 against"
    straight = [(wire.x1, wire.y1, wire.x2, wire.y2) for wire in drawn.wires]
    assert straight == [("16.67%", 73, "16.67%", 95), ("50.00%", 73, "50.00%", 179)]


def test_a_lane_of_many_grows_and_says_who_is_left_out(cast: Cast):
    for number in range(11):
        _person(cast.acme, f"P{number:02}", "user", influence=5 if number == 10 else 1)
    drawn = chain(list(Contact.objects.filter(customer=cast.acme)))
    assert ([lane.rows for lane in drawn.lanes], drawn.left_out) == ([3], 2)
    assert drawn.people[0].contact.name == "P10"
    assert len({(person.row, person.column) for person in drawn.people}) == 9
    assert "2 more people under Contacts" in _page(cast.alice, cast.acme)


def test_it_is_said_when_nobody_who_decides_or_one_person_only_is_known(cast: Cast):
    def gaps() -> list[str]:
        return re.findall(r'class="gaps".*?</ul>', _page(cast.alice, cast.acme), re.DOTALL)

    _person(cast.acme, "Loader", "user")
    [shown] = gaps()
    assert "Only one person is known" in shown
    assert "Nobody who decides is known" in shown
    assert f"/customers/{cast.acme.pk}/contacts/new/?role=decider" in shown
    _person(cast.acme, "Buyer", "purchaser")
    [shown] = gaps()
    assert "Only one person is known" not in shown
    _person(cast.acme, "Boss", "approver")
    assert gaps() == []


def test_nobody_known_is_said_to_be_a_danger(cast: Cast):
    page = _page(cast.alice, cast.acme)
    assert "Nobody is known yet" in page
    assert "easily lost" in page


# --- money, next steps, callout ---


def _line(customer: Customer, number: str, due_in: int, amount: str, paid: str = "0") -> None:
    due = DAY + dt.timedelta(days=due_in)
    line = PlanLine.objects.create(
        line_no=number, customer=customer, issued_on=day_before(100), due_on=due,
        original_due_on=due, amount=Decimal(amount),
    )  # fmt: skip
    if Decimal(paid):
        receipt = Receipt.objects.create(
            receipt_no=f"R-{number}", customer=customer, received_on=day_before(1),
            amount=Decimal(paid),
        )  # fmt: skip
        Allocation.objects.create(
            receipt=receipt, line=line, customer=customer, amount=Decimal(paid),
            allocated_on=day_before(1),
        )  # fmt: skip


def test_the_plan_shows_what_was_settled_last_and_what_is_open_first(cast: Cast):
    for place, due_in in enumerate([-90, -60, -40]):
        _line(cast.acme, f"OLD-{place}", due_in, "10.00", paid="10.00")
    _line(cast.acme, "LATE", -18, "100.00", paid="60.00")
    for place in range(6):
        _line(cast.acme, f"NEXT-{place}", 5 + place, "50.00")
    publish([Night(cast.acme, "5.00")])
    page = _page(cast.alice, cast.acme)
    card = page[page.index("Collection plan") : page.index("Satisfaction</h2>")]
    rows = re.findall(r'<th scope="row"><span title="([^"]+)"', card)
    assert rows == ["OLD-1", "OLD-2", "LATE", "NEXT-0", "NEXT-1", "NEXT-2", "NEXT-3"]
    assert "18 days late" in card
    assert card.count("settled") == 2


def _alert(customer: Customer, severity: str, kind: str = "payment_due", **fields) -> Alert:
    facts = {
        "key": f"{kind}:{severity}:{customer.code}", "kind": kind, "severity": severity,
        "customer": customer, "subject": "PL-1", "opened_on": day_before(3),
        "due_on": day_before(10), "amount": Decimal("40.00"), "currency": "CNY",
    } | fields  # fmt: skip
    return Alert.objects.create(**facts)


def test_next_steps_are_the_open_alerts_loudest_first(cast: Cast):
    _line(cast.acme, "PL-2", -10, "40.00", paid="28.00")
    _alert(cast.acme, "low", subject="PL-2")
    _alert(cast.acme, "critical", due_on=day_before(30))
    _alert(cast.acme, "high", status="closed", closed_on=day_before(1), closing_reason="paid")
    _alert(cast.bolt, "critical")
    page = _page(cast.alice, cast.acme)
    steps = page[page.index("Next steps</h2>") : page.index("Activity</h2>")]
    assert re.findall(r"<small>([^<]+)</small>", steps) == [
        "¥40.00 · Line PL-1",
        "¥12.00 · Line PL-2",
    ]
    assert "Nothing is open" in _page(cast.greta, cast.wolf)


def test_red_is_shown_only_while_it_is_true_and_something_can_be_done(cast: Cast):
    def callout() -> list[str]:
        page = _page(cast.alice, cast.acme)
        return re.findall(r'<div class="note note-bad">.*?<b class="grow">([^<]+)</b><a', page)

    _line(cast.acme, "PL-1", -18, "41.00")
    publish([Night(cast.acme, "5.00")])
    assert callout() == []  # late, but no alert of weight
    _alert(cast.acme, "high")
    assert callout() == ["¥41.00 overdue, the oldest by 18 days."]
    _line(cast.acme, "PL-2", -3, "1.00")
    receipt = Receipt.objects.create(
        receipt_no="R-9", customer=cast.acme, received_on=day_before(0), amount=Decimal("42.00")
    )
    for number, amount in (("PL-1", "41.00"), ("PL-2", "1.00")):
        Allocation.objects.create(
            receipt=receipt, line=PlanLine.objects.get(line_no=number), customer=cast.acme,
            amount=Decimal(amount), allocated_on=day_before(0),
        )  # fmt: skip
    assert callout() == []  # paid since the night
    _alert(
        cast.acme, "high", "low_score", subject="A-1",
        params={"answers": {"nps": 3}, "role": "decider"},
    )  # fmt: skip
    assert callout() == ["1 low score (Decider: NPS 3)."]
    _alert(
        cast.acme, "critical", "volume_drop", subject="ACME",
        params={"now": "70.00", "base": "100.00", "basis": "year"},
    )  # fmt: skip
    assert callout() == [
        "Revenue falls, 3 months −30.0% against a year ago; 1 low score (Decider: NPS 3)."
    ]


# --- satisfaction, profile, contracts ---


def test_service_quality_is_drawn_once_enough_people_rated_it(cast: Cast):
    _asked(cast.acme, [2] * 4, "rater_r1_p")
    publish([Night(cast.acme, "5.00")])
    assert "Service quality" not in _page(cast.alice, cast.acme)
    _asked(cast.bolt, [3, 3, 3, 3, 6], "rater_r1_p")
    _asked(cast.bolt, [7] * 5, "rater_r1_e")
    page = _page(cast.bob, cast.bolt)
    found = re.search(r'<th scope="row">Reliability</th>\s*(.*?)</tr>', page, re.DOTALL)
    assert found is not None
    assert re.findall(r"[\d.]+(?=</td>)", found.group(1)) == ["3.60", "7.00"]


def test_how_much_of_the_file_is_filled_in(cast: Cast):
    Customer.objects.filter(pk=cast.acme.pk).update(industry="Shoes", uscc="91310115MA1K3")
    page = _page(cast.alice, cast.acme)
    assert "Shoes" in page
    # of what a small customer's file has to hold: code and industry, no place, no contact
    assert re.search(r'<span class="num">40%</span> filled in', page)
    assert re.findall(r'href="[^"]*(?:profile/place/#id_|/)(city|address|contacts/)"', page)


@pytest.mark.parametrize(
    ("days", "said"),
    [(91, []), (90, ["ends in 90 days"]), (0, ["ends in 0 days"]), (-1, ["Ended"])],
)
def test_a_contract_that_ends_soon_says_so(cast: Cast, days: int, said: list[str]):
    publish([Night(cast.acme, "5.00")])
    Contract.objects.create(
        contract_no="HT-1", customer=cast.acme, starts_on=day_before(300),
        ends_on=DAY + dt.timedelta(days=days),
    )  # fmt: skip
    assert re.findall(r"ends in \d+ days|\bEnded\b", _page(cast.alice, cast.acme)) == said


def test_contracts_are_told_with_their_end(cast: Cast):
    Contract.objects.create(
        contract_no="HT-1", customer=cast.acme, starts_on=day_before(90), kind="Framework"
    )
    page = _page(cast.alice, cast.acme)
    assert re.search(r"HT-1</a> · Framework", page)
    assert "open-ended" in page


def test_a_contract_sums_its_lines_and_leaves_out_what_is_void(cast: Cast):
    contract = Contract.objects.create(
        contract_no="HT-1", customer=cast.acme, starts_on=day_before(90)
    )
    _line(cast.acme, "PL-1", -18, "100.00", paid="60.00")
    _line(cast.acme, "PL-2", 12, "50.50")
    _line(cast.acme, "PL-3", 12, "900.00")
    PlanLine.objects.filter(line_no="PL-3").update(state="void")
    PlanLine.objects.update(contract=contract)
    page = _page(cast.alice, cast.acme, "contracts/")
    sums = dict(re.findall(r"<dt>(\w+)</dt><dd><data[^>]*>(¥[\d.,]+)<", page))
    assert (sums["Planned"], sums["Received"]) == ("¥150.50", "¥60.00")
    assert re.findall(r'<th scope="row">(PL-\d)', page) == ["PL-3", "PL-2", "PL-1"]
    assert "Void" in page


@pytest.mark.parametrize(
    ("person", "verb", "path"),
    [
        ("alice", "Chase", "/receivables/{pk}/remind/"),
        ("fiona", "Record a receipt", "/receipts/new/?line=PL-1"),
        ("ann", "Open", "/customers/{pk}/receivables/"),
    ],
)
def test_each_role_is_offered_what_it_may_do_about_money(
    cast: Cast, person: str, verb: str, path: str
):
    _alert(cast.acme, "high")
    page = _page(getattr(cast, person), cast.acme)
    steps = page[page.index("Next steps</h2>") : page.index("Activity</h2>")]
    found = re.findall(r'<a class="btn btn-s" href="([^"]+)"[^>]*>([^<]+)<', steps)
    assert found == [(path.format(pk=cast.acme.pk), verb)]
    assert ('hx-target="#drawer"' in steps) == (verb != "Open")
    assert ("/done/" in steps) == (person != "ann")


@pytest.mark.parametrize(("volume", "shown"), [("7781000.000", "7,781,000"), ("1.250", "1.25")])
def test_a_volume_is_written_without_empty_decimals(cast: Cast, volume: str, shown: str):
    cast.acme.planned_annual_volume = Decimal(volume)
    facts = [fact for _label, facts in profile(cast.alice, cast.acme) for fact in facts]
    assert [fact.value for fact in facts if fact.label == "planned annual volume"] == [shown]
