"""A complaint comes in once, is somebody's task, and the night says when it is late."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from core.errors import RefusedError
from core.models import History
from core.rules import BUSINESS_ZONE
from customers.models import Contact, Customer
from customers.services.erasure import erase_contact
from customers.services.policies import DeviationWish, grant_deviation
from engagement import services
from engagement.jobs import complaint_alerts
from engagement.models import Alert, Complaint, Task
from engagement.services import NumberTakenError, Words
from organization.models import User
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 4, 1)  # a Wednesday
AT = dt.datetime(2026, 4, 1, 10, 0, tzinfo=BUSINESS_ZONE)
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(AT, tick=False):
        yield


def words(**facts: object) -> Words:
    said = {"complaint_no": "C-1", "received_at": AT, "channel": "hotline", "category": "damage"}
    return Words(**said | {"text": "three boxes wet", "claimed": Decimal("80.00")} | facts)


def take(customer: Customer, **facts: object) -> Complaint:
    return services.take_complaint(customer, words(**facts), actor=None)[0]


def test_it_becomes_a_task_of_the_manager_due_with_the_first_answer(cast: Cast):
    Customer.objects.filter(pk=cast.acme.pk).update(size="large")
    complaint = take(cast.acme)
    task = complaint.task
    assert (complaint.answer_due_at, complaint.unit) == (AT + 2 * HOUR, cast.east_outlet)
    assert (task.assignee, task.due_on, task.created_by) == (cast.alice, DAY, None)
    assert task.title == "Complaint C-1: Damage"
    cast.acme.refresh_from_db()
    assert cast.acme.next_follow_up_on == DAY


def test_hours_that_the_customer_was_granted_count(cast: Cast):
    wish = DeviationWish("answer_hours", "1", DAY, "After the last loss")
    grant_deviation(cast.acme, wish, today=DAY, actor=cast.bruno)
    assert take(cast.acme).answer_due_at == AT + HOUR
    assert take(cast.bolt, complaint_no="C-2").answer_due_at > AT + 4 * HOUR


@pytest.mark.parametrize(("gone", "who"), [([], "olga"), (["olga"], "bruno")])
def test_where_nobody_manages_the_nearest_head_is_told(cast: Cast, gone: list[str], who: str):
    User.objects.filter(username__in=["alice", *gone]).update(is_active=False)
    assert take(cast.acme).task.assignee == getattr(cast, who)


def test_the_same_number_is_the_same_complaint(cast: Cast):
    first = take(cast.acme)
    again, is_new = services.take_complaint(cast.acme, words(), actor=None)
    assert (again, is_new, Task.objects.count()) == (first, False, 1)
    for customer, facts in ((cast.acme, {"text": "other"}), (cast.bolt, {})):
        with pytest.raises(NumberTakenError, match="C-1"):
            take(customer, **facts)
    assert take(cast.bolt, source="app") != first


def test_answered_then_solved_its_task_follows_and_is_done(cast: Cast):
    complaint = take(cast.acme)
    services.answer_complaint(complaint, answer="on its way", at=AT + HOUR, actor=cast.sam)
    complaint.task.refresh_from_db()
    assert complaint.task.due_on == complaint.solution_due_at.date()
    with pytest.raises(RefusedError, match="on record already"):
        services.answer_complaint(complaint, answer="again", at=AT, actor=cast.sam)
    services.solve_complaint(
        complaint, solution="paid", verdict="content", at=AT + 2 * HOUR, actor=cast.alice
    )
    complaint.refresh_from_db()
    complaint.task.refresh_from_db()
    assert (complaint.answer, complaint.answered_by) == ("on its way", cast.sam)
    assert (complaint.solution, complaint.closed_by) == ("paid", cast.alice)
    assert (complaint.task.state, complaint.due_at) == ("done", None)
    with pytest.raises(RefusedError, match="solved already"):
        services.solve_complaint(complaint, solution="x", verdict="", at=AT, actor=cast.sam)


def test_solved_at_the_first_contact_is_answered_too(cast: Cast):
    complaint = take(cast.acme)
    services.solve_complaint(complaint, solution="paid", verdict="", at=AT, actor=cast.sam)
    complaint.refresh_from_db()
    assert (complaint.answer, complaint.answered_at) == ("paid", AT)


def alerts() -> list[tuple[str, str, str]]:
    found = Alert.objects.order_by("pk")
    return [(alert.params["stage"], alert.status, alert.closing_reason) for alert in found]


def test_the_night_says_once_that_a_deadline_went_by(cast: Cast):
    take(cast.acme)  # of no size: answer by the 2nd at 10:00, solution by the 7th
    assert complaint_alerts(DAY) == 0
    assert complaint_alerts(dt.date(2026, 4, 2)) == 1
    assert complaint_alerts(dt.date(2026, 4, 2)) == 0
    assert alerts() == [("answer", "open", "")]
    alert = Alert.objects.get()
    assert (alert.subject, alert.amount, alert.due_on) == ("C-1", 80, dt.date(2026, 4, 2))
    assert (alert.severity, alert.account_manager) == ("medium", cast.alice)
    complaint_alerts(dt.date(2026, 4, 8))
    assert alerts() == [("answer", "closed", "superseded"), ("solution", "open", "")]
    services.solve_complaint(
        Complaint.objects.get(), solution="paid", verdict="", at=AT, actor=cast.sam
    )
    assert alerts()[1] == ("solution", "closed", "answered")
    assert complaint_alerts(dt.date(2026, 4, 9)) == 0


def test_an_answer_given_by_another_way_closes_the_alert_in_the_next_night(cast: Cast):
    take(cast.acme, severity="high")
    complaint_alerts(DAY)
    assert Alert.objects.get().severity == "high"
    Complaint.objects.update(answered_at=AT, answer="told by phone")
    complaint_alerts(DAY)
    assert alerts() == [("answer", "closed", "answered")]


def test_who_is_forgotten_is_forgotten_in_complaints_and_their_history(cast: Cast):
    li = Contact.objects.create(customer=cast.acme, name="Li Lei", mobile="138 0013-8000")
    by_name = take(cast.acme, contact_name="Li Lei", contact_phone="021-1")
    by_number = take(cast.acme, complaint_no="C-2", contact_name="Lei", contact_phone="13800138000")
    other = take(cast.acme, complaint_no="C-3", contact_name="Han", contact_phone="13900139000")
    erase_contact(li, request="by phone", at=AT, actor=cast.olga)
    for complaint in (by_name, by_number, other):
        complaint.refresh_from_db()
    assert (by_name.contact_name, by_number.contact_phone, other.contact_name) == ("", "", "Han")
    past = "".join(str(each) for each in _history())
    assert ("13800138000" in past, "13900139000" in past) == (False, True)


def _history() -> list[dict]:
    rows = History.objects.filter(table_name="engagement_complaint")
    return list(rows.values_list("changes", flat=True))
