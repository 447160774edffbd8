"""May the next parcel go? The state kept beside the ledger, and the record of why (B10)."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import as_role
from contracts.models import (
    Contract,
    CreditDecision,
    CreditHold,
    CreditRelease,
    CreditState,
    PlanLine,
)
from contracts.rules import credit as rules
from contracts.rules.payment_score import DAYS, POINTS, points
from contracts.services.credit import (
    hold_credit,
    judge_due,
    keep_credit,
    lift_hold,
    release_credit,
)
from contracts.tests.make import make_line
from core.errors import RefusedError
from customers.models import CreditLimitChange, Customer
from customers.services.credit import set_credit_limit
from shipments.tests.make import load, waybill
from tests.cast import Cast, make_customer

pytestmark = pytest.mark.django_db


def ago(days: int) -> dt.date:
    return timezone.localdate() - dt.timedelta(days)


def owe(customer: Customer, amount: str, late: int, **fields: object) -> None:
    """A line that is so many days overdue (negative: not due yet), issued long before."""
    number = f"{customer.code}-{customer.plan_lines.count()}"
    make_line(customer, number, ago(late).isoformat(), amount, **fields)


def judged(customer: Customer, currency: str = "CNY") -> CreditState:
    keep_credit([customer.pk], cause="test")
    return CreditState.objects.get(customer=customer, currency=currency)


def allow(customer: Customer, limit: str | None) -> None:
    Customer.objects.filter(pk=customer.pk).update(credit_limit=limit)


def replayed(decision: CreditDecision) -> tuple[str, str]:
    """State and shown by the pure rule, from nothing but the record."""
    facts = decision.inputs
    marks = rules.CreditMarks(**facts["marks"])
    number = {name: Decimal(facts[name]) for name in ("pooled", "overdue", "exposure")}
    limit = None if facts["limit"] is None else Decimal(facts["limit"])
    state = rules.next_state(
        decision.before,
        rules.use_of(number["pooled"], limit),
        number["overdue"],
        facts["worst_days"],
        marks,
    )
    release = facts["release_until"] and rules.Release(
        dt.date.fromisoformat(facts["release_until"]), Decimal(facts["release_ceiling"])
    )
    shown = rules.shown_state(
        state,
        held=facts["held"],
        release=release,
        exposure=number["exposure"],
        day=decision.day,
    )
    return state, shown


def test_exposure_is_what_is_owed_shipped_and_accepted_less_what_we_hold(cast: Cast):
    acme = cast.acme
    Customer.objects.filter(pk=acme.pk).update(credit_limit=200000, deposit=10000)
    Contract.objects.create(
        contract_no="HT-1", customer=acme, starts_on=ago(400), settlement="monthly",
        statement_day=25, credit_days=30, statements_from=ago(60),
    )  # fmt: skip
    owe(acme, "120000", -20)
    load(
        waybill("W1", acme, f"{ago(30)} 10:00", revenue=Decimal(55000), status="accepted"),
        waybill("W2", acme, f"{ago(2)} 10:00", revenue=Decimal(20000), status="in_transit"),
    )
    state = judged(acme)
    assert (state.receivables, state.unbilled, state.orders) == (120000, 55000, 20000)
    assert (state.exposure, state.used) == (185000, Decimal("0.925"))
    assert (state.shown, state.reasons) == ("watch", ["use"])


def test_a_prepaid_customer_is_held_for_being_late_only(cast: Cast):
    acme = cast.acme
    for limit in (None, "0"):
        allow(acme, limit)
        owe(acme, "90000", -5)
        assert (judged(acme).shown, judged(acme).used) == ("clear", None)
    owe(acme, "400", 30)
    assert judged(acme).shown == "clear", "small amounts hold nobody"
    owe(acme, "100", 30)
    assert (judged(acme).shown, judged(acme).reasons) == ("hold", ["overdue"])


def test_a_group_shares_the_limit_of_its_head(cast: Cast):
    head, own = cast.acme, make_customer("OWN", cast.east_outlet, parent=cast.acme)
    branch = make_customer("BRANCH", cast.east_outlet, parent=head)
    leaf = make_customer("LEAF", cast.east_outlet, parent=branch)
    allow(head, "1000")
    allow(own, "5000")
    owe(branch, "700", -5)
    owe(own, "4900", -5)
    owe(leaf, "400", -5)
    assert judged(leaf).pooled == 1100
    states = {state.customer: state for state in CreditState.objects.all()}
    assert states[head].shown == states[branch].shown == states[leaf].shown == "hold"
    assert (states[leaf].limit_of, states[leaf].reasons) == ("group", ["group_use"])
    assert (states[own].shown, states[own].pooled) == ("watch", 4900)


def test_a_hold_by_hand_stops_until_another_person_lifts_it(cast: Cast):
    today = ago(0)
    hold_credit(cast.acme, reason="Cheque bounced", actor=cast.fiona, today=today)
    assert judged(cast.acme).shown == "stop"
    with pytest.raises(RefusedError):
        lift_hold(cast.acme, reason="All right", actor=cast.fiona, today=today)
    lift_hold(cast.acme, reason="It was paid", actor=cast.bruno, today=today)
    assert judged(cast.acme).shown == "clear"
    causes = CreditDecision.objects.order_by("pk").values_list("cause", "shown")
    assert list(causes) == [("hold", "stop"), ("lift", "clear")]


def test_a_release_makes_watch_of_hold_until_it_is_used_up(cast: Cast):
    acme, today = cast.acme, ago(0)
    allow(acme, "1000")
    owe(acme, "1100", -5)
    assert judged(acme).shown == "hold"
    wish = rules.ReleaseWish(Decimal(300), today + dt.timedelta(5), "Season")
    with pytest.raises(RefusedError):
        release_credit(acme, wish, asked_by=cast.bruno, approved_by=cast.bruno, today=today)
    release_credit(acme, wish, asked_by=cast.alice, approved_by=cast.bruno, today=today)
    released = judged(acme)
    assert (released.shown, released.state, released.release_ceiling) == ("watch", "hold", 1400)
    owe(acme, "300", -5)
    assert judged(acme).shown == "watch"
    owe(acme, "0.01", -5)
    assert judged(acme).shown == "stop", "used up, and by now beyond 120 %"


STEPS = st.lists(
    st.tuples(
        st.integers(1, 140).map(lambda tens: Decimal(tens * 10)),
        st.integers(-30, 60),
        st.sampled_from([None, Decimal(0), Decimal(500), Decimal(1000)]),
        st.booleans(),
    ),
    min_size=1,
    max_size=5,
)  # a line of so much, so late; the limit; whether all earlier lines are taken away first


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_database_judges_as_the_rule_and_every_decision_replays(cast: Cast, steps):
    marks, state, known = rules.CreditMarks(), "clear", None
    with transaction.atomic():
        for number, (amount, late, limit, is_fresh) in enumerate(steps):
            if is_fresh:
                PlanLine.objects.update(state="void")
            make_line(cast.acme, f"L{number}", ago(late).isoformat(), str(amount))
            allow(cast.acme, limit)
            kept = judged(cast.acme)
            lines = list(PlanLine.objects.filter(state="open"))
            late_ones = [line for line in lines if line.due_on < ago(0)]
            owed = sum((line.amount for line in lines), Decimal(0))
            overdue = sum((line.amount for line in late_ones), Decimal(0))
            worst = max(((ago(0) - line.due_on).days for line in late_ones), default=0)
            if (limit, owed, overdue, worst) != known:  # the same facts say the same
                known, use = (limit, owed, overdue, worst), rules.use_of(owed, limit)
                state = rules.next_state(state, use, overdue, worst, marks)
            assert (kept.state, kept.overdue, kept.worst_days) == (state, overdue, worst)
            assert keep_credit([cast.acme.pk], cause="test") == 0, "the same facts say the same"
        for decision in CreditDecision.objects.all():
            assert replayed(decision) == (decision.state, decision.shown)
        transaction.set_rollback(True)


def test_the_database_gives_the_points_of_the_rule():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT day, contracts_linear(day, %s::numeric[], %s::numeric[])"
            " FROM generate_series(-40, 120) day",
            [list(DAYS), list(POINTS)],
        )
        found = dict(cursor.fetchall())
    assert {day: round(value, 9) for day, value in found.items()} == {
        day: round(points(day), 9) for day in range(-40, 121)
    }


@given(
    state=st.sampled_from(rules.STATES),
    held=st.booleans(),
    release=st.none() | st.tuples(st.integers(-2, 2), st.integers(0, 3)),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_release_lasts_in_the_database_as_by_the_rule(state, held, release):
    day, exposure = dt.date(2026, 3, 31), Decimal(2)
    until, ceiling = (
        (None, None) if release is None else (day + dt.timedelta(release[0]), release[1])
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT contracts_shown_credit_state(%s, %s, %s, %s, %s, %s)",
            [state, held, until, ceiling, exposure, day],
        )
        (shown,) = cursor.fetchone()
    leave = None if until is None else rules.Release(until, Decimal(ceiling))
    assert shown == rules.shown_state(state, held=held, release=leave, exposure=exposure, day=day)


def test_whatever_credit_follows_from_is_noted_whoever_writes_it(cast: Cast):
    """By SQL, imports and merges too: nothing here calls the judgement itself."""
    head, today = cast.acme, ago(0)
    allow(head, "1000")
    owe(head, "1100", -5)

    def shown(customer: Customer) -> str:
        judge_due()
        assert judge_due() == 0, "once is enough"
        return CreditState.objects.get(customer=customer, currency="CNY").shown

    assert shown(head) == "hold"
    new = make_customer("NEW", cast.east_outlet, parent=head)
    assert shown(new) == "hold", "a group does not escape by a new name"
    hold = CreditHold.objects.create(
        customer=cast.bolt, reason="Cheque bounced", placed_on=today, placed_by=cast.fiona
    )
    assert shown(cast.bolt) == "stop"
    CreditHold.objects.filter(pk=hold.pk).update(
        lifted_on=today, lifted_by=cast.bruno, lift_reason="Paid"
    )
    assert shown(cast.bolt) == "clear"
    CreditRelease.objects.create(
        customer=head, amount=50, ceiling=1150, granted_on=today, until=today, reason="Season",
        asked_by=cast.alice, approved_by=cast.bruno,
    )  # fmt: skip
    assert shown(head) == "watch"
    Customer.objects.filter(pk=new.pk).update(merged_into=cast.bolt, parent=None)
    judge_due()
    assert not CreditState.objects.filter(customer=new).exists(), "a dead file has no state"


def test_a_release_that_has_ended_ends_in_what_is_stored(cast: Cast):
    """Feed, webhooks and lists follow what is stored; look-ups know by the day anyway."""
    acme, today = cast.acme, ago(0)
    allow(acme, "1000")
    owe(acme, "1100", -5)
    judged(acme)
    wish = rules.ReleaseWish(Decimal(300), today, "Season")
    release_credit(acme, wish, asked_by=cast.alice, approved_by=cast.bruno, today=today)
    judge_due()
    assert CreditState.objects.get(customer=acme).shown == "watch"
    CreditRelease.objects.update(granted_on=ago(2), until=ago(1))
    forget_notes()
    as_of_yesterday(acme, release_until=ago(1))
    assert judge_due() == 1, "nothing was noted: the day has gone by"
    ended = CreditState.objects.get(customer=acme)
    assert (ended.shown, ended.release_until) == ("hold", None)
    assert judge_due() == 0


def test_a_limit_counts_half_from_the_day_after_its_last_for_all_who_share_it(cast: Cast):
    head, leaf = cast.acme, make_customer("LEAF", cast.east_outlet, parent=cast.acme)
    limit = {"reason": "yearly", "actor": cast.greta}
    set_credit_limit(head, amount=Decimal(1000), valid_until=ago(-30), **limit)
    owe(leaf, "700", -5)
    judge_due()
    state = CreditState.objects.get(customer=leaf)
    assert (state.shown, state.credit_limit, state.limit_until) == ("clear", 1000, ago(-30))
    CreditLimitChange.objects.update(valid_until=ago(1))
    forget_notes()
    as_of_yesterday(head, limit_until=ago(1))
    as_of_yesterday(leaf, limit_until=ago(1))
    assert judge_due() == 2
    state = CreditState.objects.get(customer=leaf)
    assert (state.shown, state.credit_limit, state.used) == ("stop", 500, Decimal("1.4"))
    assert (state.limit_until, state.reasons) == (ago(1), ["group_use", "limit_lapsed"])
    assert judge_due() == 0
    set_credit_limit(head, amount=Decimal(1000), valid_until=ago(-365), **limit)
    judge_due()
    renewed = CreditState.objects.get(customer=leaf)
    assert (renewed.credit_limit, renewed.limit_until) == (1000, ago(-365))


def forget_notes() -> None:
    with as_role("crm_owner"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM contracts_creditdue")


def as_of_yesterday(customer: Customer, **values: object) -> None:
    """The kept state as it was judged a day ago."""
    with as_role("crm_owner"):
        CreditState.objects.filter(customer=customer).update(day=ago(1), **values)


def test_a_release_is_refused_where_it_would_not_help(cast: Cast):
    """It is an amount in the company's currency."""
    acme, today = cast.acme, ago(0)
    wish = rules.ReleaseWish(Decimal(300), today, "Season")
    people = {"asked_by": cast.alice, "approved_by": cast.bruno, "today": today}
    with pytest.raises(RefusedError, match="is not on hold"):
        release_credit(acme, wish, **people)
    owe(acme, "9000", 30, currency="USD")
    assert judged(acme, "USD").shown == "hold"
    with pytest.raises(RefusedError, match=r"on hold for what it owes in USD\..* an amount in CNY"):
        release_credit(acme, wish, **people)
    owe(acme, "9000", 30)
    judged(acme)
    release_credit(acme, wish, **people)
    assert judged(acme).shown == "watch"
    assert judged(acme, "USD").shown == "hold"
