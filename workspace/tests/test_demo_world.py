"""The demonstration's company and days: repeatable, sound by the rules, the same whenever asked."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.demo import files, money, voices
from workspace.demo.company import managers_of, outlets, people, units
from workspace.demo.names import check_sign
from workspace.demo.seasons import DAY, busy, workday
from workspace.demo.waybills import COLUMNS, SETTLED_DAYS, Waybills
from workspace.demo.world import World

FIRST_DAY = dt.date(2026, 3, 31)
WORLD = World(7, FIRST_DAY, 0.05)
STATUS = COLUMNS.index("status")
CHANGING = {COLUMNS.index(name) for name in ("status", "delivered_at", "exception", "claim_amount")}
A_TUESDAY = dt.date(2026, 3, 17)


def fixed(values: tuple) -> list:
    """What is known of a waybill from the start."""
    return [value for place, value in enumerate(values) if place not in CHANGING]


def test_the_same_seed_gives_the_same_company_and_another_seed_another() -> None:
    again, other = World(7, FIRST_DAY, 0.05), World(8, FIRST_DAY, 0.05)
    assert again.profiles == WORLD.profiles
    assert list(files.customers(again)) == list(files.customers(WORLD))
    assert list(Waybills(again).of(A_TUESDAY, FIRST_DAY)) == list(
        Waybills(WORLD).of(A_TUESDAY, FIRST_DAY)
    )
    assert {each.name for each in other.profiles} != {each.name for each in WORLD.profiles}


def test_codes_names_and_credit_codes_are_unique_and_their_check_signs_right() -> None:
    assert check_sign("91110000600037341") == "L"
    assert check_sign("91440300568520498") == "A"
    rows = list(files.customers(WORLD))
    assert len(rows) == 100
    for column in ("code", "name", "uscc"):
        assert len({row[column] for row in rows}) == 100
    assert {row["uscc"][17] == check_sign(row["uscc"]) for row in rows} == {True}


def test_every_outlet_has_a_head_and_somebody_for_its_customers() -> None:
    heads = {person.unit for person in people() if person.role == "unit_manager"}
    assert heads == {unit.code for unit in units()}
    assert all(managers_of(outlet.code) for outlet in outlets())
    assert len({person.username for person in people()}) == len(people()) >= 60


@pytest.mark.parametrize(
    ("quiet", "lively"),
    [
        (dt.date(2026, 2, 17), dt.date(2026, 3, 17)),  # New Year's Day of the lunar calendar
        (dt.date(2026, 11, 4), dt.date(2026, 11, 12)),
        (dt.date(2026, 3, 22), dt.date(2026, 3, 20)),  # a Sunday, a Friday
        (dt.date(2026, 10, 2), dt.date(2026, 9, 25)),
    ],
)
def test_some_days_are_busier_than_others(quiet: dt.date, lively: dt.date) -> None:
    assert busy(quiet) < 0.75 * busy(lively)


def test_what_a_day_brings_does_not_depend_on_when_it_is_asked_for() -> None:
    then, later = (list(Waybills(WORLD).of(A_TUESDAY, A_TUESDAY + n * DAY)) for n in (0, 5))
    assert len(then) > 5
    assert [fixed(each.values) for each in then] == [fixed(each.values) for each in later]
    assert {each.values[STATUS] for each in then} <= {"accepted", "in_transit", "cancelled"}
    assert "delivered" in {each.values[STATUS] for each in later}


@given(st.dates(WORLD.start, FIRST_DAY), st.integers(0, 100))
def test_after_a_while_nothing_about_a_waybill_changes_any_more(day: dt.date, more: int) -> None:
    settled = list(Waybills(WORLD).of(day, day + (SETTLED_DAYS - 1) * DAY))
    assert settled == list(Waybills(WORLD).of(day, day + (SETTLED_DAYS + more) * DAY))


@given(st.dates(dt.date(2024, 1, 1), dt.date(2030, 1, 1)), st.integers(1, 31))
def test_periods_follow_each_other_without_a_gap(day: dt.date, statement_day: int) -> None:
    end = money.period_end(day, statement_day)
    assert day <= end <= day + 31 * DAY
    assert end.day == statement_day or (end + DAY).day == 1
    assert money.period_end(end, statement_day) == end
    assert money.period_end(end + DAY, statement_day) > end


@given(st.dates(WORLD.start, FIRST_DAY), st.integers(5_000, 10**9), st.integers(0, 99))
def test_a_line_stands_under_a_signed_contract_and_what_comes_is_what_is_owed(
    day: dt.date, cents: int, number: int
) -> None:
    profile = WORLD.profiles[number]
    gone = profile.trend.until
    if not profile.is_monthly or day < profile.since or (gone and WORLD.offset(day) > gone):
        return
    end = money.period_end(day, profile.settlement.statement_day)
    line = money.line_of(profile, WORLD, end, cents)
    assert line is not None
    assert line.amount == Decimal(cents) / 100
    assert line.due_on == workday(line.due_on) >= line.issued_on > end
    signed = {each.contract_no: each for each in money.contracts(profile, WORLD, line.issued_on)}
    contract = signed[line.contract_no]
    assert contract.starts_on <= end <= contract.ends_on
    receipts = list(money.receipts_of(line, WORLD))
    paid = sum(each.amount for each in receipts)
    assert paid == 0 or line.amount <= paid < line.amount + 100
    assert all(each.received_on > line.issued_on for each in receipts)
    assert all((each.matures_on or each.received_on) >= each.received_on for each in receipts)


def test_the_slow_payer_pays_later_and_later() -> None:
    [profile] = [each for each in WORLD.profiles if each.story == "slow payer"]
    days_late = []
    for end in (dt.date(2025, 5, 31), dt.date(2025, 9, 30), dt.date(2026, 1, 31)):
        line = money.line_of(profile, WORLD, end, 20_000_00)
        assert line
        days_late.append((next(money.receipts_of(line, WORLD)).received_on - line.due_on).days)
    assert days_late[0] + 20 < days_late[1] < days_late[2] - 20


def test_notes_and_answers_of_a_day_stay_when_days_follow() -> None:
    until, later = FIRST_DAY - 60 * DAY, FIRST_DAY
    for profile in WORLD.profiles[:40]:
        early = list(voices.notes(profile, WORLD, until))
        notes = list(voices.notes(profile, WORLD, later))
        assert [each for each in notes if each.written_at.date() <= until] == [
            each for each in early if each.written_at.date() <= until
        ]
    early_answers = {
        each for each in voices.answers(WORLD, until) if each.answered_at.date() <= until
    }
    assert early_answers == {
        each for each in voices.answers(WORLD, later) if each.answered_at.date() <= until
    }
    assert len(early_answers) > 50
