"""Names of places that forms suggest while one types."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import Customer
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.alice)
    return client


def _offered(page: str, name: str) -> list[str]:
    """What the field's list offers; the field must name that list."""
    found = re.search(rf'<datalist id="file-{name}-names">(.*?)</datalist>', page, re.DOTALL)
    assert found
    return re.findall(r'value="([^"]*)"', found[1])


def test_the_form_offers_provinces_at_once_and_cities_of_the_one_that_stands_there(
    cast: Cast, alice: Client
):
    address = reverse("profile_group", args=[cast.acme.pk, "place"])
    page = alice.get(address).content.decode()
    assert 'list="file-province-names"' in page
    assert "江苏省" in _offered(page, "province")
    assert _offered(page, "city") == []
    Customer.objects.filter(pk=cast.acme.pk).update(province="江苏省", city="苏州市")
    page = alice.get(address).content.decode()
    assert "苏州市" in _offered(page, "city")
    assert "杭州市" not in _offered(page, "city")
    assert "吴中区" in _offered(page, "district")


def test_cities_follow_the_province_while_one_types(alice: Client):
    page = alice.get(reverse("divisions"), {"province": "浙江"}).content.decode()
    assert "杭州市" in _offered(page, "city")
    assert "苏州市" not in _offered(page, "city")
