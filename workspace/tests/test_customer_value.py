"""What a customer will bring, on its overview: in a figure and a sentence."""

import json
import re

import pytest
from django.db import connection
from django.test import Client

from core.models import Version
from segmentation.models import RuleSet
from segmentation.ruleset import DEFAULT_RULES, dump_ruleset
from tests.cast import Cast
from workspace.tests.make import Night, publish

pytestmark = pytest.mark.django_db


def told(
    cast: Cast, reasons: dict[str, object], *figures: str | None, rules: int | None = None
) -> Version:
    """A night that says this of ACME: model, p_alive, shipments, value, value for good."""
    version = publish([Night(cast.acme, "1000.00", rhythm="active")])
    with connection.cursor() as cursor:
        model, *numbers = figures or ("", None, None, None, None)
        cursor.execute(
            "INSERT INTO segmentation_customervalue (version, customer_id, model, p_alive,"
            " expected_shipments_12m, clv_12m, lifetime_value, risk_band, reasons, has_contract,"
            " sent_before) VALUES (%s, %s, %s, %s, %s, %s, %s, 'active', %s, false, false)",
            [version.pk, cast.acme.pk, model, *numbers, json.dumps([reasons])],
        )
    Version.objects.filter(pk=version.pk).update(rule_version=rules)
    return version


def card(person, customer, language: str = "en") -> str:
    """What the card says; "" without one."""
    person.language = language
    person.save(update_fields=["language"])
    client = Client()
    client.force_login(person)
    page = client.get(f"/customers/{customer.pk}/").content.decode()
    if 'id="value">' not in page:
        return ""
    found = page.split('id="value">')[1].split("</section>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


WEEKS = {"code": "weeks", "active": 12, "of": 40, "since": 2}


def test_a_customer_that_comes_back(cast: Cast):
    told(cast, WEEKS, "bgnbd", "0.734500", "41.40", "52300.00", None)
    said = card(cast.alice, cast.acme)
    assert "as of the night of 31 Mar 2026 Still a customer 73%" in said
    assert "Value, next 12 months ¥52k Shipments, next 12 months 41" in said
    assert "Active in 12 of 40 weeks, the last one 2 weeks ago." in said


def test_a_contract_is_told_by_its_silence_and_for_good(cast: Cast):
    reasons = {"code": "contract", "retention": "0.8667", "silent_days": 12, "usual_days": 5}
    told(cast, reasons, "retention", "0.999900", "41.00", "52300.00", "190000.00")
    said = card(cast.alice, cast.acme)
    assert "Still a customer over 99%" in said
    assert "¥52k · for good ¥190k" in said
    assert "87% of such customers stay a year; silent for 12 days, usually no more than 5." in said


@pytest.mark.parametrize(
    ("code", "english", "chinese"),
    [
        ("one_time", "one-time, unknown", "仅发货一次，未知"),
        ("no_model", "not enough data", "数据不足"),
        ("long_ago", "not enough data", "数据不足"),
    ],
)
def test_what_cannot_be_told_is_not_told(cast: Cast, code, english, chinese):
    told(cast, {"code": code})
    said = card(cast.alice, cast.acme)
    assert f"Still a customer {english}" in said
    assert "%" not in said
    assert "Value, next" not in said
    assert f"仍为客户 {chinese}" in card(cast.alice, cast.acme, "zh-hans")


def test_nothing_is_certain_and_nothing_quite_gone(cast: Cast):
    told(cast, WEEKS | {"since": 0}, "bgnbd", "0.004900", "0.00", None, None)
    said = card(cast.alice, cast.acme)
    assert "Still a customer under 1%" in said
    assert "Value, next 12 months not enough data" in said
    assert "the last one is running or just over." in said


def test_a_value_of_margins_is_for_who_may_see_margins(cast: Cast):
    document = dump_ruleset(DEFAULT_RULES)
    document["abc"]["basis"] = "margin"
    RuleSet.objects.create(version=7, document=document)
    told(cast, WEEKS, "bgnbd", "0.734500", "41.40", "52300.00", None, rules=7)
    assert "Value, next 12 months" in card(cast.greta, cast.acme)
    hidden = card(cast.sam, cast.acme)
    assert "Still a customer 73%" in hidden
    assert "52k" not in hidden


def test_no_card_before_the_first_night_or_for_a_prospect(cast: Cast):
    assert card(cast.alice, cast.acme) == ""
    told(cast, WEEKS, "bgnbd", "0.734500", "41.40", "52300.00", None)
    cast.acme.status = "prospect"
    cast.acme.save()
    assert card(cast.alice, cast.acme) == ""
