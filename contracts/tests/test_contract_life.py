"""Contracts are written down, reviewed, signed, suspended, ended, and go on by themselves."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from contracts import jobs
from contracts.models import Contract, Statement
from contracts.reports.terms import days_left, life_of
from contracts.rules.contracts import MOVES, Act, Facts, Life, Stage, extended_end, life
from contracts.services.billing import bill_by_statements
from contracts.services.contracts import decide_contract, discard_draft, extend_contracts
from contracts.services.statements import make_statements
from contracts.tests.make import day, make_line
from core.errors import RefusedError
from core.rules import add_months
from engagement.models import Task
from shipments.tests.make import load, waybill
from tests.cast import Cast
from tests.pages import client_of, text_of

pytestmark = pytest.mark.django_db
TODAY = day("2026-03-31")


def make_draft(cast: Cast, **fields: object) -> Contract:
    facts = {
        "contract_no": "HT-9",
        "customer": cast.acme,
        "stage": "draft",
        "starts_on": day("2026-04-01"),
        "ends_on": day("2027-03-31"),
        "settlement": "monthly",
    }
    return Contract.objects.create(**{**facts, **fields})


def decide(contract: Contract, act: Act, **facts: Any) -> Contract:
    return decide_contract(contract, act, today=TODAY, **facts)


def told_to_dispatch() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM api_change WHERE 'credit' = ANY (fields)")
        return int(cursor.fetchone()[0])


def test_a_second_person_signs_what_the_manager_sent_and_dispatch_hears_of_it_then(cast: Cast):
    contract = make_draft(cast)
    decide(contract, Act.SUBMIT, on=TODAY, actor=cast.alice)
    with pytest.raises(RefusedError, match="second person"):
        decide(contract, Act.SIGN, on=TODAY, actor=cast.alice)
    with pytest.raises(RefusedError, match="Say why"):
        decide(contract, Act.RETURN, on=TODAY, reason=" ", actor=cast.olga)
    decide(contract, Act.RETURN, on=TODAY, reason="30 days at most", actor=cast.olga)
    decide(contract, Act.SUBMIT, on=TODAY, actor=cast.alice)
    assert told_to_dispatch() == 0  # a draft is no terms
    asked = Task.objects.get(state="open")
    assert (asked.assignee, asked.due_on, asked.title) == (
        cast.olga, TODAY, "Contract HT-9 is in review: sign it or send it back",
    )  # fmt: skip
    signed = decide(contract, Act.SIGN, on=day("2026-03-30"), actor=cast.olga)
    assert (signed.stage, signed.signed_on) == ("signed", day("2026-03-30"))
    assert told_to_dispatch() == 1
    assert set(Task.objects.values_list("state", "closed_by")) == {("done", cast.olga.pk)}
    assert [(d.act, d.reason, d.decided_by) for d in contract.decisions.all()] == [
        ("sign", "", cast.olga),
        ("submit", "", cast.alice),
        ("return", "30 days at most", cast.olga),
        ("submit", "", cast.alice),
    ]


def test_what_does_not_follow_from_where_it_stands_is_refused_and_nothing_is_kept(cast: Cast):
    contract = make_draft(cast)
    for act in set(MOVES) - {Act.SUBMIT}:
        with pytest.raises(RefusedError, match="HT-9 is draft"):
            decide(contract, act, on=TODAY, reason="x", actor=cast.olga)
    assert not contract.decisions.exists()


def test_a_terminated_contract_ends_on_its_last_day_and_does_not_go_on(cast: Cast):
    contract = make_draft(cast, stage="signed", renewal_months=12, notice_days=0)
    with pytest.raises(RefusedError, match="2026-04-01"):
        decide(contract, Act.TERMINATE, on=TODAY, reason="Moves away", actor=cast.olga)
    last = day("2026-06-30")
    ended = decide(contract, Act.TERMINATE, on=last, reason="Moves away", actor=cast.olga)
    assert (ended.stage, ended.ends_on) == ("terminated", last)
    assert extend_contracts(day("2027-12-31")) == 0
    facts = Facts(Stage.TERMINATED, ended.starts_on, ended.ends_on)
    assert life(facts, last) == Life.EXPIRING
    assert life(facts, day("2026-07-01")) == Life.TERMINATED


def test_only_drafts_are_taken_away(cast: Cast):
    contract = make_draft(cast)
    make_line(cast.acme, "L1", "2026-05-01", "10", contract=contract)
    with pytest.raises(RefusedError, match="no draft any more"):
        discard_draft(contract)
    contract.plan_lines.all().delete()
    discard_draft(contract)
    assert not Contract.objects.exists()


def test_the_night_lets_a_contract_go_on_once_notice_is_too_late(cast: Cast):
    contract = make_draft(cast, stage="signed", renewal_months=12, notice_days=30)
    assert extend_contracts(day("2027-03-01")) == 0  # the last day for it
    assert extend_contracts(day("2027-03-02")) == 1
    assert extend_contracts(day("2027-03-02")) == 0
    contract.refresh_from_db()
    assert contract.ends_on == day("2028-03-31")
    [kept] = contract.decisions.all()
    assert (kept.act, kept.on, kept.decided_by) == ("extend", day("2027-04-01"), None)


def test_a_signed_successor_keeps_it_from_going_on(cast: Cast):
    contract = make_draft(cast, stage="signed", renewal_months=12, notice_days=30)
    later = {"starts_on": day("2027-04-01"), "ends_on": None}
    make_draft(cast, contract_no="HT-10", renews=contract, stage="signed", **later)
    assert extend_contracts(day("2027-03-31")) == 0
    assert not Contract.objects.not_renewed().filter(pk=contract.pk).exists()


def in_force(on: str) -> tuple[list[str], list[str]]:
    """The numbers of contracts in force, as a page asks and as the night does."""
    asked = Contract.objects.in_force(day(on)).values_list("contract_no", flat=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT contract_no FROM contracts_contract JOIN contracts_agreed() k USING (id)"
            " WHERE k.starts_on <= %(day)s AND coalesce(k.last_on, 'infinity') >= %(day)s"
            " ORDER BY 1",
            {"day": day(on)},
        )
        return list(asked), [row[0] for row in cursor.fetchall()]


def test_a_renewed_contract_never_comes_back_whatever_becomes_of_the_one_that_renews_it(cast: Cast):
    old = make_draft(cast, stage="signed", starts_on=day("2025-01-01"), ends_on=None)
    make_draft(cast, contract_no="OTHER", stage="signed", starts_on=day("2025-06-01"), ends_on=None)
    new = make_draft(
        cast, contract_no="NEW", renews=old, starts_on=day("2026-01-01"), ends_on=day("2026-06-30")
    )

    def told(on: str) -> list[str]:
        page, night = in_force(on)
        assert page == night
        return page

    assert told("2026-02-01") == ["HT-9", "OTHER"]  # nobody has signed it yet
    for stage in ("signed", "suspended", "terminated"):
        Contract.objects.filter(pk=new.pk).update(stage=stage)
        assert told("2025-12-31") == ["HT-9", "OTHER"]
        assert told("2026-01-01") == told("2026-06-30") == ["NEW", "OTHER"]
        assert told("2026-07-01") == ["OTHER"]
    [found] = Contract.objects.with_renewal().filter(contract_no="HT-9")
    assert life_of(found, day("2025-12-31")) == Life.ACTIVE
    assert [days_left(found, day(on)) for on in ("2025-12-30", "2026-01-02")] == [1, -2]
    assert life_of(found, day("2026-01-01")) == Life.RENEWED
    over = Contract.objects.over(day("2026-07-01")).values_list("contract_no", flat=True)
    assert list(over) == ["HT-9", "NEW"]


def signed(cast: Cast, number: str, first: str, last: str | None, **fields: object) -> Contract:
    end = day(last) if last else None
    facts = {"contract_no": number, "stage": "signed", "starts_on": day(first), "ends_on": end}
    return make_draft(cast, **{**facts, "kind": "Frame", **fields})


def billed_from() -> dict[str, str | None]:
    """Contract number -> the first day that statements bill."""
    days = Contract.objects.values_list("contract_no", "statements_from")
    return {number: first and first.isoformat() for number, first in days}


def test_contracts_from_a_table_go_on_from_the_one_before_and_so_does_their_billing(cast: Cast):
    signed(cast, "K-1", "2025-01-01", "2025-12-31", statements_from=day("2025-03-01"))
    signed(cast, "K-2", "2026-01-01", "2026-12-31")
    signed(cast, "K-3", "2027-02-01", None)
    signed(cast, "K-4", "2027-05-01", None)  # K-3 came first
    signed(cast, "LATE", "2026-03-02", None, kind="Storage")
    signed(cast, "STORED", "2025-01-01", "2025-12-31", kind="Storage")  # ended 61 days before
    signed(cast, "BESIDE", "2025-12-31", None)  # runs beside K-1
    assert (jobs.link_renewals(), jobs.link_renewals()) == (2, 0)
    renewed = Contract.objects.exclude(renews=None).values_list(
        "contract_no", "renews__contract_no"
    )
    assert list(renewed) == [("K-2", "K-1"), ("K-3", "K-2")]
    since = {number: first for number, first in billed_from().items() if first}
    assert since == {"K-1": "2025-03-01", "K-2": "2026-01-01", "K-3": "2027-02-01"}
    load(waybill("W-1", cast.acme, "2027-02-10 10:00", revenue=Decimal(12)))
    (number,) = make_statements(day("2027-03-01"))
    stated = Statement.objects.get(pk=number)
    assert (stated.contract.contract_no, stated.amount) == ("K-3", Decimal(12))


def test_billing_does_not_go_on_by_itself_where_money_was_asked_for_otherwise(cast: Cast):
    old = signed(cast, "K-1", "2025-01-01", "2025-12-31", statements_from=day("2025-03-01"))
    new = signed(cast, "K-2", "2026-01-01", None, renews=old)
    other = signed(cast, "STORE", "2025-01-01", None, kind="Storage", settlement="")
    make_line(cast.acme, "RENT", "2026-03-01", "5", contract=other, issued_on=day("2026-02-01"))
    invoiced = make_line(cast.acme, "HAND", "2026-03-01", "90", issued_on=day("2026-01-31"))
    jobs.link_renewals()
    assert billed_from()["K-2"] is None  # by hand in January: nobody knows since when not
    bill_by_statements(new, since=day("2026-02-01"), today=day("2026-02-02"))
    assert billed_from()["K-2"] == "2026-02-01"
    Contract.objects.filter(pk=new.pk).update(statements_from=None)
    invoiced.delete()
    jobs.link_renewals()
    assert billed_from()["K-2"] == "2026-01-01"


def test_what_renews_a_contract_is_billed_by_statements_once_that_is(cast: Cast):
    old = signed(cast, "K-1", "2025-01-01", "2025-12-31")
    new = signed(cast, "K-2", "2026-01-01", "2026-12-31", renews=old)
    signed(cast, "K-3", "2027-01-01", None, renews=new)
    bill_by_statements(old, since=day("2025-12-01"), today=day("2025-12-31"))
    assert billed_from() == {"K-1": "2025-12-01", "K-2": "2026-01-01", "K-3": "2027-01-01"}


def test_nobody_signs_on_a_day_to_come_and_a_renewal_goes_on_being_billed(cast: Cast):
    old = make_draft(
        cast, contract_no="OLD", stage="signed", starts_on=day("2025-04-01"),
        ends_on=day("2026-03-31"), statements_from=day("2025-05-01"),
    )  # fmt: skip
    contract = make_draft(cast, stage="in_review", renews=old)
    with pytest.raises(RefusedError, match="not come yet"):
        decide(contract, Act.SIGN, on=day("2026-04-01"), actor=cast.olga)
    renewal = decide(contract, Act.SIGN, on=TODAY, actor=cast.olga)
    assert renewal.statements_from == day("2026-04-01")
    prepaid = make_draft(cast, contract_no="P", stage="in_review", settlement="prepaid")
    Contract.objects.filter(pk=contract.pk).update(renews=None)
    Contract.objects.filter(pk=prepaid.pk).update(renews=old)
    assert decide(prepaid, Act.SIGN, on=TODAY, actor=cast.olga).statements_from is None


DAYS = st.integers(0, 1500).map(lambda n: dt.date(2024, 1, 1) + dt.timedelta(n))


@given(end=DAYS, day=DAYS, months=st.integers(1, 24), notice=st.integers(0, 365))
def test_an_extended_term_is_whole_and_leaves_time_for_notice(end, day, months, notice):
    found = extended_end(end, months, notice, day)
    if found is None:
        assert day <= end - dt.timedelta(notice)
        return
    assert day <= found - dt.timedelta(notice)
    after, step = found + dt.timedelta(1), 1
    while add_months(end + dt.timedelta(1), months * step) < after:
        step += 1
    assert add_months(end + dt.timedelta(1), months * step) == after
    before = add_months(end + dt.timedelta(1), months * (step - 1)) - dt.timedelta(1)
    assert day > before - dt.timedelta(notice)  # the term before was too short


def form(**fields: str) -> dict[str, str]:
    return {
        "contract_no": "HT-7", "starts_on": "2026-04-01", "currency": "CNY", "due_kind": "days",
        "roll": "following", "kind": "", **fields,
    }  # fmt: skip


def test_a_manager_writes_a_draft_from_the_file_and_sees_it_there(cast: Cast):
    client, url = client_of(cast.alice), f"/customers/{cast.acme.pk}/contracts/new/"
    wrong = form(due_kind="pay_day", ends_on="2026-03-01", renewal_months="0", statement_day="32",
                 late_interest_rate="1.5")  # fmt: skip
    answer = client.post(url, wrong)
    assert answer.status_code == 422
    text = text_of(answer)
    for said in ("It ends before it begins", "how many months later", "which day of the month",
                 "at least 1 month", "from 1 to 31", "At most 1%"):  # fmt: skip
        assert said in text
    typed = client.post(url, form(starts_on="0001-01-01", ends_on="9999-12-31"))
    assert text_of(typed).count("Choose a year from 1800 to 2199.") == 2
    right = form(kind="Frame", due_kind="pay_day", due_months="1", pay_day="15", amount="1000",
                 late_interest_rate="0.0350")  # fmt: skip
    # As a browser sends it: with what the person has seen of each field.
    seen = {f"initial-{name}": "" for name in ("price_basis", "payer_name", "pay_method")}
    assert client.post(url, {**seen, **right}).status_code == 302
    made = Contract.objects.get(contract_no="HT-7")
    assert (made.stage, made.customer, made.pay_day) == ("draft", cast.acme, 15)
    assert made.late_interest_rate == Decimal("0.00035")
    edit = client.get(f"/contracts/{made.pk}/edit/").content.decode()
    assert 'name="late_interest_rate" value="0.035"' in edit
    page = text_of(client.get(f"/contracts/{made.pk}/"))
    assert "on day 15, 1 month after the period" in page
    assert "Send for review" in page
    assert "Record the signature" not in page
    assert "HT-7" in text_of(client.get(f"/customers/{cast.acme.pk}/contracts/"))
    assert client.post(url, right).status_code == 422  # the number is taken


def test_two_who_edit_the_same_contract_do_not_overwrite_each_other(cast: Cast):
    contract = make_draft(cast, credit_days=30)
    client, url = client_of(cast.alice), f"/contracts/{contract.pk}/edit/"
    seen = {
        f"initial-{name}": value
        for name, value in form(
            contract_no="HT-9", ends_on="2027-03-31", settlement="monthly", credit_days="30"
        ).items()
    }
    mine = form(contract_no="HT-9", ends_on="2027-03-31", settlement="monthly", credit_days="60")
    Contract.objects.update(credit_days=45, kind="Frame")
    answer = client.post(url, {**seen, **mine})
    assert answer.status_code == 409
    assert "Keep theirs" in text_of(answer)
    Contract.objects.update(credit_days=30)
    assert client.post(url, {**seen, **mine}).status_code == 302
    contract.refresh_from_db()
    assert (contract.credit_days, contract.kind) == (60, "Frame")


def test_a_contract_is_ended_by_a_head_who_types_its_number(cast: Cast):
    contract = make_draft(cast, stage="signed", starts_on=day("2025-01-01"), ends_on=None)
    url = f"/contracts/{contract.pk}/terminate/"
    assert client_of(cast.alice).get(url).status_code == 403
    client = client_of(cast.olga)
    facts = {"on": "2026-05-31", "reason": "They move away"}
    answer = client.post(url, {**facts, "typed": "HT-8"})
    assert answer.status_code == 422
    assert "not the number" in text_of(answer)
    assert client.post(url, {**facts, "typed": "HT-9"}).status_code == 302
    page = text_of(client.get(f"/contracts/{contract.pk}/"))
    assert "They move away" in page


def test_a_renewal_is_a_draft_with_the_same_terms_after_the_end(cast: Cast):
    contract = make_draft(cast, stage="signed", credit_days=45, renewal_months=12)
    page = (
        client_of(cast.alice)
        .get(f"/customers/{cast.acme.pk}/contracts/new/?renews={contract.pk}")
        .content.decode()
    )
    for value in ('value="2027-04-01"', 'value="2028-03-31"', 'value="45"'):
        assert value in page
    assert "HT-9" not in text_of(
        client_of(cast.wendy).get(f"/customers/{cast.wolf.pk}/contracts/new/?renews={contract.pk}")
    )


def test_a_head_finds_what_waits_for_a_signature_and_what_ends_soon(cast: Cast):
    make_draft(cast, contract_no="HT-REVIEW", stage="in_review")
    today = timezone.localdate()
    past = {"starts_on": today - dt.timedelta(300), "ends_on": today + dt.timedelta(60)}
    make_draft(cast, contract_no="HT-SOON", stage="signed", **past)
    past["customer"] = cast.bolt
    kept = make_draft(cast, contract_no="HT-KEPT", stage="signed", **past)
    make_draft(
        cast, contract_no="HT-NEXT", customer=cast.bolt, stage="signed", renews=kept,
        starts_on=today + dt.timedelta(61), ends_on=None,
    )  # fmt: skip
    client = client_of(cast.olga)
    shown = {
        state: text_of(client.get(f"/contracts/?state={state}"))
        for state in ("", "in_review", "expiring", "active", "over", "suspended", "draft")
    }
    numbers = ("HT-REVIEW", "HT-SOON", "HT-KEPT", "HT-NEXT")
    assert {state: [n for n in numbers if n in text] for state, text in shown.items()} == {
        "": [*numbers],
        "in_review": ["HT-REVIEW"],
        "expiring": ["HT-SOON"],
        "active": ["HT-SOON", "HT-KEPT"],
        "over": [],
        "suspended": [],
        "draft": [],
    }
    assert "HT-SOON" in text_of(client.get("/contracts/?q=HT-S"))
    assert "HT-SOON" not in text_of(client_of(cast.wendy).get("/contracts/"))
