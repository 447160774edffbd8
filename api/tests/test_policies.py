"""Dispatch hears how customers are served, at once, whatever made it another way."""

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import timezone

from api.reports.changes import changes_after
from api.tests.make import make_system
from customers.jobs import end_lapsed_deviations
from customers.models import Customer
from customers.rules.policies import DEFAULT_POLICIES, OF_DISPATCH, POINTS, read_value
from customers.services.policies import (
    DeviationWish,
    end_deviation,
    grant_deviation,
    put_policies_in_force,
)
from organization.models import User
from segmentation.ruleset import DEFAULT_RULES
from segmentation.services import active_rules, take_rules
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def hub(cast: Cast) -> User:
    active_rules()
    return make_system("hub", cast.group)


def read(hub: User, position: int | None = None):
    return changes_after(position, hub, size=100, day=timezone.localdate())


def noted(hub: User, position: int) -> list[tuple[str, list[str]]]:
    return [(entry["code"], entry["changed"]) for entry in read(hub, position).changes]


def grant(cast: Cast, point: str, value: str, days: int = 5):
    today = timezone.localdate()
    wish = DeviationWish(point, value, today + dt.timedelta(days), "Tender")
    return grant_deviation(cast.acme, wish, today=today, actor=cast.bruno)


@pytest.mark.parametrize(
    ("facts", "policy"),
    [
        ({}, ("small", 8, 3, [])),
        ({"size": "large", "tier": "risk"}, ("large", 2, 1, ["first", "best", "favourable"])),
        ({"size": "medium", "tier": "medium"}, ("medium", 4, 2, ["first"])),
        ({"status": "prospect"}, ("prospect", 8, 3, ["favourable"])),
    ],
)
def test_the_service_answer_says_whose_policy_and_what_it_promises(
    cast: Cast, calling, facts: dict, policy: tuple
):
    Customer.objects.filter(code="ACME").update(**facts)
    code, answer_hours, solution_days, extras = policy
    found = calling().get("customers/ACME/service/").json()["service_policy"]
    assert found == {
        "code": code,
        "answer_hours": answer_hours,
        "solution_days": solution_days,
        "extras": extras,
    }


def test_a_deviation_is_in_the_answer_and_in_the_feed_at_once(cast: Cast, hub: User):
    before = read(hub).position
    grant(cast, "first", "true")
    deviation = grant(cast, "answer_hours", "1")
    [first, entry] = read(hub, before).changes
    assert first["changed"] == entry["changed"] == ["service_policy"]
    policy = entry["service"]["service_policy"]
    assert (policy["code"], policy["answer_hours"], policy["extras"]) == ("small", 1, ["first"])
    before = read(hub).position
    end_deviation(deviation, at=timezone.now(), actor=cast.bruno)
    [entry] = read(hub, before).changes
    assert entry["service"]["service_policy"]["answer_hours"] == 8


def test_the_night_after_its_last_day_tells_that_it_has_ended(cast: Cast, hub: User):
    deviation = grant(cast, "answer_hours", "1", days=0)
    before = read(hub).position
    assert end_lapsed_deviations(deviation.ends_on) == 1
    assert noted(hub, before) == [("ACME", ["service_policy"])]


def test_what_dispatch_is_not_told_is_no_news(cast: Cast, hub: User):
    before = read(hub).position
    grant(cast, "visit_days", "30")
    Customer.objects.filter(pk=cast.acme.pk).update(size="small")
    assert noted(hub, before) == []


_OTHER = {"days": "17", "hours": "17", "share": "0.03", "manager": "group", "flag": "true"}


@pytest.mark.parametrize("point", list(POINTS))
def test_each_point_is_news_if_dispatch_is_told_of_it(cast: Cast, hub: User, point: str):
    other = _OTHER[POINTS[point].kind]
    before = read(hub).position
    grant(cast, point, other)
    granted, before = noted(hub, before), read(hub).position
    small = replace(DEFAULT_POLICIES.small, **{point: read_value(point, other)})
    assert put_policies_in_force(replace(DEFAULT_POLICIES, small=small)) == 1
    is_told = point in OF_DISPATCH
    assert granted == ([("ACME", ["service_policy"])] if is_told else [])
    assert (("BOLT", ["service_policy"]) in noted(hub, before)) is is_told


def test_another_size_under_the_same_tier_is_another_policy(cast: Cast, hub: User):
    Customer.objects.filter(pk=cast.acme.pk).update(tier="risk", size="large")
    before = read(hub).position
    Customer.objects.filter(pk=cast.acme.pk).update(size="medium")
    Customer.objects.filter(pk=cast.acme.pk).update(tier="medium")
    assert noted(hub, before) == [("ACME", ["service_policy"]), ("ACME", ["tier"])]


def test_other_rules_are_told_to_those_whose_policy_differs_for_dispatch(cast: Cast, hub: User):
    Customer.objects.filter(pk=cast.acme.pk).update(size="large")
    Customer.objects.filter(pk=cast.bolt.pk).update(merged_into=cast.acme)
    before = read(hub).position
    policies = replace(
        DEFAULT_POLICIES,
        large=replace(DEFAULT_POLICIES.large, answer_hours=1),
        small=replace(DEFAULT_POLICIES.small, visit_days=60),
    )
    take_rules(replace(DEFAULT_RULES, policies=policies), activate=False)
    assert noted(hub, before) == []
    take_rules(replace(DEFAULT_RULES, policies=policies), activate=True)
    [entry] = read(hub, before).changes
    assert (entry["code"], entry["changed"]) == ("ACME", ["service_policy"])
    assert entry["service"]["service_policy"]["answer_hours"] == 1
