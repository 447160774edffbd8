"""Tiers that people choose, on pages: asked for, decided, ended, listed."""

import datetime as dt
import re
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from core.errors import RefusedError
from customers.models import Customer, Share
from organization.models import Approval
from segmentation.models import TierOverride
from segmentation.overrides import OverrideWish, grant_override
from segmentation.tests.make import night, publish, run_night
from tests.cast import Cast, make_customer
from workspace.approvals import approve_and_apply, facts_of
from workspace.merging.asking import ask_merge
from workspace.merging.work import work_on
from workspace.overrides.deciding import choose_tier

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(1)


def today() -> dt.date:
    return timezone.localdate()


def wish(tier: str = "large", days: int = 30) -> OverrideWish:
    return OverrideWish(tier, today() + days * DAY, "Tender in autumn")


def go_in(client: Client, person: object) -> Client:
    client.force_login(person)
    return client


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def address(customer: Customer) -> str:
    return f"/customers/{customer.pk}/tier/choose/"


def filled(customer: Customer, **parts: str) -> dict[str, str]:
    until = (today() + 30 * DAY).isoformat()
    return {
        "tier": "large", "ends_on": until, "reason": "Tender in autumn", "typed": customer.code
    } | parts  # fmt: skip


def test_an_account_manager_asks_and_the_branch_decides(cast: Cast, client: Client):
    run_night(today() - DAY)
    drawer = text_of(go_in(client, cast.alice), address(cast.acme))
    assert "Computed tier S Small" in drawer
    assert "Type ACME to confirm." in drawer
    assert client.post(address(cast.acme), filled(cast.acme)).status_code == 302
    asked = Approval.objects.get()
    assert (asked.addressee, asked.kind, asked.state) == (cast.east, "tier_override", "waiting")
    assert facts_of(asked)[0] == ("Tier", "Small → Large")
    page = text_of(client, f"/customers/{cast.acme.pk}/")
    assert "Another tier waits for Unit EAST: Tender in autumn" in page
    assert not TierOverride.objects.exists()
    again = client.post(address(cast.acme), filled(cast.acme))
    assert (again.status_code, "waits already" in again.content.decode()) == (422, True)

    approve_and_apply(asked, reason="fine", actor=cast.bruno)
    made = TierOverride.objects.get()
    assert (made.asked_by, made.approved_by) == (cast.alice, cast.bruno)
    cast.acme.refresh_from_db()
    assert cast.acme.tier == "large"
    page = text_of(client, f"/customers/{cast.acme.pk}/")
    assert "Tier chosen by hand: L Large until" in page
    assert "Alice → Bruno · Tender in autumn" in page
    assert "Override until" in page  # before a night has carried it
    assert "(computed: Small); small: revenue" in page


def test_who_decides_sets_it_at_once_and_it_can_be_ended(cast: Cast, client: Client):
    publish(night(today() - DAY))
    go_in(client, cast.bruno).post(address(cast.acme), filled(cast.acme))
    made = TierOverride.objects.get()
    assert (made.tier, made.asked_by, made.approved_by) == ("large", cast.bruno, None)
    end = f"/customers/{cast.acme.pk}/tier/{made.pk}/end/"
    assert end not in go_in(client, cast.alice).get(f"/customers/{cast.acme.pk}/").content.decode()
    client.post(end)
    made.refresh_from_db()
    assert made.ended_on is None  # not hers
    assert go_in(client, cast.wendy).post(end).status_code == 404
    assert end in go_in(client, cast.bruno).get(f"/customers/{cast.acme.pk}/").content.decode()
    client.post(end)
    made.refresh_from_db()
    cast.acme.refresh_from_db()
    assert (made.ended_by, cast.acme.tier) == (cast.bruno, "small")


def test_who_asked_may_end_it(cast: Cast, client: Client):
    asked = choose_tier(cast.acme, wish(), actor=cast.alice)
    approve_and_apply(asked, reason="", actor=cast.bruno)
    made = TierOverride.objects.get()
    go_in(client, cast.alice).post(f"/customers/{cast.acme.pk}/tier/{made.pk}/end/")
    made.refresh_from_db()
    assert made.ended_by == cast.alice


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"typed": "acme"}, "not the code of the customer"),
        ({"typed": ""}, "This field is required"),
        ({"reason": ""}, "the reason stays in the history"),
        ({"ends_on": ""}, "This field is required"),
        ({"ends_on": "2099-01-01"}, "within a year"),
        ({"tier": "huge"}, "Select a valid choice"),
    ],
)
def test_a_wrong_wish_is_said_at_its_field(cast: Cast, client: Client, sent: dict, words: str):
    answer = go_in(client, cast.bruno).post(address(cast.acme), filled(cast.acme, **sent))
    assert answer.status_code == 422
    assert words in unescape(answer.content.decode())
    assert not TierOverride.objects.exists()


def test_strangers_neither_see_nor_choose(cast: Cast, client: Client):
    grant_override(cast.acme, wish(), today=today(), actor=cast.bruno)
    for person in (cast.wendy, cast.walter):
        go_in(client, person)
        assert client.get(address(cast.acme)).status_code == 404
        assert client.post(address(cast.acme), filled(cast.acme)).status_code == 404
        assert "Customer ACME" not in text_of(client, "/segmentation/overrides/")
    go_in(client, cast.ann)  # an analyst sees and asks nothing
    assert client.get(address(cast.acme)).status_code == 403
    assert "Choose the tier" not in text_of(client, f"/customers/{cast.acme.pk}/")


def test_a_head_of_another_branch_decides_nothing_here(cast: Cast):
    Share.objects.create(customer=cast.acme, user=cast.walter)
    asked = choose_tier(cast.acme, wish(), actor=cast.alice)
    with pytest.raises(RefusedError):
        approve_and_apply(asked, reason="", actor=cast.walter)
    asked.refresh_from_db()
    assert asked.state == "waiting"


def test_what_was_asked_for_too_long_ago_is_not_given(cast: Cast):
    asked = choose_tier(cast.acme, wish(), actor=cast.alice)
    Approval.objects.update(payload=asked.payload | {"ends_on": str(today() - DAY)})
    asked.refresh_from_db()
    with pytest.raises(RefusedError, match="within a year"):
        approve_and_apply(asked, reason="", actor=cast.bruno)
    asked.refresh_from_db()
    assert asked.state == "waiting"


def test_those_in_force_are_listed_with_the_computed_tier(cast: Cast, client: Client):
    publish(night(today() - DAY))
    grant_override(cast.acme, wish(), today=today(), actor=cast.bruno)
    grant_override(cast.wolf, wish(), today=today(), actor=cast.walter)
    over = grant_override(cast.bolt, wish(), today=today(), actor=cast.bruno)
    TierOverride.objects.filter(pk=over.pk).update(
        starts_on=today() - 9 * DAY, ends_on=today() - DAY
    )
    text = text_of(go_in(client, cast.olga), "/segmentation/overrides/")
    assert "Customer ACME L Large S Small" in text
    assert "BOLT" not in text
    assert "WOLF" not in text
    assert "Tier overrides" in text_of(client, "/segmentation/")


def test_a_merge_takes_the_one_in_force_along(cast: Cast):
    other = make_customer("OTHER", cast.east_outlet, cast.alice)
    grant_override(other, wish("medium"), today=today(), actor=cast.bruno)
    work_on(ask_merge(cast.acme, other, taken=[], actor=cast.greta).pk)
    (live,) = TierOverride.objects.in_force(today()).filter(customer=cast.acme)
    assert live.tier == "medium"


def test_a_merge_leaves_the_file_that_stays_its_own(cast: Cast, client: Client):
    other = make_customer("OTHER", cast.east_outlet, cast.alice)
    for customer, tier in ((cast.acme, "large"), (other, "medium")):
        grant_override(customer, wish(tier), today=today(), actor=cast.bruno)
    work_on(ask_merge(cast.acme, other, taken=[], actor=cast.greta).pk)
    (live,) = TierOverride.objects.in_force(today()).filter(customer=cast.acme)
    cast.acme.refresh_from_db()
    assert (live.tier, cast.acme.tier) == ("large", "large")
    assert "Customer OTHER" not in text_of(go_in(client, cast.bruno), "/segmentation/overrides/")


def test_the_pages_are_chinese_for_who_reads_chinese(cast: Cast, client: Client):
    cast.bruno.language = "zh-hans"
    cast.bruno.save()
    go_in(client, cast.bruno)
    assert "输入 ACME 以确认" in text_of(client, address(cast.acme))
    grant_override(cast.acme, wish(), today=today(), actor=cast.bruno)
    assert "人工调整等级" in text_of(client, f"/customers/{cast.acme.pk}/")
    assert "生效中的等级调整" in text_of(client, "/segmentation/overrides/")
