"""Rules that are decided on today and count from the night of a later day."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from core.errors import RefusedError
from core.models import Version
from customers.models import ServicePolicy
from customers.rules.policies import DEFAULT_POLICIES
from segmentation.models import RuleSet
from segmentation.ruleset import DEFAULT_RULES
from segmentation.services import (
    activate_rules,
    active_rules,
    ask_for_rules,
    rules_of_night,
    take_rules,
    take_rules_back,
    write_draft,
)
from segmentation.tests.test_rule_pages import LIST, other, page, post, seen_by
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ONE = dt.timedelta(days=1)
_POLICIES = replace(DEFAULT_POLICIES, large=replace(DEFAULT_POLICIES.large, visit_days=15))
RULES = replace(other(), policies=_POLICIES)


@pytest.fixture
def first() -> dt.date:
    return timezone.localdate() + 3 * ONE


@pytest.fixture
def asked(cast: Cast) -> RuleSet:
    """Greta asks: large from five million, visited every 15 days."""
    active_rules()
    return ask_for_rules(write_draft(RULES, note="n", actor=cast.greta), actor=cast.greta)


@pytest.fixture
def waiting(cast: Cast, asked: RuleSet, first: dt.date) -> RuleSet:
    return activate_rules(asked, actor=cast.adam, starts_on=first)


def visits() -> int | None:
    return ServicePolicy.objects.get(code="large").visit_days


def test_the_night_of_its_day_is_the_first_by_it(waiting: RuleSet, first: dt.date):
    assert rules_of_night(first - ONE, is_replay=False) == (1, DEFAULT_RULES)
    assert (waiting.stage, visits()) == ("waiting", 30)
    assert rules_of_night(first, is_replay=False) == (2, RULES)
    waiting.refresh_from_db()
    assert (waiting.stage, waiting.starts_on, visits()) == ("active", first, 15)
    assert RuleSet.objects.filter(status="active").count() == 1
    assert rules_of_night(first, is_replay=False) == (2, RULES)  # taken up again


def test_a_night_that_was_missed_does_not_lose_it(waiting: RuleSet, first: dt.date):
    assert rules_of_night(first + 2 * ONE, is_replay=False)[0] == 2


def test_a_replay_computes_by_the_rules_of_then(waiting: RuleSet, first: dt.date):
    for day, rules in ((first - 2 * ONE, 1), (first, 2)):
        Version.objects.create(business_date=day, rule_version=rules, status="published")
    rules_of_night(first, is_replay=False)
    assert rules_of_night(first - ONE, is_replay=True)[0] == 1
    assert rules_of_night(first, is_replay=True)[0] == 2
    assert rules_of_night(first - 9 * ONE, is_replay=True)[0] == 2  # no night tells: as today


def test_a_page_decides_for_a_day_and_says_so(cast: Cast, client: Client, asked, first):
    address = f"{LIST}2/activate/"
    data = {"seen": seen_by(client, cast.adam)}
    html = post(client, cast.adam, address, data | {"starts_on": str(first - 4 * ONE)})
    assert "Choose a day from today on, within a year." in html
    post(client, cast.adam, address, data | {"starts_on": str(first)})
    assert active_rules()[0] == 1
    html = page(client, cast.ann, f"{LIST}2/")
    assert "In force from <time" in html
    assert "Adam has agreed: the night of <time" in html
    assert "Take back" not in html
    rules_of_night(first, is_replay=False)
    assert "Agreed to by Adam; in force from the night of" in page(client, cast.ann, f"{LIST}2/")


@pytest.mark.parametrize("person", ["greta", "adam"])
def test_it_is_taken_back_with_a_reason(cast: Cast, client: Client, waiting, first, person: str):
    user, address = getattr(cast, person), f"{LIST}2/take-back/"
    assert address in page(client, user, f"{LIST}2/")
    for stranger in (cast.bruno, cast.alice):
        page(client, stranger, address, status=404)
    client.force_login(user)
    assert client.post(address, {"reason": " "}).status_code == 422
    post(client, user, address, {"reason": "after the feast"})
    waiting.refresh_from_db()
    assert (waiting.stage, waiting.sent_back_reason) == ("sent_back", "after the feast")
    assert (waiting.starts_on, waiting.activated_by, waiting.sent_back_by) == (None, None, user)
    assert rules_of_night(first, is_replay=False)[0] == 1
    with pytest.raises(RefusedError, match="does not wait"):
        take_rules_back(waiting, reason="x", actor=user)


def test_nothing_else_is_put_in_force_meanwhile(cast: Cast, waiting: RuleSet):
    draft = write_draft(other("7000000.00"), note="n", actor=cast.adam)
    draft = ask_for_rules(draft, actor=cast.adam)
    with pytest.raises(RefusedError, match="Version 2 comes into force with the night of"):
        activate_rules(draft, actor=cast.greta)
    for act in (ask_for_rules, activate_rules):
        with pytest.raises(RefusedError, match="take it back first"):
            act(waiting, actor=cast.greta)


def test_what_the_command_line_puts_in_force_has_it_decided_again(waiting, first: dt.date):
    made, _is_new = take_rules(other("9000000.00"), activate=True)
    waiting.refresh_from_db()
    assert (made.stage, waiting.stage, waiting.starts_on) == ("active", "asked", None)
    assert rules_of_night(first, is_replay=False)[0] == made.version


def test_what_waits_is_only_read(waiting: RuleSet, first: dt.date):
    rows = RuleSet.objects.filter(version=2)
    for change in ({"document": {}}, {"starts_on": first + ONE}, {"status": "retired"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.delete()
