"""Customers, contacts and account numbers go out as tables."""

import pytest

from customers.models import Account, Contact, Customer
from tests.cast import Cast, make_customer
from tests.tabled import exported

pytestmark = pytest.mark.django_db


def codes(lines: list[str]) -> list[str]:
    return [line.split(",")[0] for line in lines[1:]]


def test_customers_by_code_without_merged_files(cast: Cast):
    make_customer("OLD", cast.east, merged_into=cast.acme)
    assert codes(exported("customers")) == ["ACME", "BOLT", "WOLF"]


def test_references_are_written_as_codes_and_tags_with_semicolons(cast: Cast):
    Customer.objects.filter(code="BOLT").update(
        parent=cast.acme, tags=["vip", "冷链"], credit_limit=5
    )
    header, *lines = exported("customers")
    bolt = dict(zip(header.split(","), lines[1].split(","), strict=True))
    assert (bolt["parent"], bolt["org_unit"], bolt["account_manager"]) == ("ACME", "EAST-1", "bob")
    assert (bolt["tags"], bolt["credit_limit"], bolt["deposit"]) == ("vip;冷链", "5.00", "")


def test_people_export_what_they_see(cast: Cast):
    for customer in (cast.acme, cast.wolf):
        Contact.objects.create(customer=customer, name=f"Li of {customer.code}")
        Account.objects.create(customer=customer, account_no=f"NO-{customer.code}")
    for person, seen in ((cast.alice, "ACME"), (cast.walter, "WOLF")):
        assert codes(exported("customers", user=person)) == [seen]
        assert codes(exported("contacts", user=person)) == [seen]
        assert codes(exported("accounts", user=person)) == [f"NO-{seen}"]
    assert codes(exported("customers", user=cast.adam)) == []


def test_a_name_that_looks_like_a_formula_is_text(cast: Cast):
    Customer.objects.filter(code="ACME").update(name="=1+1")
    assert exported("customers")[1].startswith("ACME,'=1+1,")
