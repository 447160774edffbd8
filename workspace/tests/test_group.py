"""A group of companies as one reader may see it."""

import re

import pytest
from django.test import Client

from customers.models import Customer
from tests.cast import Cast, make_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def companies(cast: Cast) -> dict[str, Customer]:
    """TOP (Wendy's) > ACME (Alice's) > LOW (Bob's) > LEAF (Alice's); SIDE (Wendy's) under TOP."""
    top = make_customer("TOP", cast.west_outlet, cast.wendy)
    side = make_customer("SIDE", cast.west_outlet, cast.wendy, parent=top)
    Customer.objects.filter(pk=cast.acme.pk).update(parent=top)
    low = make_customer("LOW", cast.east_outlet, cast.bob, parent=cast.acme)
    leaf = make_customer("LEAF", cast.east_outlet, cast.alice, parent=low)
    return {"TOP": top, "SIDE": side, "ACME": cast.acme, "LOW": low, "LEAF": leaf}


def tree(client: Client, person: object, customer: Customer) -> list[tuple[str, int]]:
    """Names in the tree with their levels."""
    client.force_login(person)
    page = client.get(f"/customers/{customer.pk}/group/").content.decode()
    found = re.findall(r'class="gr-n gr-(\d)">.*?(?:<b[^>]*>|<a[^>]*>)Customer (\w+)<', page)
    return [(name, int(level)) for level, name in found]


def test_the_whole_tree_for_who_sees_all(cast: Cast, client: Client, companies):
    assert tree(client, cast.greta, cast.acme) == [
        ("TOP", 0), ("ACME", 1), ("LOW", 2), ("LEAF", 3), ("SIDE", 1),
    ]  # fmt: skip


def test_hidden_companies_are_passed_over_without_a_trace(cast: Cast, client: Client, companies):
    assert tree(client, cast.alice, cast.acme) == [("ACME", 0), ("LEAF", 1)]
    page = client.get(f"/customers/{cast.acme.pk}/group/").content.decode()
    assert "2 companies you may see" in page
    for hidden in ("TOP", "SIDE", "LOW"):
        assert f"Customer {hidden}" not in page
    assert tree(client, cast.olga, companies["LEAF"]) == [("ACME", 0), ("LOW", 1), ("LEAF", 2)]


def test_limits_are_for_those_who_see_credit(cast: Cast, client: Client, companies):
    for person, sees in ((cast.olga, True), (cast.sam, False)):
        client.force_login(person)
        page = client.get(f"/customers/{cast.acme.pk}/group/").content.decode()
        assert "Customer LEAF" in page
        assert ("Limits together" in page, "Credit limit" in page) == (sees, sees)


def test_the_tab_stands_only_where_there_is_a_visible_relative(
    cast: Cast, client: Client, companies
):
    client.force_login(cast.olga)
    assert "/group/" in client.get(f"/customers/{cast.acme.pk}/").content.decode()
    assert "/group/" not in client.get(f"/customers/{cast.bolt.pk}/").content.decode()
    client.force_login(cast.wendy)
    assert "/group/" in client.get(f"/customers/{companies['SIDE'].pk}/").content.decode()
