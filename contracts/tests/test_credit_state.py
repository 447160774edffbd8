"""May the next parcel go? The state kept beside the ledger, and the record of why (B10)."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.models import Contract, CreditDecision, CreditState, PlanLine
from contracts.rules import credit as rules
from contracts.rules.payment_score import points
from contracts.services.credit import (
    hold_credit,
    keep_credit,
    lift_hold,
    release_credit,
)
from contracts.tests.make import make_line
from core.errors import RefusedError
from customers.models import Customer
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
    marks, state = rules.CreditMarks(), "clear"
    with transaction.atomic():
        for number, (amount, late, limit, is_fresh) in enumerate(steps):
            if is_fresh:
                PlanLine.objects.update(state="void")
            make_line(cast.acme, f"L{number}", ago(late).isoformat(), str(amount))
            allow(cast.acme, limit)
            kept = judged(cast.acme)
            lines = list(PlanLine.objects.filter(state="open"))
            late_ones = [line for line in lines if line.due_on < ago(0)]
            use = rules.use_of(sum((line.amount for line in lines), Decimal(0)), limit)
            overdue = sum((line.amount for line in late_ones), Decimal(0))
            worst = max(((ago(0) - line.due_on).days for line in late_ones), default=0)
            state = rules.next_state(state, use, overdue, worst, marks)
            assert (kept.state, kept.overdue, kept.worst_days) == (state, overdue, worst)
            assert keep_credit([cast.acme.pk], cause="test") == 0, "the same facts say the same"
        for decision in CreditDecision.objects.all():
            assert replayed(decision) == (decision.state, decision.shown)
        transaction.set_rollback(True)


def test_the_database_gives_the_points_of_the_rule():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT day, contracts_payment_points(day) FROM generate_series(-40, 130) day"
        )
        found = dict(cursor.fetchall())
    assert {day: round(value, 9) for day, value in found.items()} == {
        day: round(points(day), 9) for day in range(-40, 131)
    }
