"""Customers and their people are found by whatever one types, however they were written."""

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from conftest import as_role
from core.context import acting
from customers.models import Contact, Customer, Share
from customers.reports.search import find, ranked
from customers.rules.search import phone_term, search_term
from organization.models import User
from tests.cast import Cast, make_cast, make_customer

pytestmark = pytest.mark.django_db


def codes(user: User, text: str) -> list[str]:
    """The codes of the customers a person finds in a web process, best first."""
    user = User.objects.get(pk=user.pk)  # as a request loads it
    with acting(user_id=user.pk, actor=user.username), as_role("crm_app"):
        return [customer.code for customer in ranked(user, find(user, text, 60))]


def people(user: User, text: str) -> set[str]:
    """The names of the contacts a person finds."""
    with acting(user_id=user.pk, actor=user.username), as_role("crm_app"):
        ids = [match.contact for match in find(user, text, 60) if match.contact]
        return set(
            Contact.objects.visible_to(user).filter(pk__in=ids).values_list("name", flat=True)
        )


@pytest.fixture
def found(cast: Cast) -> Cast:
    make_customer("SH-0007", cast.east_outlet, cast.alice, name="上海蓝汀医药（集团）有限公司",
                  short_name="蓝汀", uscc="91310115MA1K3Q2X7Y", phone="021-6434 1234",
                  size="large")  # fmt: skip
    make_customer("SH-0008", cast.east_outlet, cast.bob, name="重庆长安银行")
    make_customer("SH-0009", cast.east_outlet, cast.bob, name="ＡＢＣ Logistics Co., Ltd.")
    Contact.objects.create(customer=cast.acme, name="单雄信", mobile="+86 138 1234 0021")
    Contact.objects.create(customer=cast.wolf, name="单田芳", phone="010-88880021")
    return cast


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("蓝", "SH-0007"), ("汀医", "SH-0007"), ("蓝汀医药", "SH-0007"), ("药集团", "SH-0007"),
        ("上海蓝汀医药集团有限", "SH-0007"), ("上海蓝汀医药(集团)有限公司", "SH-0007"),
        ("shanghai", "SH-0007"), ("lanting", "SH-0007"), ("tingyi", "SH-0007"), ("lant", "SH-0007"),
        ("shlt", "SH-0007"), ("SHLTYYJT", "SH-0007"), ("ltyy", "SH-0007"), ("yy", "SH-0007"),
        ("sh-0007", "SH-0007"), ("sh0007", "SH-0007"), ("91310115ma", "SH-0007"),
        ("1234", "SH-0007"), ("6434 1234", "SH-0007"), ("02164341", "SH-0007"),
        ("chongqing", "SH-0008"), ("zhongqing", "SH-0008"), ("chongqingchanganyinhang", "SH-0008"),
        ("yinhang", "SH-0008"), ("cqca", "SH-0008"), ("abc", "SH-0009"), ("logist", "SH-0009"),
        ("istics", "SH-0009"), ("ＡＢＣ　ｌｏｇ", "SH-0009"),
    ],
)  # fmt: skip
def test_a_customer_is_found_in_many_ways(found: Cast, text: str, code: str):
    for person in (found.olga, found.bruno, found.greta):
        assert code in codes(person, text), person


@pytest.mark.parametrize("text", ["", " ", "%", "_", "汀上", "有限公司", "医药股", "234"])
def test_what_fits_nothing_finds_nothing(found: Cast, text: str):
    assert codes(found.greta, text) == []


@pytest.mark.parametrize(
    "text", ["单", "雄信", "shanx", "danx", "sxx", "0021", "13812340021", "1381234"]
)
def test_a_contact_is_found_by_those_who_may_read_it(found: Cast, text: str):
    assert "单雄信" in people(found.alice, text)
    assert "单雄信" in people(found.olga, text)
    assert "单田芳" not in people(found.olga, text)  # of another branch
    assert people(found.ann, text) == set()  # an analyst reads no personal details
    assert people(found.adam, text) == set()


def test_a_phone_finds_its_customer_for_those_who_may_read_it(found: Cast):
    assert codes(found.fiona, "64341234") == ["SH-0007"]
    assert codes(found.ann, "64341234") == []


def test_called_so_before_beginning_so_before_big_before_the_rest(cast: Cast):
    names = {"K1": "京西", "K2": "京西北", "K3": "京西东", "K4": "大京西", "K5": "小京西"}
    for code, name in names.items():
        big = {"size": "large", "tier": "large"} if code in {"K3", "K5"} else {}
        make_customer(code, cast.east_outlet, cast.alice, name=name, **big)
    assert codes(cast.olga, "京西") == ["K1", "K3", "K2", "K5", "K4"]
    assert codes(cast.alice, "京西") == ["K1", "K3", "K2", "K5", "K4"]


def test_an_exact_code_is_found_however_many_begin_like_it(cast: Cast):
    for number in range(100):
        make_customer(f"K1{number:03}", cast.east_outlet, cast.alice, size="large")
    make_customer("K1", cast.east_outlet, cast.alice)
    assert codes(cast.greta, "K1")[0] == "K1"
    assert codes(cast.olga, "K1")[0] == "K1"


def test_whoever_may_see_a_customer_finds_it_and_nobody_else(found: Cast):
    assert codes(found.alice, "蓝汀") == ["SH-0007"]
    assert (
        codes(found.bob, "蓝汀") == codes(found.walter, "蓝汀") == codes(found.wendy, "蓝汀") == []
    )
    customer = Customer.objects.get(code="SH-0007")
    Share.objects.create(customer=customer, user=found.wendy)
    Share.objects.create(customer=customer, user=found.walter)
    assert codes(found.wendy, "蓝汀") == codes(found.walter, "lanting") == ["SH-0007"]
    Customer.objects.filter(pk=customer.pk).update(org_unit=found.west_outlet)
    assert codes(found.olga, "蓝汀") == []
    assert codes(found.walter, "蓝汀") == codes(found.greta, "蓝汀") == ["SH-0007"]


def test_the_keys_themselves_are_limited_to_what_one_may_see(found: Cast):
    def customers_with_keys(user: User) -> set[int]:
        with acting(user_id=user.pk, actor=""), as_role("crm_app"), connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT customer_id FROM customers_searchkey")
            return {pk for (pk,) in cursor.fetchall()}

    for user in (*found.eight_roles.values(), found.wendy, found.walter):
        visible = Customer.objects.visible_to(user).values_list("pk", flat=True)
        assert customers_with_keys(user) == set(visible), user.username


def test_renamed_merged_and_deleted_customers(found: Cast):
    customer = Customer.objects.get(code="SH-0008")
    Customer.objects.filter(pk=customer.pk).update(name="天津远洋")
    assert codes(found.greta, "yuanyang") == ["SH-0008"]
    assert codes(found.greta, "chongqing") == ["SH-0008"]  # its former name
    Customer.objects.filter(pk=customer.pk).update(former_names=[])
    assert codes(found.greta, "chongqing") == []
    Customer.objects.filter(pk=customer.pk).update(merged_into=found.acme)
    assert codes(found.greta, "远洋") == []
    Customer.objects.filter(pk=customer.pk).update(merged_into=None)
    assert codes(found.greta, "远洋") == ["SH-0008"]
    customer.delete()
    assert codes(found.greta, "远洋") == []


def test_a_contact_that_changes_moves_or_goes(found: Cast):
    contact = Contact.objects.get(name="单雄信")
    Contact.objects.filter(pk=contact.pk).update(mobile="13900000099")
    assert people(found.olga, "0021") == set()
    assert people(found.olga, "0099") == {"单雄信"}
    Contact.objects.filter(pk=contact.pk).update(customer=found.wolf)
    assert people(found.olga, "0099") == set()
    assert people(found.walter, "0099") == {"单雄信"}
    contact.delete()
    assert people(found.walter, "0099") == set()


@pytest.mark.parametrize(
    ("typed", "term"),
    [
        ("蓝汀医药有限", "蓝汀医药"),
        ("蓝汀股份有限公", "蓝汀"),
        ("股份", "股份"),
        ("国有", "国有"),
        ("LÜ", "lv"),
    ],
)
def test_a_term_without_a_legal_form_typed_by_half(typed: str, term: str):
    assert search_term(typed) == term


@pytest.mark.parametrize(
    ("typed", "term"),
    [("123", ""), ("1234", "1234"), ("+86 138 0013 8000", "13800138000"), ("A1234", "")],
)
def test_what_may_be_a_phone_number(typed: str, term: str):
    assert phone_term(typed) == term


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["name", "short_name", "size", "tier", "org_unit", "merged", "contact", "new"]
        ),
        st.sampled_from(["上海重阳", "Blue 单", "large", "small", ""]),
    ),
    max_size=8,
)


class KeptByTriggers(TestCase):
    """After any changes the keys are those that a first filling would write."""

    @settings(max_examples=25, deadline=None)
    @given(STEPS)
    def test_keys_are_what_a_filling_writes(self, steps: list[tuple[str, str]]):
        cast = make_cast()
        Contact.objects.create(customer=cast.acme, name="单雄信", mobile="13812340021")
        for number, (step, text) in enumerate(steps):
            file = Customer.objects.filter(code="ACME")
            if step == "merged":
                file.update(merged_into=cast.wolf if text else None, name=f"{text}{number}")
            elif step == "org_unit":
                file.update(org_unit=cast.west_outlet if text else cast.east_outlet, size=text[:5])
            elif step == "contact":
                Contact.objects.update(name=text or "无", customer=cast.bolt if text else cast.acme)
            elif step == "new":
                make_customer(f"N{number}", cast.east_outlet, None, name=text or "?")
            else:
                file.update(**{step: text})
        with as_role("crm_owner"), connection.cursor() as cursor:
            cursor.execute(
                "SELECT org_unit_id, customer_id, contact_id, key FROM customers_searchkey"
            )
            kept = sorted(cursor.fetchall(), key=str)
            cursor.execute(
                "SELECT c.org_unit_id, c.id, NULL::bigint, key FROM customers_customer c,"
                " customers_all_keys(customers_is_big(c.tier, c.size), c.name, c.short_name,"
                " c.former_names, c.code, c.uscc, c.phone) AS key WHERE c.merged_into_id IS NULL"
                " UNION ALL"
                " SELECT c.org_unit_id, c.id, p.id, key FROM customers_contact p"
                " JOIN customers_customer c ON c.id = p.customer_id,"
                " customers_contact_keys(p.name, p.mobile, p.phone) AS key"
            )
            assert kept == sorted(cursor.fetchall(), key=str)
