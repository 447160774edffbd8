"""The state of files: what the night computes is what the page shows; gaps and changes are told."""

import datetime as dt
from random import Random

import pytest
from django.test import Client
from django.utils import timezone

from contracts.models import Contract
from core.context import acting
from customers.models import (
    Confirmation,
    Contact,
    Customer,
    FileStandard,
    FileState,
    Shareholder,
)
from customers.rules.completeness import ITEMS, SECTIONS
from engagement.models import Alert
from tests.cast import Cast
from workspace.file.state import file_state
from workspace.jobs import file_alerts, write_file_states

pytestmark = pytest.mark.django_db

VALUES = {
    "registered_capital": 5, "founded_on": dt.date(2001, 2, 3), "employees": 7, "annual_output": 9,
    "planned_annual_volume": 3, "services_used": ["LTL"], "depth": "single", "scale": "small",
    "logistics_spend": 4, "credit_limit": 2,
}  # fmt: skip
HANGING = {"shareholders", "contact", "decider", "second_contact", "contract"}


def _today() -> dt.date:
    return timezone.localdate()


def _scatter(customer: Customer, chance: Random) -> None:
    """Some facts, people, contracts and confirmations, as chance wants it."""
    fields = {
        name: VALUES.get(name, "x")
        for name in ITEMS
        if name not in HANGING and chance.random() < 0.6
    }
    fields |= {
        "tier": chance.choice(["", "large", "risk", "potential"]),
        "size": chance.choice(["", "large", "medium", "small"]),
        "status": chance.choice(["active", "prospect"]),
        "created_at": timezone.now() - dt.timedelta(chance.choice([0, 170, 400, 800])),
    }
    Customer.objects.filter(pk=customer.pk).update(**fields)
    for number in range(chance.randrange(3)):
        Contact.objects.create(
            customer=customer, name=f"P{number}", chain_role=chance.choice(["", "decider", "user"]),
            is_active=chance.random() < 0.7,
        )  # fmt: skip
    if chance.random() < 0.5:
        Shareholder.objects.create(customer=customer, name="S")
    ends = chance.choice([None, _today(), _today() - dt.timedelta(1)])
    start = _today() - dt.timedelta(chance.choice([-1, 0, 30]))
    if ends is None or ends >= start:
        Contract.objects.create(
            contract_no=f"K-{customer.code}", customer=customer, starts_on=start, ends_on=ends
        )
    for section in SECTIONS:
        if chance.random() < 0.5:
            age = chance.choice([0, 180, 181, 365, 366, 731])
            Confirmation.objects.create(
                customer=customer, section=section, confirmed_on=_today() - dt.timedelta(age)
            )


@pytest.mark.parametrize("seed", range(8))
def test_the_night_says_what_the_page_says(cast: Cast, seed: int):
    customers = [cast.acme, cast.bolt, cast.wolf]
    for customer in customers:
        _scatter(customer, Random(f"{seed} {customer.code}"))
    write_file_states(_today())
    for customer in customers:
        live = file_state(Customer.objects.get(pk=customer.pk), _today()).completeness
        kept = FileState.objects.get(customer=customer)
        assert (kept.score, kept.missing) == (live.score, list(live.missing))
        assert sorted(kept.stale) == sorted(live.stale)
    assert write_file_states(_today()) == 0  # again: nothing changes


def test_an_edit_on_the_page_is_in_the_list_at_once(cast: Cast):
    client = Client()
    client.force_login(cast.alice)
    client.post(f"/customers/{cast.acme.pk}/profile/place/", {"city": "上海市", "address": "x"})
    before = FileState.objects.get(customer=cast.acme)
    assert "city" not in before.missing
    client.post(f"/customers/{cast.acme.pk}/profile/business/", {"industry": "Shoes"})
    after = FileState.objects.get(customer=cast.acme)
    assert after.score > before.score
    page = client.get("/customers/?file=gaps&sort=file").content.decode()
    assert "Customer ACME" in page
    assert "Customer ACME" not in client.get("/customers/?file=whole").content.decode()


def test_confirming_makes_old_facts_count_again(cast: Cast):
    Customer.objects.filter(pk=cast.acme.pk).update(
        uscc="91110000600037341L", created_at=timezone.now() - dt.timedelta(2000)
    )
    assert "identity" in _state(cast.acme).stale
    client = Client()
    client.force_login(cast.alice)
    answer = client.post(f"/customers/{cast.acme.pk}/profile/identity/confirm/")
    assert answer.status_code == 302
    assert "identity" not in _state(cast.acme).stale
    page = client.get(f"/customers/{cast.acme.pk}/profile/").content.decode()
    assert "Confirmed by Alice" in page


def _state(customer: Customer):
    return file_state(Customer.objects.get(pk=customer.pk), _today()).completeness


def test_gaps_of_large_customers_are_one_thing_to_do_until_they_are_closed(cast: Cast):
    Customer.objects.filter(pk=cast.acme.pk).update(size="large", tier="large")
    FileStandard.objects.filter(kind="large").update(items=["industry", "decider"])
    write_file_states(_today())
    file_alerts(_today())
    file_alerts(_today())
    alert = Alert.objects.get(kind="file_gaps")
    assert (alert.customer, alert.params["missing"]) == (cast.acme, ["industry", "decider"])
    Customer.objects.filter(pk=cast.acme.pk).update(industry="Shoes")
    Contact.objects.create(customer=cast.acme, name="Boss", chain_role="decider")
    write_file_states(_today())
    file_alerts(_today())
    alert.refresh_from_db()
    assert (alert.status, alert.closing_reason) == ("closed", "recovered")


def test_a_changed_fact_is_told_however_it_changed(cast: Cast):
    Customer.objects.filter(pk=cast.acme.pk).update(legal_representative="Old", employees=None)
    owner = Shareholder.objects.create(customer=cast.bolt, name="Old owner")
    file_alerts(_today())
    assert not Alert.objects.filter(kind="fact_change").exists()  # learning is no change
    with acting(actor="import:customers"):
        Customer.objects.filter(pk=cast.acme.pk).update(legal_representative="New", employees=5)
        owner.delete()
    assert file_alerts(_today()) >= 2
    told = dict(Alert.objects.filter(kind="fact_change").values_list("customer", "params"))
    assert told == {
        cast.acme.pk: {"facts": ["legal_representative"]},
        cast.bolt.pk: {"facts": ["shareholders"]},
    }
    client = Client()
    client.force_login(cast.fiona)
    assert "changed: legal representative" in client.get("/").content.decode()
