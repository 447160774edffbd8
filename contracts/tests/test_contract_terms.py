"""Service levels, rebates, amendments, extra work of a contract, and the alerts about it."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import jobs
from contracts.models import (
    Amendment,
    Commitment,
    CommitmentResult,
    Contract,
    ExtraWork,
    RebateStep,
)
from contracts.reports.terms import as_on
from contracts.reports.worth import extra_sums, year_rebate
from contracts.rules.commitments import last_month
from contracts.rules.rebates import contract_year, rebate
from contracts.services.amendments import AmendmentEntry, write_amendment
from contracts.services.contracts import extend_contracts
from contracts.services.terms import keep_extra_work, set_levels, set_rebate
from contracts.tests.make import day
from contracts.views.beside import SHOWN
from core.errors import RefusedError
from engagement.models import Alert, Complaint, Task
from organization.models import User
from shipments.tests.make import load, waybill
from tests.cast import Cast
from tests.pages import client_of, text_of
from workspace.alert_words import sentence

TODAY = day("2026-03-31")


@pytest.fixture
def contract(cast: Cast) -> Contract:
    return Contract.objects.create(
        contract_no="HT-1",
        customer=cast.acme,
        starts_on=day("2026-01-01"),
        ends_on=day("2026-12-31"),
        amount=Decimal("100000.00"),
        credit_days=30,
    )


def open_alerts(kind: str) -> list[Alert]:
    return list(Alert.objects.filter(kind=kind).exclude(status="closed"))


@pytest.mark.django_db
def test_an_end_is_told_once_a_stage_until_somebody_renews_it(contract: Contract):
    assert jobs.open_contract_alerts(day("2026-10-01")) == 0  # 91 days before
    assert jobs.open_contract_alerts(day("2026-10-02")) == 1
    assert jobs.open_contract_alerts(day("2026-10-20")) == 0
    assert jobs.open_contract_alerts(day("2026-12-01")) == 1  # nothing ran at 60
    assert jobs.close_contract_alerts(day("2026-12-01")) == 1
    [alert] = open_alerts("contract_ending")
    assert alert.params["stage"] == 30
    assert "HT-1 ends on" in sentence(alert)
    draft = Contract.objects.create(
        contract_no="HT-2", customer=contract.customer, starts_on=day("2027-01-01"),
        stage="draft", renews=contract,
    )  # fmt: skip
    assert jobs.close_contract_alerts(day("2026-12-02")) == 0
    Contract.objects.filter(pk=draft.pk).update(stage="signed")
    assert jobs.close_contract_alerts(day("2026-12-02")) == 1
    assert jobs.open_contract_alerts(day("2026-12-05")) == 0


@pytest.mark.django_db
def test_a_contract_that_goes_on_says_until_when_notice_is_possible(contract: Contract):
    Contract.objects.update(renewal_months=12, notice_days=30)
    jobs.open_contract_alerts(day("2026-11-01"))
    [alert] = open_alerts("contract_ending")
    assert "unless notice is given by" in sentence(alert)
    assert extend_contracts(day("2026-12-02")) == 1
    assert jobs.close_contract_alerts(day("2026-12-02")) == 1
    assert open_alerts("contract_ending") == []


@pytest.mark.django_db
def test_service_levels_are_measured_and_told_until_they_are_kept_again(
    contract: Contract, cast: Cast
):
    levels = {"on_time": Decimal("0.9"), "damage": Decimal("0.05")}
    set_levels(contract, levels, actor=cast.olga)
    promise = {"promised_at": "2026-02-05 10:00"}
    late = [
        waybill(f"L{n}", contract.customer, "2026-02-02 10:00",
                delivered_at="2026-02-07 10:00", exception="damage", **promise)
        for n in range(3)
    ]  # fmt: skip
    good = [
        waybill(f"G{n}", contract.customer, "2026-02-02 10:00",
                delivered_at="2026-02-04 10:00", **promise)
        for n in range(9)
    ]  # fmt: skip
    before = waybill("X", contract.customer, "2025-12-02 10:00", exception="damage")
    load(*late, *good, before)
    assert jobs.measure_commitments(day("2026-03-30")) == 2
    assert jobs.measure_commitments(day("2026-03-30")) == 0
    found = {r.commitment.measure: r for r in CommitmentResult.objects.select_related("commitment")}
    assert (found["on_time"].value, found["on_time"].met) == (Decimal("0.75"), False)
    assert (found["damage"].year_count, found["damage"].year_value) == (12, Decimal("0.25"))
    assert jobs.open_commitment_alerts(day("2026-03-30")) == 2
    assert jobs.open_commitment_alerts(day("2026-03-30")) == 0
    texts = [sentence(alert) for alert in open_alerts("commitment_missed")]
    assert any("2026-02" in text and "90%" in text and "75%" in text for text in texts)
    load(*(
        waybill(f"M{n}", contract.customer, "2026-03-02 10:00", promised_at="2026-03-05 10:00",
                delivered_at="2026-03-04 10:00")
        for n in range(10)
    ))  # fmt: skip
    jobs.measure_commitments(TODAY)  # March is over
    assert jobs.open_commitment_alerts(TODAY) == 0
    assert jobs.close_commitment_alerts(TODAY) == 2
    assert set(Alert.objects.values_list("closing_reason", flat=True)) == {"recovered"}


def test_the_last_month_is_the_one_that_is_over_at_the_end_of_the_day():
    assert last_month(day("2026-03-30")) == 2026 * 12 + 1
    assert last_month(day("2026-03-31")) == 2026 * 12 + 2
    assert last_month(day("2026-01-01")) == 2025 * 12 + 11


@pytest.mark.django_db
def test_an_amendment_is_in_force_from_its_day_and_what_was_before_can_be_seen(
    contract: Contract, cast: Cast
):
    def entry(begin: str, **changes: object) -> AmendmentEntry:
        return AmendmentEntry(TODAY, day(begin), "As agreed by phone", changes)

    write_amendment(contract, entry("2026-03-01", credit_days=45), today=TODAY, actor=cast.olga)
    later = entry("2026-06-01", amount=Decimal("120000.00"), ends_on=day("2027-06-30"))
    second = write_amendment(contract, later, today=TODAY, actor=cast.olga)
    contract.refresh_from_db()
    assert (contract.credit_days, contract.amount) == (45, Decimal("100000.00"))
    with pytest.raises(RefusedError, match="2026-06-01"):
        write_amendment(contract, entry("2026-05-01"), today=TODAY, actor=cast.olga)
    assert jobs.apply_amendments(day("2026-05-31")) == 0
    assert jobs.apply_amendments(day("2026-06-02")) == 1
    assert jobs.apply_amendments(day("2026-06-02")) == 0
    contract.refresh_from_db()
    assert (contract.amount, contract.ends_on) == (Decimal("120000.00"), day("2027-06-30"))
    assert second.number == 2
    rows = Amendment.objects.all()
    for on, days, amount, end in (
        ("2026-02-28", 30, "100000.00", "2026-12-31"),
        ("2026-03-01", 45, "100000.00", "2026-12-31"),
        ("2026-06-01", 45, "120000.00", "2027-06-30"),
    ):
        was = as_on(contract, rows, day(on))
        assert (was.credit_days, was.amount, was.ends_on) == (days, Decimal(amount), day(end))
    page = text_of(client_of(cast.alice).get(f"/contracts/{contract.pk}/?on=2026-02-28"))
    assert "As it was on" in page
    assert "¥100,000.00 → ¥120,000.00" in page


def entry_of(begin: str, **changes: object) -> AmendmentEntry:
    return AmendmentEntry(TODAY, day(begin), "As agreed by phone", changes)


@pytest.mark.django_db
def test_an_amendment_that_cannot_come_into_force_is_refused_and_the_night_goes_on(
    contract: Contract, cast: Cast
):
    def write(begin: str, **changes: object) -> Amendment:
        return write_amendment(contract, entry_of(begin, **changes), today=TODAY, actor=cast.olga)

    for begin, end, said in (
        ("2026-06-01", "2025-12-31", "begins after the new end"),
        ("2026-06-01", "2026-05-31", "before the change is in force"),
    ):
        with pytest.raises(RefusedError, match=said):
            write(begin, ends_on=day(end))
    bad = write("2026-06-01", ends_on=day("2026-06-30"), amount=Decimal("7.00"))
    good = write("2026-06-01", credit_days=60)
    Contract.objects.update(starts_on=day("2026-07-01"))  # put right meanwhile
    assert jobs.apply_amendments(day("2026-06-01")) == 1
    assert jobs.apply_amendments(day("2026-06-01")) == 0
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.refusal, bad.applied_on) == ("begins_later", None)
    assert good.applied_on == day("2026-06-01")
    contract.refresh_from_db()
    assert (contract.ends_on, contract.credit_days) == (day("2026-12-31"), 60)
    assert contract.amount == Decimal("100000.00")
    task = Task.objects.get()
    assert (task.assignee, task.due_on) == (cast.olga, day("2026-06-01"))
    assert task.title == (
        "Amendment 1 of contract HT-1 is not in force: the contract begins after the new end"
    )
    page = text_of(client_of(cast.alice).get(f"/contracts/{contract.pk}/"))
    assert "Not in force the contract begins after the new end" in page
    late = write("2026-08-01", ends_on=day("2027-01-31"))
    Contract.objects.update(stage="terminated", ends_on=day("2026-07-31"))
    User.objects.filter(pk=cast.olga.pk).update(is_active=False)
    assert jobs.apply_amendments(day("2026-08-01")) == 0
    late.refresh_from_db()
    assert late.refusal == "terminated"
    assert Task.objects.latest("pk").assignee == cast.alice  # its author has left


@pytest.mark.django_db
def test_an_account_manager_changes_drafts_and_nothing_that_was_sent_or_signed(
    contract: Contract, cast: Cast
):
    levels, steps = {"on_time": Decimal("0.9")}, [(Decimal(1), Decimal("0.01"))]
    client, url = client_of(cast.alice), f"/contracts/{contract.pk}/"
    drawers = [
        url + "edit/",
        *(f"{url}terms/{part}/" for part in ("levels", "rebate", "amendment")),
    ]
    for stage in ("in_review", "signed", "suspended", "terminated"):
        Contract.objects.update(stage=stage)
        for act in (
            lambda: set_levels(contract, levels, actor=cast.alice),
            lambda: set_rebate(contract, steps, actor=cast.alice),
            lambda: write_amendment(
                contract, entry_of("2026-06-01"), today=TODAY, actor=cast.alice
            ),
        ):
            with pytest.raises(RefusedError, match="no draft any more"):
                act()
        assert {client.get(drawer).status_code for drawer in drawers} == {403}
        assert client.post(url + "edit/", {}).status_code == 403
        page = client.get(url).content.decode()
        assert all(drawer not in page for drawer in drawers)
        assert ("terms/extra/" in page) == (stage != "in_review")
    head = client_of(cast.olga)
    assert {head.get(drawer).status_code for drawer in drawers} == {200}
    Contract.objects.update(stage="draft")
    assert client.get(url + "edit/").status_code == 200
    set_levels(contract, levels, actor=cast.alice)
    set_rebate(contract, steps, actor=cast.alice)
    work = ExtraWork(
        contract=contract, customer=cast.acme, done_on=TODAY, what="At night", cost=1, billed=2
    )
    with pytest.raises(RefusedError, match="nobody has signed"):
        keep_extra_work(work)
    Contract.objects.update(stage="signed")
    tomorrow = AmendmentEntry(TODAY + dt.timedelta(1), day("2026-06-01"), "Soon", {})
    with pytest.raises(RefusedError, match="not come yet"):
        write_amendment(contract, tomorrow, today=TODAY, actor=cast.olga)
    early = {"signed_on": "2025-12-01", "in_force_from": "2025-12-01", "text": "More"}
    answer = head.post(url + "terms/amendment/", early)
    assert answer.status_code == 422
    assert "The contract has not begun by then." in text_of(answer)


@pytest.mark.django_db
def test_a_complaint_that_nobody_answers_is_late_once_its_time_is_over(
    contract: Contract, cast: Cast
):
    set_levels(contract, {"response": Decimal(24)}, actor=cast.olga)

    def complain(number: str, received: str, answered: str | None) -> None:
        at = dt.datetime.fromisoformat(f"{received}+08:00")
        Complaint.objects.create(
            complaint_no=number, customer=cast.acme, received_at=at, channel="app", text="?",
            category="delay", unit=cast.acme.org_unit, answer_due_at=at, solution_due_at=at,
            answered_at=dt.datetime.fromisoformat(f"{answered}+08:00") if answered else None,
            answer="!" if answered else "",
        )  # fmt: skip

    complain("A", "2026-03-10 10:00", "2026-03-10 12:00")
    complain("B", "2026-03-31 06:00", None)
    for on, count, value, met in (
        ("2026-03-31", 1, "2", True),  # 18 hours so far: there is time
        ("2026-04-01", 2, "22", True),  # 42 hours
        ("2026-04-02", 2, "34", False),  # 66 hours
    ):
        jobs.measure_commitments(day(on))
        found = CommitmentResult.objects.get()
        assert (found.count, found.value, found.met) == (count, Decimal(value), met)


STEPS = [(Decimal(100), Decimal("0.01")), (Decimal(500), Decimal("0.02"))]


def test_a_step_that_is_reached_holds_for_all_revenue():
    assert rebate(Decimal("99.99"), STEPS).amount == 0
    assert rebate(Decimal(100), STEPS).amount == Decimal("1.00")
    last = rebate(Decimal(750), STEPS)
    assert (last.amount, last.missing) == (Decimal("15.00"), None)
    assert rebate(Decimal(120), STEPS).missing == Decimal(380)


@given(
    start=st.dates(day("2020-02-28"), day("2024-03-01")),
    on=st.dates(day("2020-01-01"), day("2030-12-31")),
)
def test_the_years_of_a_contract_follow_one_another_without_gap(start, on):
    begin, end = contract_year(start, None, on)
    assert begin <= max(on, start) <= end
    assert 364 <= (end - begin).days <= 366


def test_the_last_year_of_a_contract_ends_with_it():
    start, end = day("2024-03-15"), day("2025-09-30")
    assert contract_year(start, end, day("2025-03-14")) == (start, day("2025-03-14"))
    for on in ("2025-03-15", "2025-09-30", "2026-04-01", "2030-01-01"):
        assert contract_year(start, end, day(on)) == (day("2025-03-15"), end)


@pytest.mark.django_db
def test_a_year_from_the_middle_of_a_month_counts_its_days_and_sums_count_all_work(
    contract: Contract, cast: Cast
):
    Contract.objects.update(starts_on=day("2025-03-15"), ends_on=day("2026-03-14"))
    load(*(
        waybill(f"W{n}", contract.customer, f"{on} 10:00", revenue=Decimal(100), cost=Decimal(40),
                **more)
        for n, (on, more) in enumerate((
            ("2025-03-14", {}), ("2025-03-15", {}), ("2025-03-20", {"status": "cancelled"}),
            ("2025-06-01", {}), ("2026-03-14", {}), ("2026-03-15", {}),
        ))
    ))  # fmt: skip
    found = Contract.objects.with_renewal().get()
    steps = [RebateStep(from_revenue=Decimal(1), rate=Decimal("0.1"))]
    year = year_rebate(found, steps, TODAY)
    assert year is not None
    assert (year.rebate.revenue, year.rebate.amount) == (Decimal(300), Decimal("30.00"))
    ExtraWork.objects.bulk_create(
        ExtraWork(contract=contract, customer=cast.acme, done_on=TODAY, what="At night",
                  cost=Decimal(1), billed=Decimal(2))
        for _n in range(SHOWN + 1)
    )  # fmt: skip
    sums = extra_sums(found, ExtraWork.objects.all(), TODAY, with_margin=True)
    assert (sums.cost, sums.billed, sums.margin) == (SHOWN + 1, 2 * (SHOWN + 1), 180)
    page = text_of(client_of(cast.alice).get(f"/contracts/{contract.pk}/"))
    assert f"Total ¥{SHOWN + 1} ¥{2 * (SHOWN + 1)}" in page


@pytest.mark.django_db
def test_what_stands_beside_a_contract_is_entered_and_shown(contract: Contract, cast: Cast):
    client, url = client_of(cast.olga), f"/contracts/{contract.pk}/terms/"
    load(waybill("W", contract.customer, "2026-02-02 10:00",
                 revenue=Decimal(600), cost=Decimal(400)))  # fmt: skip
    levels = {"on_time": "98.5", "damage": "", "response": "24"}
    assert client.post(url + "levels/", levels).status_code == 302
    assert {(c.measure, c.agreed) for c in Commitment.objects.all()} == {
        ("on_time", Decimal("0.985")), ("response", Decimal(24)),
    }  # fmt: skip
    steps = {"from_1": "100", "rate_1": "1", "from_2": "500", "rate_2": "2.5"}
    wrong = client.post(url + "rebate/", {**steps, "from_2": "50"})
    assert "Order the steps" in text_of(wrong)
    assert client.post(url + "rebate/", steps).status_code == 302
    work = {"done_on": "2026-02-10", "what": "Unloading at night", "allowed_by": str(cast.olga.pk),
            "cost": "80", "billed": "0"}  # fmt: skip
    assert "Say why it is not billed" in text_of(client.post(url + "extra/", work))
    manager = client_of(cast.alice)  # who logs what was done, and changes nothing that was signed
    assert manager.post(url + "extra/", {**work, "reason": "Their line stood"}).status_code == 302
    assert ExtraWork.objects.get().entered_by == cast.alice
    page = text_of(client.get(f"/contracts/{contract.pk}/"))
    for said in ("98.5%", "24 h", "Rebate so far ¥15.00", "Unloading at night", "Their line stood",
                 "margin so far 40.0%"):  # fmt: skip
        assert said in page
