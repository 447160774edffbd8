"""B6, B10 and B11 by their worked examples, and what must hold whatever the figures are."""

import datetime as dt
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules.credit import (
    STATES,
    CreditMarks,
    Exposure,
    Release,
    next_state,
    shown_state,
    use_of,
)
from contracts.rules.payment_score import PaidLine, payment_part, payment_score, points, rating
from contracts.rules.suggested_limit import Basis, suggested_limit
from contracts.rules.terms import AgreedTerms, DueKind
from core.work_calendar import WorkCalendar

MARKS = CreditMarks()
NOTHING = Decimal(0)
DAY = dt.date(2025, 11, 3)


def test_exposure_and_use():
    exposure = Exposure(*map(Decimal, (120000, 55000, 20000, 5000, 10000)))
    assert exposure.total == 180000
    assert use_of(exposure.total, Decimal(200000)) == Decimal("0.9")
    assert use_of(exposure.total, None) is None
    assert use_of(exposure.total, NOTHING) is None, "limit 0 is no credit, not a limit exceeded"
    assert use_of(Decimal(-5), Decimal(100)) == 0


def test_states_go_up_at_once_and_down_past_the_margin():
    uses = (".70", ".82", ".79", ".74", "1.02", ".98", ".94", "1.30", ".10", ".10")
    state, seen = "clear", []
    for use in uses:
        state = next_state(state, Decimal(use), NOTHING, 0, MARKS)
        seen.append(state)
    assert seen == [
        "clear", "watch", "watch", "clear", "hold", "hold", "watch", "stop", "hold", "clear"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("overdue", "days", "state"),
    [
        (300, 20, "clear"),
        (9000, 20, "hold"),
        (500, 1, "watch"),
        (9000, 46, "stop"),
        (0, 0, "clear"),
    ],
)
def test_overdue_money_makes_a_state_of_its_own(overdue: int, days: int, state: str):
    assert next_state("clear", Decimal(".60"), Decimal(overdue), days, MARKS) == state
    assert next_state("clear", None, Decimal(overdue), days, MARKS) == state, "prepaid likewise"


def test_a_release_makes_watch_of_hold_until_it_ends_or_is_used_up():
    release = Release(DAY, Decimal(150))

    def shown(state: str, exposure: int, day: dt.date = DAY, *, held: bool = False) -> str:
        return shown_state(state, held=held, release=release, exposure=Decimal(exposure), day=day)

    assert shown("hold", 150) == shown("stop", 150) == "watch"
    assert shown("hold", 151) == "hold"
    assert shown("hold", 150, DAY + dt.timedelta(1)) == "hold"
    assert shown("clear", 10) == "clear"
    assert shown("clear", 10, held=True) == shown("hold", 10, held=True) == "stop"


uses = st.none() | st.decimals(0, 2, places=4)


@given(st.sampled_from(STATES), uses, st.decimals(0, 2000, places=2), st.integers(0, 90))
def test_better_figures_never_make_a_worse_state(before, use, overdue, days):
    state = next_state(before, use, overdue, days, MARKS)
    better = next_state(before, use and use / 2, overdue / 2, days // 2, MARKS)
    assert STATES.index(better) <= STATES.index(state)
    from_clear = next_state("clear", use, overdue, days, MARKS)
    assert STATES.index(from_clear) <= STATES.index(state), "memory only ever holds up a fall"


def test_payment_score_and_rating():
    lines = [(100000, -5), (50000, 10), (150000, 40)]
    score = payment_score(PaidLine(Decimal(amount), days) for amount, days in lines)
    assert score is not None
    assert round(score, 2) == Decimal("63.06")
    assert round(payment_part(score), 2) == Decimal("71.76")
    assert payment_score([PaidLine(Decimal(1), 0)] * 2) is None
    parts: dict[str, Decimal | None] = {
        "payment": Decimal("71.76"),
        "financial": Decimal(60),
        "volume": Decimal(70),
        "tenure": Decimal(80),
        "integrity": Decimal(100),
    }
    found = rating(parts)
    assert found is not None
    assert (round(found.score, 2), found.grade) == (Decimal("74.20"), "A")
    vetoed = rating(parts, vetoed=True)
    assert vetoed is not None
    assert vetoed.grade == "D"
    assert rating(parts | {"payment": None}) is None


def test_points_only_fall_with_lateness():
    assert [points(days) for days in (-40, -30, 0, 22, 120, 121)] == [100, 100, 80, 60, 20, 10]
    assert all(before >= after for before, after in pairwise(map(points, range(-40, 130))))


@pytest.mark.parametrize(
    ("terms", "days"),
    [
        (AgreedTerms(statement_day=25), 30),  # nothing agreed
        (AgreedTerms(credit_days=45, statement_day=25), 45),
        (AgreedTerms(DueKind.END_OF_MONTH, credit_days=10, statement_day=25), 16),  # 11-10
        (AgreedTerms(DueKind.LAST_DAY, months=2, statement_day=25), 67),  # 12-31
        (AgreedTerms(DueKind.PAY_DAY, months=1, pay_day=15, statement_day=25), 21),  # 11-15
        (AgreedTerms(DueKind.PAY_DAY, months=1, pay_day=15), 15),  # of the period to 10-31
        (AgreedTerms(DueKind.WORKDAYS, credit_days=5, statement_day=25), 6),  # a Saturday: 10-31
    ],
)
def test_days_to_pay_run_from_the_end_of_a_period_to_the_pay_day_of_its_terms(terms, days):
    calendar = WorkCalendar({}, official={2025})
    assert terms.days_to_pay(dt.date(2025, 11, 3), calendar) == days


def test_suggested_limit_and_its_caps():
    basis = Basis(Decimal(100000), 40, Decimal("1.2"), "B")
    assert suggested_limit(basis).amount == Decimal("210000.00")  # 100000 x 75/30 x 1.2 x .7
    capital = Basis(Decimal(100000), 40, Decimal(9), "AAA", paid_in_capital=Decimal(1000000))
    assert suggested_limit(capital).amount == 100000
    assert suggested_limit(capital).capped_by == "capital"
    group = Basis(Decimal(100000), 40, Decimal(1), "A", group_room=Decimal(-5))
    assert (suggested_limit(group).amount, suggested_limit(group).capped_by) == (0, "group")
