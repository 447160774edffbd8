"""Service policies on pages: what holds for a customer and why, asking for another, all tiers."""

import datetime as dt
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contracts.models import Contract
from core.errors import RefusedError
from customers.models import Customer, PolicyDeviation
from customers.reports.policies import policy_on
from customers.services.policies import DeviationWish, grant_deviation
from engagement.models import Note
from organization.models import Approval
from segmentation.services import active_rules
from tests.cast import Cast, make_customer
from workspace.approvals import approve_and_apply, facts_of
from workspace.merging.asking import ask_merge
from workspace.merging.work import work_on
from workspace.policies.deviations import deviate

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(1)


def today() -> dt.date:
    return timezone.localdate()


def wish(point: str = "visit_days", value: str = "45", days: int = 30) -> DeviationWish:
    return DeviationWish(point, value, today() + days * DAY, "New plant, tender in autumn")


def go_in(client: Client, person: object) -> Client:
    client.force_login(person)
    return client


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def section(client: Client, customer: Customer) -> str:
    return text_of(client, f"/customers/{customer.pk}/policy/")


def row(text: str, label: str) -> str:
    """What stands behind the label, up to the act of its row."""
    return text.split(f" {label} ", 1)[1].split("Deviate", 1)[0].strip()


def test_the_file_says_each_point_and_where_it_comes_from(cast: Cast, client: Client):
    Customer.objects.filter(pk=cast.acme.pk).update(size="large", tier="risk")
    grant_deviation(cast.acme, wish("visit_days", "14"), today=today(), actor=cast.bruno)
    text = section(go_in(client, cast.alice), cast.acme)
    assert "as for Large" in text
    assert row(text, "Account manager's call").startswith("every 7 days L Large")
    assert row(text, "Credit days at most").startswith("30 days R At risk")
    visit = row(text, "Visit of the branch")
    assert visit.startswith("every 14 days")
    assert "by Bruno, else every 30 days" in visit
    assert "New plant, tender in autumn" in visit
    assert row(text, "Handled first").startswith("Yes L Large")


def test_what_is_longer_ago_than_the_policy_wants_is_marked(cast: Cast, client: Client):
    Customer.objects.filter(pk=cast.acme.pk).update(size="large")
    at = timezone.now()
    for number, (author, days) in enumerate([("Alice", 3), ("Bruno", 40), ("Alice", 10)]):
        Note.objects.create(
            note_no=f"N{number}", customer=cast.acme, author=author, kind="visit", text="x",
            written_at=at - days * DAY,
        )  # fmt: skip
    text = section(go_in(client, cast.alice), cast.acme)
    assert "due" not in row(text, "Account manager's call")
    assert row(text, "Visit of the branch").endswith("due")  # Alice's visit is not the branch's
    assert row(text, "Visit of a group leader").endswith("never due")


def test_an_account_manager_asks_and_the_branch_decides(cast: Cast, client: Client):
    path = f"/customers/{cast.acme.pk}/policy/visit_days/"
    drawer = text_of(go_in(client, cast.alice), path)
    assert "not planned" in drawer
    until = (today() + 30 * DAY).isoformat()
    sent = {"value": "45", "ends_on": until, "reason": "Tender"}
    assert client.post(path, sent).status_code == 302
    asked = Approval.objects.get()
    assert (asked.addressee, asked.state) == (cast.east, "waiting")
    assert facts_of(asked)[0] == ("Visit of the branch", "every 45 days")
    assert "A deviation waits for Unit EAST" in section(client, cast.acme)
    assert policy_on(cast.acme, today()).visit_days is None
    again = client.post(path, sent)
    assert (again.status_code, "waits already" in again.content.decode()) == (422, True)
    assert client.post(path.replace("visit", "call"), sent).status_code == 302  # another point

    approve_and_apply(asked, reason="fine", actor=cast.bruno)
    made = PolicyDeviation.objects.get()
    assert (made.asked_by, made.approved_by) == (cast.alice, cast.bruno)
    assert policy_on(cast.acme, today()).visit_days == 45


def test_who_decides_grants_at_once_and_it_can_be_ended(cast: Cast, client: Client):
    path = f"/customers/{cast.acme.pk}/policy/discount/"
    until = (today() + DAY).isoformat()
    sent = {"value": "7.5", "ends_on": until, "reason": "Volume"}
    go_in(client, cast.bruno).post(path, sent)
    made = PolicyDeviation.objects.get()
    assert (made.value, made.asked_by, made.approved_by) == ("0.075", cast.bruno, None)
    end = f"/customers/{cast.acme.pk}/policy/{made.pk}/end/"
    go_in(client, cast.alice).post(end)
    made.refresh_from_db()
    assert made.ended_at is None  # not hers
    assert go_in(client, cast.wendy).post(end).status_code == 404
    go_in(client, cast.bruno).post(end)
    made.refresh_from_db()
    assert made.ended_by == cast.bruno
    assert "ended by Bruno" in section(client, cast.acme)


@pytest.mark.parametrize(
    ("point", "sent", "words"),
    [
        ("call_days", {"value": ""}, "This field is required"),
        ("call_days", {"value": "400"}, "less than or equal to 365"),
        ("discount", {"value": "101"}, "At most 100%"),
        ("manager", {"value": "boss"}, "Select a valid choice"),
        ("first", {"value": "false"}, "says already"),
        ("call_days", {"value": "3", "ends_on": "2099-01-01"}, "within a year"),
        ("call_days", {"value": "3", "reason": ""}, "the reason stays in the history"),
    ],
)
def test_a_wrong_wish_is_said_at_its_field(
    cast: Cast, client: Client, point: str, sent: dict, words: str
):
    whole = {"ends_on": today().isoformat(), "reason": "x"} | sent
    path = f"/customers/{cast.acme.pk}/policy/{point}/"
    answer = go_in(client, cast.bruno).post(path, whole)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not PolicyDeviation.objects.exists()


def test_what_was_asked_for_too_long_ago_is_not_granted(cast: Cast):
    asked = deviate(cast.acme, wish(), actor=cast.alice)
    Approval.objects.update(payload=asked.payload | {"ends_on": str(today() - DAY)})
    asked.refresh_from_db()
    with pytest.raises(RefusedError, match="within a year"):
        approve_and_apply(asked, reason="", actor=cast.bruno)
    asked.refresh_from_db()
    assert asked.state == "waiting"


def test_a_lapsed_deviation_is_in_the_past(cast: Cast, client: Client):
    made = grant_deviation(cast.acme, wish(), today=today(), actor=cast.bruno)
    PolicyDeviation.objects.filter(pk=made.pk).update(
        starts_on=today() - 9 * DAY, ends_on=today() - DAY
    )
    text = section(go_in(client, cast.alice), cast.acme)
    assert row(text, "Visit of the branch").startswith("not planned")
    assert "lapsed" in text


def test_one_in_force_is_shown_however_many_came_after_it(cast: Cast, client: Client):
    made = grant_deviation(cast.acme, wish(), today=today(), actor=cast.bruno)
    PolicyDeviation.objects.filter(pk=made.pk).update(starts_on=today() - 99 * DAY)
    for number in range(45):
        grant_deviation(
            cast.acme, wish("call_days", str(1 + number % 9)), today=today(), actor=cast.bruno
        )
    with CaptureQueriesContext(connection) as few:
        text = section(go_in(client, cast.alice), cast.acme)
    assert row(text, "Visit of the branch").startswith("every 45 days")
    for point in ("leader_days", "review_days", "survey_days", "solution_days"):
        grant_deviation(cast.acme, wish(point, "9"), today=today(), actor=cast.bruno)
    with CaptureQueriesContext(connection) as more:
        assert "every 9 days" in section(client, cast.acme)
    assert len(more) <= len(few)


def test_a_merge_takes_deviations_along_where_the_other_file_has_none(cast: Cast, client: Client):
    other = make_customer("OTHER", cast.east_outlet, cast.alice)
    for customer, point in ((cast.acme, "call_days"), (other, "call_days"), (other, "visit_days")):
        grant_deviation(customer, wish(point, "9"), today=today(), actor=cast.bruno)
    work_on(ask_merge(cast.acme, other, taken=[], actor=cast.greta).pk)
    rows = PolicyDeviation.objects.filter(customer=cast.acme, ended_at=None)
    assert set(rows.values_list("point", flat=True)) == {"call_days", "visit_days"}
    left = PolicyDeviation.objects.get(customer=other, ended_at=None)
    listed = text_of(go_in(client, cast.bruno), "/segmentation/policies/")
    assert (left.point, "Customer OTHER" in listed) == ("call_days", False)


def test_all_policies_stand_on_one_page_with_who_is_served_otherwise(cast: Cast, client: Client):
    version, _rules = active_rules()
    for customer, person in ((cast.acme, cast.bruno), (cast.wolf, cast.walter)):
        grant_deviation(customer, wish(), today=today(), actor=person)
    text = text_of(go_in(client, cast.alice), "/segmentation/policies/")
    assert f"Rules, version {version}" in text
    calls = "every 7 days every 14 days every 30 days every 14 days every 7 days"
    assert f"Account manager's call {calls}" in text
    assert "their credit days are 30 days at most" in text
    assert "Customer ACME" in text
    assert "Customer WOLF" not in text


@pytest.mark.parametrize(("stage", "days", "warned"), [("draft", 60, True), ("draft", 30, False),
                                                       ("signed", 60, False)])  # fmt: skip
def test_a_contract_that_gives_more_than_the_policy_says_so(
    cast: Cast, client: Client, stage: str, days: int, warned: bool
):
    contract = Contract.objects.create(
        contract_no="K1", customer=cast.acme, starts_on=today(), stage=stage,
        settlement="monthly", credit_days=days,
    )  # fmt: skip
    text = text_of(go_in(client, cast.alice), f"/contracts/{contract.pk}/")
    assert ("longer than the 30 days" in text) is warned
    if stage == "draft":
        form = text_of(client, f"/contracts/{contract.pk}/edit/")
        assert "service policy of this customer gives 30 at most" in form


def test_a_follow_up_is_offered_at_the_distance_of_the_policy(cast: Cast, client: Client):
    grant_deviation(cast.acme, wish("call_days", "10"), today=today(), actor=cast.bruno)
    page = go_in(client, cast.alice).get(f"/customers/{cast.acme.pk}/").content.decode()
    assert re.search(r'name="next_in" value="10" checked', page)
    assert "10 days" in page


def test_the_page_is_chinese_for_who_reads_chinese(cast: Cast, client: Client):
    cast.alice.language = "zh-hans"
    cast.alice.save()
    text = section(go_in(client, cast.alice), cast.acme)
    for words in ("服务政策", "每 30 天一次", "8 个工作小时", "不设专人", "申请例外"):
        assert words in text
