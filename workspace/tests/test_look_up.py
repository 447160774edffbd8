"""Another branch's company: its unit is named and nothing else; access is asked for and granted."""

import re

import pytest
from django.urls import reverse

from customers.models import Customer, LookUp, Share
from customers.services import lookup
from customers.services.lookup import Found
from organization.models import Approval
from tests.cast import Cast
from tests.pages import client_of, text_of
from workspace.access_requests import ask_access, ticket
from workspace.approvals import approve_and_apply

pytestmark = pytest.mark.django_db
URL = "/customers/look-up/"


@pytest.fixture(autouse=True)
def secret(cast: Cast) -> Customer:
    """Wendy's customer in the west."""
    Customer.objects.filter(pk=cast.wolf.pk).update(
        name="灰狼物流有限公司", phone="021-5555 0199", uscc="91310000MA1FL0AB1X"
    )
    return Customer.objects.get(pk=cast.wolf.pk)


def ask(person, text: str) -> str:
    return client_of(person).post(URL, {"text": text}).content.decode()


@pytest.mark.parametrize(
    "text", ["灰狼物流", "灰狼物流 有限公司", "91310000ma1fl0ab1x", "02155550199"]
)
def test_exactly_this_company_is_answered_with_its_unit_only(cast: Cast, text: str):
    page = ask(cast.alice, text)
    assert "owned by Unit WEST-1" in page
    assert "WOLF" not in page
    assert "灰狼物流有限公司" not in page


@pytest.mark.parametrize("text", ["灰狼物", "灰狼物流公司集团", "0215555", "91310000"])
def test_a_part_of_a_name_is_not_answered(cast: Cast, text: str):
    assert "owned by" not in ask(cast.alice, text)


def test_one_who_sees_the_file_is_led_to_it(cast: Cast):
    page = ask(cast.greta, "灰狼物流")
    assert reverse("customer", args=[cast.wolf.pk]) in page


def test_every_question_is_recorded_and_too_many_are_refused(cast: Cast, monkeypatch):
    monkeypatch.setattr(lookup, "MOST_AN_HOUR", 2)
    for _ in range(2):
        assert "owned by" in ask(cast.alice, "灰狼物流")
    answer = client_of(cast.alice).post(URL, {"text": "灰狼物流"}, follow=True)
    assert "go on later" in text_of(answer)
    assert "owned by" in ask(cast.bob, "灰狼物流")
    assert list(LookUp.objects.values_list("user__username", "found").order_by("pk")) == [
        ("alice", True), ("alice", True), ("bob", True),
    ]  # fmt: skip


def test_access_is_asked_of_the_owners_head_and_ends_by_itself(cast: Cast):
    page = ask(cast.alice, "灰狼物流")
    signed = re.search(r'name="ticket" value="([^"]+)"', page)[1]
    data = {"ticket": signed, "reason": "Same group as Acme"}
    client_of(cast.alice).post(reverse("look_up_request"), data)
    approval = Approval.objects.get()
    assert approval.asked_by == cast.alice
    approve_and_apply(approval, reason="Fine", actor=cast.walter)
    share = Share.objects.get()
    assert (share.customer, share.user) == (cast.wolf, cast.alice)
    assert share.until is not None


def test_who_might_only_read_for_good_helps_from_then_on(cast: Cast):
    Share.objects.create(customer=cast.wolf, user=cast.alice, read_only=True)
    signed = ticket(Found(cast.wolf.pk, cast.west_outlet), "灰狼物流", cast.alice)
    approval = ask_access(signed, reason="Same group as Acme", actor=cast.alice)
    approve_and_apply(approval, reason="Fine", actor=cast.walter)
    share = Share.objects.get()
    assert (share.read_only, share.until is not None) == (False, True)


def test_a_ticket_is_its_owners(cast: Cast):
    signed = re.search(r'name="ticket" value="([^"]+)"', ask(cast.alice, "灰狼物流"))[1]
    data = {"ticket": signed, "reason": "Curious"}
    client_of(cast.bob).post(reverse("look_up_request"), data)
    assert not Approval.objects.exists()


def test_who_types_a_new_customer_is_told_who_is_there(cast: Cast):
    Customer.objects.filter(pk=cast.acme.pk).update(name="上海宏达纺织有限公司")
    client = client_of(cast.alice)
    near = client.get(reverse("customer_similar"), {"name": "上海宏达纺织品"}).content.decode()
    assert reverse("customer", args=[cast.acme.pk]) in near
    while_typing = client.get(reverse("customer_similar"), {"name": "灰狼物流"})
    assert while_typing.content.strip() == b""
    assert not LookUp.objects.exists()  # a pause is no question yet
    left = {"name": "灰狼物流", "elsewhere": "1"}
    hidden = client.get(reverse("customer_similar"), left).content.decode()
    assert "owned by Unit WEST-1" in hidden
    assert "WOLF" not in hidden
    assert LookUp.objects.count() == 1
    nobody = {"name": "无人认识", "elsewhere": "1"}
    assert client.get(reverse("customer_similar"), nobody).content.strip() == b""
