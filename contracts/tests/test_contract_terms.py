"""Service levels, rebates, amendments, extra work of a contract, and the alerts about it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import jobs
from contracts.models import Amendment, Commitment, CommitmentResult, Contract, ExtraWork
from contracts.reports.terms import as_on
from contracts.rules.commitments import last_month
from contracts.rules.rebates import contract_year, rebate
from contracts.services.contracts import extend_contracts
from contracts.services.terms import AmendmentEntry, set_levels, write_amendment
from contracts.tests.make import day
from core.errors import RefusedError
from engagement.models import Alert
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
def test_service_levels_are_measured_and_told_until_they_are_kept_again(contract: Contract):
    set_levels(contract, {"on_time": Decimal("0.9"), "damage": Decimal("0.05")})
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

    write_amendment(contract, entry("2026-03-01", credit_days=45), today=TODAY, actor=cast.alice)
    later = entry("2026-06-01", amount=Decimal("120000.00"), ends_on=day("2027-06-30"))
    second = write_amendment(contract, later, today=TODAY, actor=cast.alice)
    contract.refresh_from_db()
    assert (contract.credit_days, contract.amount) == (45, Decimal("100000.00"))
    with pytest.raises(RefusedError, match="2026-06-01"):
        write_amendment(contract, entry("2026-05-01"), today=TODAY, actor=cast.alice)
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


@pytest.mark.django_db
def test_what_stands_beside_a_contract_is_entered_and_shown(contract: Contract, cast: Cast):
    client, url = client_of(cast.alice), f"/contracts/{contract.pk}/terms/"
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
    assert client.post(url + "extra/", {**work, "reason": "Their line stood"}).status_code == 302
    assert ExtraWork.objects.get().entered_by == cast.alice
    page = text_of(client.get(f"/contracts/{contract.pk}/"))
    for said in ("98.5%", "24 h", "Rebate so far ¥15.00", "Unloading at night", "Their line stood",
                 "margin so far 40.0%"):  # fmt: skip
        assert said in page
