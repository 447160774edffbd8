"""How well it stands with a customer: in its file what is bad; in the list filtered and sorted."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.test import Client

from core.models import Version
from customers.models import Customer
from segmentation.health import write_health_test
from segmentation.jobs import merge_into_customers
from segmentation.models import Rhythm
from segmentation.tests.test_health import DAY, HEALTHY, night
from tests.cast import Cast
from workspace.models import ListColumns

pytestmark = pytest.mark.django_db
ILL = HEALTHY | {"state": "dormant", "score": Decimal(35), "talked": 90, "exceptions": 4}


def tonight(cast: Cast, world: list, day: dt.date) -> Version:
    """Publish a night of ACME, BOLT and WOLF."""
    version = Version.objects.get(pk=night([cast.acme, cast.bolt, cast.wolf], world, day))
    Version.objects.update(is_current=False)
    Version.objects.filter(pk=version.pk).update(status="published", is_current=True)
    merge_into_customers(version.pk)
    return version


@pytest.fixture
def known(cast: Cast) -> Cast:
    """ACME fell ill last night, BOLT has no talk for long, WOLF is well."""
    late = HEALTHY | {"talked": 75, "exceptions": 6}
    tonight(cast, [HEALTHY, late, HEALTHY], DAY - dt.timedelta(1))
    tonight(cast, [ILL, late | {"agreed": None, "complaints": 0}, HEALTHY], DAY)
    return cast


def read(person, url: str) -> str:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    page = client.get(url).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_file_says_which_part_is_bad_and_what_changed(known: Cast):
    page = read(known.alice, f"/customers/{known.acme.pk}/health/")
    assert "What pulls it down most: volume, rhythm: Dormant." in page
    assert "Volume rhythm: Dormant 10.00 −90.0 25.0%" in page
    assert "Payment payment score 35.00 25.00 −75.0 20.0%" in page
    assert "Our service 4 exceptions and complaints in 100 shipments 60.00 −40.0 20.0%" in page
    assert "What they say — — — 15.0%" in page
    assert "Network nothing hangs on lost customers 100.00 — 10.0%" in page
    assert "since the night before (100.00)" in page
    assert "Not enough yet" in page
    assert "Red" in read(known.alice, f"/customers/{known.acme.pk}/").split("Log visit")[0]


def test_who_is_well_has_nothing_that_pulls_it_down(known: Cast):
    page = read(known.wendy, f"/customers/{known.wolf.pk}/health/")
    assert "Nothing that is known pulls it down." in page


def test_the_hit_rate_stands_beside_it(known: Cast):
    then = DAY - dt.timedelta(100)
    Version.objects.filter(business_date=DAY - dt.timedelta(1)).update(business_date=then)
    current = Version.objects.get(is_current=True)
    Rhythm.objects.filter(version=current, customer=known.bolt).update(state="lost")
    write_health_test(DAY, current.pk)
    page = read(known.alice, f"/customers/{known.acme.pk}/health/")
    assert "Hit rate 0.0% · 0 of 1 customers lost since were red or yellow · few cases" in page
    assert "Red or yellow of all 0.0% · 0 of 3" in page


def test_the_list_shows_filters_and_sorts_by_health(known: Cast):
    ListColumns.objects.create(user=known.greta, columns=["code", "health"])

    def codes(query: str) -> list[str]:
        return re.findall(r"\b(ACME|BOLT|WOLF) (?:Red|Yellow|Green) \d+", read(known.greta, query))

    grades = dict(Customer.objects.values_list("code", "health"))
    assert grades == {"ACME": "red", "BOLT": "green", "WOLF": "green"}
    assert codes("/customers/?sort=health") == ["ACME", "BOLT", "WOLF"]
    assert codes("/customers/?sort=-health") == ["WOLF", "BOLT", "ACME"]
    assert codes("/customers/?health=red&sort=health") == ["ACME"]
