"""Payment-due alerts on the running SQL: one a line and stage, never twice."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts import jobs
from contracts.models import PaymentNotice, PlanLine, Receipt
from contracts.rules.alerts import DEFAULT_STAGES, WatchedLine, due_notice, severity
from contracts.rules.ladder import LadderRules, TierLadder
from contracts.services import reverse_receipt
from contracts.tests import worlds
from contracts.tests.make import day, make_line, pay
from core.context import acting
from core.models import Version
from core.tables.errors import TableError
from core.tables.write import ExportRequest
from engagement import exports
from engagement.models import Alert
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def each_day(first, last):
    start = day(first)
    return [start + dt.timedelta(number) for number in range((day(last) - start).days + 1)]


def night(when):
    """What the night does; answers how many alerts it opened."""
    jobs.close_settled_alerts(when)
    return jobs.open_payment_alerts(when)


def alerts():
    return [
        (alert.key, alert.opened_on.isoformat(), alert.status, alert.closing_reason)
        for alert in Alert.objects.order_by("opened_on", "key")
    ]


def test_the_worked_example_with_ten_days_missed(cast: Cast):
    make_line(cast.acme, "L-1", "2025-10-15", "100.00", issued_on=day("2025-09-15"))
    for when in each_day("2025-10-01", "2025-10-12") + each_day("2025-10-24", "2025-10-30"):
        night(when)
    assert alerts() == [
        ("payment_due:L-1:-7", "2025-10-08", "closed", "superseded"),
        ("payment_due:L-1:-3", "2025-10-12", "closed", "superseded"),
        ("payment_due:L-1:+7", "2025-10-24", "closed", "superseded"),
        ("payment_due:L-1:+15", "2025-10-30", "open", ""),
    ]
    notices = PaymentNotice.objects.order_by("stage").values_list("stage", "skipped")
    assert list(notices) == [(-7, []), (-3, []), (7, [0, 1]), (15, [])]


def test_an_alert_says_what_it_is_about(cast: Cast):
    make_line(cast.acme, "L-1", "2025-10-15", "100.00")
    pay(cast.acme, "R-1", "2025-10-02", "30.00")
    night(day("2025-10-15"))
    alert = Alert.objects.get()
    assert (alert.key, alert.kind, alert.severity, alert.customer) == (
        "payment_due:L-1:0", "payment_due", "medium", cast.acme,
    )  # fmt: skip
    assert (alert.subject, alert.due_on, alert.amount, alert.currency) == (
        "L-1", day("2025-10-15"), Decimal("70.00"), "CNY",
    )  # fmt: skip
    assert alert.params == {"stage": 0, "days": 0, "skipped": [-7, -3], "told": ["manager"]}


def test_the_same_night_again_changes_nothing(cast: Cast):
    make_line(cast.acme, "L-1", "2025-10-15", "100.00")
    make_line(cast.wolf, "L-2", "2024-10-15", "100.00")
    assert night(day("2025-10-15")) == 2
    before = (
        list(Alert.objects.order_by("pk").values()),
        list(PaymentNotice.objects.order_by("pk").values()),
    )
    assert night(day("2025-10-15")) == 0
    assert before == (
        list(Alert.objects.order_by("pk").values()),
        list(PaymentNotice.objects.order_by("pk").values()),
    )


@pytest.mark.parametrize(
    "line",
    [
        {"disputed": True},
        {"state": "void"},
        {"state": "written_off", "written_off_on": day("2025-10-01")},
        {"issued_on": day("2025-10-16")},
        {"due_on": "2025-10-23"},
    ],
)  # fmt: skip
def test_lines_that_call_for_no_alert(cast: Cast, line):
    due_on = line.pop("due_on", "2025-10-15")
    make_line(cast.acme, "L-1", due_on, "100.00", **line)
    assert night(day("2025-10-15")) == 0


def test_the_balance_counts_as_it_stood_on_the_day(cast: Cast):
    make_line(cast.acme, "PAID", "2025-10-15", "100.00")
    pay(cast.acme, "R-1", "2025-10-15", "100.00", line_no="PAID")
    make_line(cast.acme, "LATER", "2025-10-15", "100.00")
    pay(cast.acme, "R-2", "2025-10-16", "100.00", line_no="LATER")
    night(day("2025-10-15"))
    assert [alert.subject for alert in Alert.objects.all()] == ["LATER"]


def test_a_payment_closes_the_alert_on_its_day(cast: Cast):
    make_line(cast.acme, "L-1", "2025-10-15", "100.00")
    night(day("2025-10-15"))
    pay(cast.acme, "R-1", "2025-10-17", "99.00")
    night(day("2025-10-17"))
    assert alerts()[0][2] == "closed"  # superseded by +1
    pay(cast.acme, "R-2", "2025-10-18", "1.00")
    assert alerts()[1] == ("payment_due:L-1:+1", "2025-10-17", "closed", "paid")
    assert Alert.objects.latest("opened_on").closed_on == day("2025-10-18")
    assert night(day("2025-10-22")) == 0


def test_a_payment_dated_later_closes_only_from_then_on(cast: Cast):
    make_line(cast.acme, "L-1", "2025-10-15", "100.00")
    pay(
        cast.acme,
        "R-1",
        "2025-10-01",
        "100.00",
        method="acceptance_bill",
        matures_on=day("2025-11-20"),
    )
    for when in ("2025-10-15", "2025-11-19"):
        night(day(when))
    assert alerts()[-1] == ("payment_due:L-1:+30", "2025-11-19", "open", "")
    assert jobs.close_settled_alerts(day("2025-11-20")) == 1
    assert alerts()[-1][2:] == ("closed", "paid")
    assert jobs.close_settled_alerts(day("2025-11-20")) == 0


def test_money_taken_back_opens_the_alert_again_with_what_is_owed(cast: Cast):
    make_line(cast.acme, "L-1", "2025-10-15", "100.00")
    night(day("2025-10-16"))
    pay(cast.acme, "R-1", "2025-10-17", "30.00")
    pay(cast.acme, "R-2", "2025-10-17", "70.00")
    night(day("2025-10-17"))
    assert alerts()[-1][2:] == ("closed", "paid")
    receipt = Receipt.objects.get(receipt_no="R-2")
    reverse_receipt(receipt, on=day("2025-10-18"), reason="cheque bounced")
    assert alerts()[-1] == ("payment_due:L-1:+1", "2025-10-16", "open", "")
    assert Alert.objects.get(status="open").amount == Decimal("70.00")
    assert night(day("2025-10-18")) == 0  # the stage is not sent twice


@pytest.mark.parametrize(
    ("state", "when"), [("void", None), ("written_off", dt.date(2025, 10, 20))]
)
def test_what_people_decide_about_a_line_closes_its_alert(cast: Cast, state, when):
    make_line(cast.acme, "L-1", "2025-10-15", "100.00")
    night(day("2025-10-15"))
    PlanLine.objects.update(state=state, written_off_on=when)
    assert jobs.close_settled_alerts(day("2025-10-19")) == (1 if when is None else 0)
    jobs.close_settled_alerts(day("2025-10-20"))
    assert alerts() == [("payment_due:L-1:0", "2025-10-15", "closed", state)]


def test_a_due_date_moved_later_does_not_repeat_lower_stages(cast: Cast):
    make_line(cast.acme, "L-1", "2025-10-15", "100.00")
    night(day("2025-10-22"))
    PlanLine.objects.update(due_on=day("2025-12-01"))
    opened = [when.isoformat() for when in each_day("2025-11-01", "2025-12-31") if night(when)]
    assert opened == ["2025-12-16", "2025-12-31"]
    first = Alert.objects.order_by("opened_on").first()
    assert first is not None
    assert (first.closing_reason, first.closed_on) == ("moved", day("2025-11-01"))


def test_a_tier_has_a_ladder_of_its_own_and_more_are_told_the_later_it_is(cast: Cast):
    make_line(cast.acme, "L-1", "2025-10-15", "100.00")
    make_line(cast.bolt, "L-2", "2025-10-15", "100.00")
    type(cast.bolt).objects.filter(pk=cast.bolt.pk).update(tier="large")
    own = TierLadder((2, 5), {"unit_head": 2, "branch": 5, "finance": 5, "group": 90})
    ladder = LadderRules(tiers={"large": own})
    for when in ("2025-10-17", "2025-10-20", "2025-11-30"):
        jobs.open_payment_alerts(day(when), ladder=ladder)
    told = {alert.key: alert.params["told"] for alert in Alert.objects.all()}
    assert told == {
        "payment_due:L-1:+1": ["manager"],
        "payment_due:L-1:+45": ["manager", "unit_head", "branch", "finance"],
        "payment_due:L-2:+2": ["manager", "unit_head"],
        "payment_due:L-2:+5": ["manager", "unit_head", "branch", "finance"],
    }


def test_other_stages_of_the_rule_set(cast: Cast):
    make_line(cast.acme, "L-1", "2025-10-15", "100.00")
    assert jobs.open_payment_alerts(day("2025-10-20"), [10, 5]) == 1
    assert Alert.objects.get().key == "payment_due:L-1:+5"


def test_an_alert_is_exported_as_it_stood(cast: Cast):
    make_line(cast.acme, "L-1", "2025-10-15", "100.00")
    with pytest.raises(TableError, match="no night has been computed"):
        exports.ALERTS.rows(ExportRequest())
    for when, current in (("2025-10-15", False), ("2025-10-22", True)):
        night(day(when))
        Version.objects.create(business_date=day(when), status="published", is_current=current)
    Alert.objects.filter(status="open").update(
        status="acknowledged", acknowledged_on=day("2025-10-23")
    )

    def rows(as_of=None, user=None):
        request = ExportRequest(as_of=as_of, user=user)
        return [(row[0], row[3], row[-1]) for row in exports.ALERTS.rows(request)]

    first, second = "payment_due:L-1:0", "payment_due:L-1:+7"
    assert rows(day("2025-10-15")) == [(first, "ACME", "open")]
    assert rows(day("2025-10-22")) == [(second, "ACME", "open"), (first, "ACME", "closed")]
    assert rows() == [(second, "ACME", "acknowledged"), (first, "ACME", "closed")]
    assert rows(user=cast.wendy) == []
    with pytest.raises(TableError, match="2025-10-22, 2025-10-15"):
        rows(day("2025-10-16"))


def test_closing_by_hand_needs_a_reason_and_acknowledging_is_recorded(cast: Cast):
    make_line(cast.acme, "L-1", "2025-10-15", "100.00")
    night(day("2025-10-15"))
    with (
        pytest.raises(IntegrityError, match="alert_closed_has_day_and_reason"),
        transaction.atomic(),
    ):
        Alert.objects.update(status="closed")
    with acting(user_id=cast.alice.pk, actor="alice"):
        Alert.objects.update(status="acknowledged", acknowledged_on=day("2025-10-16"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT operation, actor FROM core_history WHERE table_name = 'engagement_alert'"
        )
        assert cursor.fetchall() == [("U", "alice")]


LINE = st.tuples(
    worlds.days(60),
    st.sampled_from([-20, 0, 30, 90]),
    st.booleans(),
    st.sampled_from(["open", "void"]),
)
EVENTS = st.lists(
    st.tuples(
        st.integers(0, 12), st.sampled_from(["night", "night", "pay", "extend"]), st.integers(0, 3)
    ),
    min_size=1, max_size=14,
)  # fmt: skip


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lines=st.lists(LINE, min_size=1, max_size=4), events=EVENTS)
def test_sql_equals_the_rule(cast: Cast, lines, events):
    """Nights, payments and extensions in any order: the same notices as the pure rule."""
    with transaction.atomic():
        for number, (issued_on, credit, disputed, state) in enumerate(lines):
            due_on = (issued_on + dt.timedelta(credit)).isoformat()
            make_line(
                cast.acme,
                f"L-{number}",
                due_on,
                "10.00",
                issued_on=issued_on,
                disputed=disputed,
                state=state,
            )
        when, expected, last = worlds.START, [], {}
        for number, (step, event, which) in enumerate(events):
            when += dt.timedelta(step)
            chosen = PlanLine.objects.filter(line_no=f"L-{which}", state="open")
            if event == "extend":
                for line in chosen:
                    chosen.update(due_on=line.due_on + dt.timedelta(20))
            elif event == "pay" and chosen:
                pay(cast.acme, f"R-{number}", when.isoformat(), "10.00", line_no=f"L-{which}")
            else:
                opened = night(when)
                new = expected_notices(when, last)
                assert opened == len(new)
                expected += new
        found = PaymentNotice.objects.order_by("pk").values_list(
            "noticed_on", "line__line_no", "stage", "skipped"
        )
        assert sorted(map(tuple_of, found)) == sorted(map(tuple_of, expected))
        assert {alert.key for alert in Alert.objects.all()} == {
            f"payment_due:{line_no}:{f'{stage:+d}' if stage else 0}"
            for _when, line_no, stage, _skipped in expected
        }
        assert all(
            alert.severity == severity(alert.params["stage"]) for alert in Alert.objects.all()
        )
        open_ones = Alert.objects.open().values_list("subject", flat=True)
        assert len(set(open_ones)) == len(open_ones)
        transaction.set_rollback(True)


def expected_notices(when, last):
    """What the pure rule sends; `last` (by line) is brought up to date."""
    sent = []
    for line in PlanLine.objects.all():
        paid = sum(row.amount for row in line.allocations.filter(allocated_on__lte=when))
        watched = WatchedLine(
            line.due_on,
            line.amount - paid if line.issued_on <= when else Decimal(0),
            last.get(line.line_no),
            is_void=line.state == "void",
            is_paused=line.disputed,
        )
        if notice := due_notice(watched, when, DEFAULT_STAGES):
            last[line.line_no] = notice.stage
            sent.append((when, line.line_no, notice.stage, notice.skipped))
    return sent


def tuple_of(row):
    return (*row[:3], tuple(row[3]))
