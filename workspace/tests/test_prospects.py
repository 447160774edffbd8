"""Prospects by stage: the board, the drawer, what winning and losing do."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from customers.models import Customer, Prospect
from organization.models import User
from tests.cast import Cast, make_customer

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 4, 1)
SHANGHAI = dt.timezone(dt.timedelta(hours=8))


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(dt.datetime(2026, 4, 1, 10, tzinfo=SHANGHAI), tick=False):
        yield


def client(user: User) -> Client:
    signed_in = Client()
    signed_in.force_login(user)
    return signed_in


@pytest.fixture
def prospect(cast: Cast) -> Customer:
    return make_customer("NEW", cast.east_outlet, cast.alice, status="prospect")


def board(user: User) -> dict[str, tuple[int, int, list[str]]]:
    lanes = client(user).get("/prospects/").context["board"].lanes
    return {
        lane.stage: (lane.number, lane.volume, [card.customer.code for card in lane.cards])
        for lane in lanes
    }


def test_a_prospect_nobody_has_said_more_about_was_contacted(cast: Cast, prospect: Customer):
    assert board(cast.alice)["contacted"] == (1, 0, ["NEW"])
    assert board(cast.wendy)["contacted"] == (0, 0, [])


def test_stage_volume_and_next_step(cast: Cast, prospect: Customer):
    facts = {
        "prospect-stage": "quoted", "prospect-expected_monthly_volume": "300",
        "prospect-next_step": "ask about the price", "prospect-next_on": "2026-04-03",
    }  # fmt: skip
    address = f"/customers/{prospect.pk}/prospect/"
    assert client(cast.alice).post(address, facts).status_code == 302
    assert board(cast.alice)["quoted"] == (1, 300, ["NEW"])
    prospect.refresh_from_db()
    assert prospect.next_follow_up_on == dt.date(2026, 4, 3)
    page = client(cast.alice).get(f"/customers/{prospect.pk}/").content.decode()
    assert "ask about the price" in page
    listed = client(cast.alice).get("/customers/?stage=quoted").context["lines"]
    assert [line.customer for line in listed] == [prospect]


def test_winning_makes_an_active_customer_and_can_be_taken_back(cast: Cast, prospect: Customer):
    signed_in = client(cast.alice)
    signed_in.post(f"/customers/{prospect.pk}/prospect/trial/")
    answer = signed_in.post(
        f"/customers/{prospect.pk}/prospect/won/", headers={"HX-Request": "true"}
    )
    prospect.refresh_from_db()
    assert (prospect.status, prospect.customer_since) == ("active", TODAY)
    assert f"/customers/{prospect.pk}/prospect/trial/" in answer.content.decode()
    signed_in.post(f"/customers/{prospect.pk}/prospect/trial/")
    prospect.refresh_from_db()
    assert prospect.status == "prospect"


def test_losing_takes_a_reason(cast: Cast, prospect: Customer):
    signed_in = client(cast.alice)
    signed_in.post(f"/customers/{prospect.pk}/prospect/lost/")
    address = f"/customers/{prospect.pk}/prospect/"
    assert signed_in.post(address, {"prospect-stage": "lost"}).status_code == 422
    assert not Prospect.objects.exists()
    facts = {"prospect-stage": "lost", "prospect-lost_reason": "too dear"}
    assert signed_in.post(address, facts).status_code == 302
    prospect.refresh_from_db()
    assert (prospect.status, prospect.prospect.lost_reason) == ("lost", "too dear")
    assert client(cast.alice).get("/prospects/").context["board"].lost == 1


def test_a_customer_that_is_none_stays_what_it_is(cast: Cast):
    client(cast.alice).post(f"/customers/{cast.acme.pk}/prospect/quoted/")
    cast.acme.refresh_from_db()
    assert cast.acme.status == "active"
    assert not Prospect.objects.exists()


def test_a_merged_prospect_is_moved_where_it_went(cast: Cast, prospect: Customer):
    Customer.objects.filter(pk=prospect.pk).update(merged_into=cast.acme)
    assert client(cast.alice).post(f"/customers/{prospect.pk}/prospect/quoted/").status_code == 404
    assert client(cast.alice).get(f"/customers/{prospect.pk}/prospect/").status_code == 404
