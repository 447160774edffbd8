"""A contract's amount becomes plan lines: to the cent, once, never above what was agreed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.models import Contract, PlanLine
from contracts.rules.due_dates import Roll
from contracts.rules.instalments import Schedule, equal, instalments
from contracts.rules.terms import AgreedTerms, DueKind
from contracts.services.instalments import make_instalments, plan_gap, propose_instalments
from contracts.tests.make import day, make_line
from core.errors import RefusedError
from core.work_calendar import WorkCalendar
from organization.reports import work_calendar
from tests.cast import Cast
from tests.pages import client_of, text_of

FIRST = day("2026-05-08")


@given(
    cents=st.integers(1, 10**12),
    weights=st.lists(st.integers(0, 100), min_size=1, max_size=24).filter(any),
    apart=st.integers(1, 12),
    kind=st.sampled_from(DueKind),
    days=st.integers(0, 120),
)
def test_parts_sum_to_the_amount_and_none_is_due_before_it_is_asked_for(
    cents, weights, apart, kind, days
):
    total = Decimal(cents).scaleb(-2)
    schedule = Schedule(tuple(map(Decimal, weights)), FIRST, apart)
    terms = AgreedTerms(kind, days, 1, 15, 25, Roll.PRECEDING)
    parts = instalments(total, schedule, terms, WorkCalendar({}, ()))
    assert sum(part.amount for part in parts) == total
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    assert all(part.amount > 0 and part.due_on >= part.issued_on for part in parts)


def test_the_example_of_portions_is_right_to_the_cent():
    schedule = Schedule((Decimal(30), Decimal(30), Decimal(40)), FIRST, 1)
    parts = instalments(Decimal("10000.01"), schedule, AgreedTerms(), WorkCalendar({}, ()))
    assert [str(part.amount) for part in parts] == ["3000.00", "3000.00", "4000.01"]


@pytest.fixture
def contract(cast: Cast) -> Contract:
    return Contract.objects.create(
        contract_no="HT-1", customer=cast.acme, starts_on=day("2026-01-01"),
        amount=Decimal("100000.00"), due_kind="pay_day", due_months=1, pay_day=15,
    )  # fmt: skip


@pytest.mark.django_db
def test_lines_are_made_once_as_they_were_seen(contract: Contract):
    schedule = Schedule(equal(3), FIRST, 1)
    seen = propose_instalments(contract, schedule)
    made = make_instalments(contract, schedule, seen=seen)
    assert [(line.line_no, str(line.amount), line.due_on) for line in made] == [
        ("HT-1-01", "33333.34", work_calendar().next_workday(day("2026-06-15"))),
        ("HT-1-02", "33333.33", work_calendar().next_workday(day("2026-07-15"))),
        ("HT-1-03", "33333.33", work_calendar().next_workday(day("2026-08-15"))),
    ]
    with pytest.raises(RefusedError, match="nothing is left to plan"):
        make_instalments(contract, schedule, seen=seen)
    assert PlanLine.objects.count() == 3


@pytest.mark.django_db
def test_only_what_is_missing_is_planned_and_a_plan_that_changed_is_looked_at_again(
    contract: Contract,
):
    schedule = Schedule(equal(1), FIRST, 1)
    seen = propose_instalments(contract, schedule)
    make_line(contract.customer, "X", "2026-05-31", "90000", contract=contract)
    make_line(contract.customer, "V", "2026-05-31", "500", contract=contract, state="void")
    gap = plan_gap(contract)
    assert gap is not None
    assert (gap.planned, gap.missing) == (Decimal(90000), Decimal(10000))
    with pytest.raises(RefusedError, match="look at the lines again"):
        make_instalments(contract, schedule, seen=seen)
    [part] = propose_instalments(contract, schedule)
    assert (part.number, part.amount) == (3, Decimal("10000.00"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"stage": "draft"}, "signed contract"),
        ({"amount": None}, "says no amount"),
        ({"settlement": "monthly"}, "what is shipped"),
    ],
)
def test_there_is_no_plan_without_signature_or_amount_or_beside_statements(
    contract: Contract, fields, said
):
    Contract.objects.update(**fields)
    contract.refresh_from_db()
    with pytest.raises(RefusedError, match=said):
        propose_instalments(contract, Schedule(equal(2), FIRST, 1))


@pytest.mark.django_db
def test_the_lines_are_shown_before_they_are_made(contract: Contract, cast: Cast):
    client, url = client_of(cast.alice), f"/contracts/{contract.pk}/plan/"
    facts = {"by": "portions", "portions": "30/30/x", "first_on": "2026-05-08", "months_apart": "1"}
    assert "30/30/40" in text_of(client.post(url, facts))
    facts["portions"] = "30%/70%"
    shown = client.post(url, facts)
    text = text_of(shown)
    assert "¥30,000.00" in text
    assert "¥70,000.00" in text
    assert not PlanLine.objects.exists()
    [mark] = [p.split('"')[0] for p in shown.content.decode().split('name="seen" value="')[1:]]
    client.post(url, {**facts, "portions": "50/50", "seen": mark})  # changed: shown again
    assert not PlanLine.objects.exists()
    assert client.post(url, {**facts, "seen": mark}).status_code == 302
    assert PlanLine.objects.count() == 2
    assert "the plan is the whole amount" in text_of(client.get(f"/contracts/{contract.pk}/"))
