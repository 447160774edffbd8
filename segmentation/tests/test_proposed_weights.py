"""Weights proposed in the form of a draft: from the last night's figures and judged pairs (C6)."""

import pytest
from django.test import Client

from core.models import Version
from core.versions import open_partitions, seal_partitions
from organization.models import User
from segmentation.models import RuleSet, Score
from segmentation.tests.test_rule_pages import NEW, page, typed
from tests.cast import Cast, make_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def alike(cast: Cast) -> None:
    """A night of forty customers whose parts rise alike."""
    version = Version.objects.create(business_date="2026-03-31")
    open_partitions(version.pk)
    for n in range(40):
        customer = make_customer(f"S{n}", cast.east_outlet)
        parts = {"revenue": n, "contribution": n, "volume": n, "collection": n}
        plans = {"planned_volume": n, "planned_growth": n, "loyalty": n}
        counted = {"waiting_minutes": 0, "minutes_over": 0, "storage_days": 0, "days_over": 0}
        Score.objects.create(version=version, customer=customer, **parts, **plans, **counted)
    seal_partitions(version.pk)
    Version.objects.filter(pk=version.pk).update(status="published", is_current=True)


def test_weights_are_proposed_and_not_saved(cast: Cast, client: Client, alike):
    """Parts that rise alike tell alike; half of the present weights stays."""
    html = page_of(client, cast.greta, typed() | {"propose": "weights"})
    for field, weight in (
        ("current_revenue", "30"),  # half of 25 and 35
        ("current_contribution", "25"),
        ("current_volume", "23"),
        ("current_collection", "22"),
        ("potential_volume", "36"),  # half of 33.3 and 37.5, rounded up; efficiency is not known
        ("potential_efficiency", "0"),
    ):
        assert f'name="scores.{field}" value="{weight}"' in html
    assert "are proposed" in html
    assert RuleSet.objects.count() == 1
    assert "Propose weights" not in page(client, cast.adam, NEW)  # who sees no customers
    client.force_login(cast.adam)
    assert client.post(NEW, typed() | {"propose": "weights"}).status_code == 403


PAIRS = {  # of a score: how the first part is held against each other part, and those among them
    f"pair.current_{one}.current_{other}": step
    for one, other, step in (
        ("revenue", "contribution", "2 : 1"),
        ("revenue", "volume", "2 : 1"),
        ("revenue", "collection", "2 : 1"),
        ("contribution", "volume", "1 : 1"),
        ("contribution", "collection", "1 : 1"),
        ("volume", "collection", "1 : 1"),
    )
}


def test_judged_pairs_take_the_place_of_the_present_weights(cast: Cast, client: Client, alike):
    """Revenue twice as important as each: 40 20 20 20 by the pairs, 25 each by entropy."""
    html = page_of(client, cast.greta, typed() | PAIRS | {"propose": "weights"})
    for field, weight in (
        ("current_revenue", "33"),  # half of 40 and 25 is 32.5: the earlier are rounded up
        ("current_contribution", "23"),
        ("current_volume", "22"),
        ("current_collection", "22"),
        ("potential_volume", "36"),  # none judged: half as they were
    ):
        assert f'name="scores.{field}" value="{weight}"' in html
    assert "Current value: consistency ratio of the judgements 0.00." in html
    assert '<option value="2 : 1" selected>' in html
    assert RuleSet.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ("1 : 9", "Current value: The judged pairs contradict each other: 0."),
        ("", "Current value: judge all pairs, or none."),
    ],
)
def test_pairs_that_contradict_or_are_missing_propose_nothing(
    cast: Cast, client: Client, alike, changed: str, said: str
):
    pairs = PAIRS | {"pair.current_contribution.current_volume": changed}
    html = page_of(client, cast.greta, typed() | pairs | {"propose": "weights"})
    assert said in html
    assert "are proposed" not in html
    assert 'name="scores.current_revenue" value="35"' in html


def page_of(client: Client, user: User, data: dict[str, str]) -> str:
    client.force_login(user)
    return " ".join(client.post(NEW, data).content.decode().split())


def test_of_too_few_customers_nothing_is_proposed(cast: Cast, client: Client):
    html = page_of(client, cast.greta, typed() | {"propose": "weights"})
    assert "Of fewer than 30 customers all parts of the scores are known." in html
