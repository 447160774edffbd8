"""The section "Network" and the alert: partners by name only where the reader may see them."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from core.models import Version
from segmentation.health import network_alerts
from segmentation.models import Rhythm
from segmentation.ruleset import DEFAULT_RULES
from segmentation.tests.test_network import exposed
from shipments.jobs import check_rollups
from shipments.tests.make import load, waybill
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def wolf_lost(cast: Cast) -> Cast:
    """Acme paid 60,000 to ship to Wolf and 20,000 to ship to Bolt; Wolf is lost."""
    day = timezone.localdate() - dt.timedelta(1)
    sent = day - dt.timedelta(220)  # so that nobody is lost who sent to the other lately
    to_each = ((cast.wolf, 60_000), (cast.bolt, 20_000))
    load(*(
        waybill(f"W-{to.code}", cast.acme, f"{sent} 10:00", consignee_id=to.pk, payer="shipper",
                billed_id=None, revenue=Decimal(revenue))
        for to, revenue in to_each
    ))  # fmt: skip
    check_rollups()
    version = exposed([cast.acme, cast.bolt, cast.wolf], {2}, day)
    network_alerts(day, version, DEFAULT_RULES)
    Version.objects.filter(pk=version).update(status="published", is_current=True)
    return cast


def said(person, customer, tail: str = "network/") -> str:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    page = client.get(f"/customers/{customer.pk}/{tail}").content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page.split("<h2", 1)[1]).split())


def test_who_may_see_the_lost_partner_reads_its_name(wolf_lost: Cast):
    page = said(wolf_lost.greta, wolf_lost.acme)
    assert "Exposed 37.5% 1 lost partner Revenue at risk ¥30k" in page
    assert f"What weighs most: “{wolf_lost.wolf}” is lost." in page
    assert "is lost. 75.0% of its network was with lost partners." in page
    assert "Lost 1 ¥60k 75.0%" in page


def test_others_read_that_it_is_a_customer_of_another_unit(wolf_lost: Cast):
    page = said(wolf_lost.bruno, wolf_lost.acme)
    assert "What weighs most: a customer of another unit is lost." in page
    assert "1 customer of another unit ¥60k 75.0%" in page
    assert "In rhythm 1 ¥20k 25.0%" in page
    for tail in ("network/", ""):
        assert "Wolf" not in said(wolf_lost.bruno, wolf_lost.acme, tail)


def test_the_alert_says_what_is_at_stake_and_leads_to_the_network(wolf_lost: Cast):
    page = said(wolf_lost.alice, wolf_lost.acme, "")
    assert "¥30,000.00 of 12 months at risk: 38% of its network hangs on 1 lost partner" in page
    client = Client(headers={"accept-language": "en"})
    client.force_login(wolf_lost.alice)
    day = client.get("/").content.decode()
    assert "38% of its network hangs on 1 lost partner" in day
    assert f"/customers/{wolf_lost.acme.pk}/network/" in day


def test_of_a_lost_customer_it_is_told_whom_to_protect(wolf_lost: Cast):
    page = said(wolf_lost.greta, wolf_lost.wolf)
    assert "At risk with it ¥30k 1 customer to protect" in page
    assert Rhythm.objects.get(customer=wolf_lost.wolf).state == "lost"


def test_without_consignees_there_is_no_network(cast: Cast):
    assert "No partners yet" in said(cast.alice, cast.acme)
