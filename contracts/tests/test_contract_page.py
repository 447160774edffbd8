"""The page of a contract: its life, its money and its plan, with hand-calculated values."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from contracts.models import Contract, PlanLine
from contracts.reports.contract import progress, receipts_of, steps
from contracts.reports.terms import life_of
from contracts.rules.ledger import Allocation, LedgerLine
from contracts.services import reverse_receipt, write_off_line
from contracts.tests.make import day, make_line, pay
from contracts.views.contract import bar, steps_chart
from contracts.views.life import stages
from core.rules import ZERO
from tests.cast import Cast
from tests.pages import client_of, text_of

pytestmark = pytest.mark.django_db


def make_contract(cast: Cast, **fields: object) -> Contract:
    facts = {
        "contract_no": "HT-1",
        "customer": cast.acme,
        "kind": "Frame contract",
        "signed_on": day("2024-12-20"),
        "starts_on": day("2025-01-01"),
        "ends_on": day("2025-12-31"),
    }
    return Contract.objects.create(**{**facts, **fields})


@pytest.fixture
def planned(cast: Cast) -> Contract:
    """As at 2025-08-31: A paid in time, B 10 days late, C half paid and 31 late, D not due."""
    contract = make_contract(cast)
    for number, due, amount in (
        ("A", "2025-05-31", "100"), ("B", "2025-06-30", "300"), ("C", "2025-07-31", "200"),
        ("D", "2025-09-30", "400"),
    ):  # fmt: skip
        make_line(cast.acme, number, due, amount, contract=contract)
    pay(cast.acme, "R1", "2025-05-20", "100", line_no="A")
    pay(cast.acme, "R2", "2025-07-10", "300", line_no="B")
    pay(cast.acme, "R3", "2025-08-10", "100", line_no="C")
    return contract


def test_planned_received_overdue_and_delay_are_those_of_the_ledger(planned: Contract):
    [money] = progress(planned, day("2025-08-31"))
    assert (money.planned, money.received) == (Decimal("1000.00"), Decimal("500.00"))
    assert money.due_by_now == Decimal("600.00")
    assert (money.received_share, money.due_share) == (Decimal("0.5"), Decimal("0.6"))
    assert (money.overdue, money.worst_days) == (Decimal("100.00"), 31)
    assert money.mean_days_late == Decimal("7.5")  # (100 x 0 + 300 x 10) / 400
    assert {name: str(amount) for name, amount in money.ages.items() if amount} == {
        "not_due": "400.00",
        "d31_60": "100.00",
    }
    assert money.open == Decimal("500.00")
    rows = {row.line.line_no: row for row in money.rows}
    assert [(no, rows[no].state.value, rows[no].days_late) for no in "ABCD"] == [
        ("A", "paid", 0), ("B", "paid", 0), ("C", "partial", 31), ("D", "open", 0),
    ]  # fmt: skip
    assert (rows["A"].paid_late, rows["B"].paid_late, rows["C"].paid_late) == (0, 10, None)


def test_an_earlier_day_shows_what_stood_then(planned: Contract):
    [money] = progress(planned, day("2025-07-05"))
    assert money.received == Decimal("100.00")
    assert money.overdue == Decimal("300.00")
    assert money.worst_days == 5


def test_void_lines_do_not_count_and_written_off_ones_are_no_longer_open(planned: Contract):
    make_line(planned.customer, "V", "2025-06-30", "999", contract=planned, state="void")
    make_line(
        planned.customer, "W", "2025-06-30", "50", contract=planned, state="written_off",
        written_off_on=day("2025-08-01"),
    )  # fmt: skip
    [money] = progress(planned, day("2025-08-31"))
    assert money.planned == Decimal("1050.00")
    assert money.overdue == Decimal("100.00")
    states = {row.line.line_no: row.state.value for row in money.rows}
    assert (states["V"], states["W"]) == ("void", "written_off")


def test_a_line_stands_open_until_the_day_on_which_it_is_given_up(planned: Contract):
    make_line(planned.customer, "W", "2025-06-30", "50", contract=planned)
    pay(planned.customer, "R9", "2025-07-15", "20", line_no="W")
    line = PlanLine.objects.get(line_no="W")
    write_off_line(
        line, reason="Bankrupt", waived=False, expected=Decimal(30), day=day("2025-08-01")
    )

    def shown(on: str) -> tuple[str, Decimal, int, int | None]:
        [money] = progress(planned, day(on))
        [row] = [row for row in money.rows if row.line.line_no == "W"]
        return row.state.value, row.remainder, row.days_late, row.paid_late

    assert shown("2025-07-31") == ("partial", Decimal("30.00"), 31, None)
    assert shown("2025-08-01") == ("written_off", Decimal(0), 0, None)


def test_currencies_are_never_added_up(planned: Contract):
    make_line(planned.customer, "E", "2025-06-30", "70", contract=planned, currency="EUR")
    cny, eur = progress(planned, day("2025-08-31"))
    assert (cny.planned, eur.planned) == (Decimal("1000.00"), Decimal("70.00"))


def test_receipts_say_which_lines_they_settled_and_what_is_left_of_them(planned: Contract):
    make_line(planned.customer, "OTHER", "2025-06-01", "30")
    receipt = pay(planned.customer, "R4", "2025-08-20", "40")  # oldest first: OTHER, then C
    rows = {row.receipt.receipt_no: row for row in receipts_of(planned)}
    assert (rows["R4"].matched, rows["R4"].line_nos) == (Decimal("10.00"), ["C"])
    assert list(rows) == ["R4", "R3", "R2", "R1"]
    reverse_receipt(receipt, on=day("2025-08-21"), reason="Bounced")
    rows = {row.receipt.receipt_no: row for row in receipts_of(planned)}
    assert (rows["R4"].matched, rows["R4"].line_nos) == (0, [])


def test_the_chart_has_the_numbers_of_its_table_and_ends_at_today(planned: Contract):
    [money] = progress(planned, day("2025-08-31"))
    chart = steps_chart(money)
    at_today = next(step for step in money.steps if step.day == day("2025-08-31"))
    assert (at_today.planned, at_today.received) == (Decimal("600.00"), Decimal("500.00"))
    assert money.steps[-1].planned == Decimal("1000.00")
    assert money.steps[-1].received is None
    received, plan = chart.option["series"]
    assert received["data"] == [
        None if step.received is None else float(step.received) for step in money.steps
    ]
    assert plan["data"] == [float(step.planned) for step in money.steps]
    assert received["step"] == "end"
    assert "¥500 of ¥1,000 planned" in chart.summary
    assert sum(amount for amount, _tone in bar(money)) == money.open


DAYS = st.integers(0, 700).map(lambda n: dt.date(2024, 1, 1) + dt.timedelta(n))
LINES = st.lists(
    st.builds(
        lambda issued, credit, amount, paid, on: LedgerLine(
            "L", issued, issued + dt.timedelta(credit), Decimal(amount),
            (Allocation("L", Decimal(min(paid, amount)), on),) if paid else (),
        ),
        DAYS, st.integers(-30, 200), st.integers(1, 1000), st.integers(0, 1000), DAYS,
    ),
    max_size=8,
)  # fmt: skip


@given(lines=LINES, today=DAYS)
def test_steps_only_climb_end_with_the_whole_plan_and_are_few(lines, today):
    found = steps(lines, today)
    assert (found == []) == (not lines)
    if not lines:
        return
    planned = [step.planned for step in found]
    received = [step.received for step in found if step.received is not None]
    assert planned == sorted(planned)
    assert received == sorted(received)
    assert planned[-1] == sum((line.amount for line in lines), ZERO)
    days = [step.day for step in found]
    assert days == sorted(set(days))
    assert len(found) <= 62
    if received:
        last = max(step.day for step in found if step.received is not None)
        assert received[-1] == sum((line.allocated(last) for line in lines), ZERO)
        assert (today - last).days < max(7, (days[-1] - days[0]).days)


@pytest.mark.parametrize(
    ("today", "state", "states"),
    [
        ("2024-12-25", "planned", ["now", "next", "later", "later"]),
        ("2025-01-01", "active", ["done", "now", "next", "later"]),
        ("2025-10-01", "active", ["done", "now", "next", "later"]),
        ("2025-10-02", "expiring", ["done", "done", "now", "next"]),
        ("2025-12-31", "expiring", ["done", "done", "now", "next"]),
        ("2026-01-01", "expired", ["done", "done", "done", "now"]),
    ],
)
def test_the_life_of_a_contract_follows_its_dates(cast: Cast, today, state, states):
    made = make_contract(cast)
    contract = Contract.objects.with_renewal().get(pk=made.pk)
    now = life_of(contract, day(today))
    assert now == state
    assert [stage.state for stage in stages(contract, [], now)] == states


def test_a_renewed_contract_ends_the_day_before_its_renewal_wherever_it_is_shown(cast: Cast):
    today = timezone.localdate()
    made = make_contract(
        cast, starts_on=today - dt.timedelta(200), ends_on=today + dt.timedelta(100)
    )
    make_contract(
        cast, contract_no="HT-2", renews=made, starts_on=today + dt.timedelta(10), ends_on=None
    )
    client = client_of(cast.fiona)
    pages = [f"/contracts/{made.pk}/", "/contracts/"]
    pages += [f"/customers/{cast.acme.pk}/{section}" for section in ("", "contracts/")]
    last, agreed = ((today + dt.timedelta(days)).isoformat() for days in (9, 100))
    for page in pages:
        html = client.get(page).content.decode()
        assert f'datetime="{last}"' in html, page
        is_agreed_shown = page == pages[0]  # among its terms
        assert (f'datetime="{agreed}"' in html) == is_agreed_shown, page
    assert "Renewal window" not in text_of(client.get(pages[0]))


def test_a_contract_without_signature_or_end_has_fewer_stages(cast: Cast):
    made = make_contract(cast, signed_on=None, ends_on=None)
    contract = Contract.objects.with_renewal().get(pk=made.pk)
    now = life_of(contract, day("2040-01-01"))
    assert now == "active"
    assert [stage.state for stage in stages(contract, [], now)] == ["now"]


def test_the_page_shows_them_to_those_who_see_the_customer_only(planned: Contract, cast: Cast):
    url = f"/contracts/{planned.pk}/"
    text = text_of(client_of(cast.alice).get(url))
    late = (timezone.localdate() - day("2025-07-31")).days
    assert "Frame contract" in text
    assert "HT-1 · Customer ACME" in text
    assert "Planned ¥1,000 4 lines" in text
    assert f"{late} days late" in text
    assert "settled, 10 days late" in text
    assert "R3" in text
    assert client_of(cast.wendy).get(url).status_code == 404
    assert client_of(cast.adam).get(url).status_code == 403
    assert "/reverse/" in client_of(cast.fiona).get(url).content.decode()
    assert "/reverse/" not in client_of(cast.alice).get(url).content.decode()


def test_a_contract_without_a_plan_says_where_lines_come_from(cast: Cast):
    contract = make_contract(cast, kind="")
    assert "No plan yet" in text_of(client_of(cast.alice).get(f"/contracts/{contract.pk}/"))
