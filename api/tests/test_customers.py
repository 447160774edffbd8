"""Customers as systems find and read them; how they are to be served."""

import datetime as dt

import pytest
from django.utils import timezone

from api.reports.service import service_of
from contracts.models import Contract
from core.models import Version
from customers.models import Account, Customer
from tests.cast import Cast, make_customer

pytestmark = pytest.mark.django_db


def codes(answer) -> list[str]:
    return [row["code"] for row in answer.json()["results"]]


def test_a_system_finds_the_customers_of_its_unit_only(cast: Cast, calling):
    assert codes(calling().get("customers/")) == ["ACME", "BOLT"]
    group = calling(name="group", unit=cast.group)
    assert codes(group.get("customers/")) == ["ACME", "BOLT", "WOLF"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=acme", ["ACME"]),
        ("status=dormant", ["BOLT"]),
        ("tier=large", ["ACME"]),
        ("account_manager=bob", ["BOLT"]),
        ("org_unit=EAST-1", ["ACME", "BOLT"]),
        ("org_unit=WEST", []),
        ("account_manager=wendy", []),
        ("updated_since=2020-01-01T00:00:00Z", ["ACME", "BOLT"]),
        ("updated_since=2100-01-01T00:00:00%2B08:00", []),
    ],
)
def test_the_list_can_be_searched_and_filtered(cast: Cast, calling, query: str, expected):
    Customer.objects.filter(code="ACME").update(tier="large")
    Customer.objects.filter(code="BOLT").update(status="dormant")
    assert codes(calling().get(f"customers/?{query}")) == expected


@pytest.mark.parametrize(
    ("query", "name", "code"),
    [
        ("status=nonsense", "status", "invalid_choice"),
        ("updated_since=2026-03-31T08:00:00", "updated_since", "naive_time"),
        ("updated_since=yesterday", "updated_since", "invalid"),
        ("limit=0", "limit", "min_value"),
        ("q=a%00b", "q", "null_characters_not_allowed"),
    ],
)
def test_a_bad_filter_is_named(calling, query: str, name: str, code: str):
    answer = calling().get(f"customers/?{query}")
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["parameter"], error["code"]) == (name, code)


@pytest.mark.parametrize("cursor", ["x", "cD0AYQ==", "é"])
def test_a_cursor_of_nobodys_is_refused(calling, cursor: str):
    assert calling().get(f"customers/?cursor={cursor}").json()["code"] == "bad_cursor"


def test_pages_lead_on_and_back_and_miss_nobody(cast: Cast, calling):
    for number in range(7):
        make_customer(f"M{number}", cast.east)
    call, path, seen = calling(), "customers/?limit=4", []
    while path:
        page = call.get(path).json()
        seen += [row["code"] for row in page["results"]]
        back, path = page["previous"], (page["next"] or "").rpartition("/api/v1/")[2]
    assert seen == ["ACME", "BOLT", *(f"M{number}" for number in range(7))]
    before = call.get(back.rpartition("/api/v1/")[2])
    assert codes(before) == seen[4:8]


def test_a_file_has_what_systems_may_read_and_nothing_personal_or_of_credit(cast: Cast, calling):
    Customer.objects.filter(code="ACME").update(
        phone="13800000001", email="a@acme.example", credit_limit=5000, main_business="springs"
    )
    file = calling().get("customers/ACME/").json()
    assert file["main_business"] == "springs"
    assert (file["org_unit"], file["account_manager"]) == ("EAST-1", "alice")
    assert not {"id", "phone", "email", "credit_limit", "deposit", "merged_into"} & set(file)


@pytest.mark.parametrize("asked", ["ACME", "OLD", "0571-77"])
def test_a_merged_code_and_an_account_number_mean_the_file_that_survives(
    cast: Cast, calling, asked: str
):
    Customer.objects.create(
        code="OLD", name="Old", org_unit=cast.east_outlet, merged_into=cast.acme
    )
    Account.objects.create(account_no="0571-77", customer=cast.acme)
    call = calling()
    assert call.get(f"customers/{asked}/").json()["code"] == "ACME"
    assert call.get(f"customers/{asked}/service/").json()["code"] == "ACME"


def test_service_says_all_that_dispatch_asks(cast: Cast, calling):
    today = timezone.localdate()
    Version.objects.create(business_date=today, status="published", is_current=True)
    Customer.objects.filter(code="ACME").update(
        tier="large", size="large", abc_class="A", credit_limit="200000.50",
        attention="Gate 3", warnings="Glass",
    )  # fmt: skip
    for number, (settlement, starts) in enumerate(
        [("cash", 400), ("monthly", 30), ("prepaid", -9)]
    ):
        Contract.objects.create(
            contract_no=f"C{number}",
            customer=cast.acme,
            starts_on=today - dt.timedelta(days=starts),
            settlement=settlement,
        )
    assert calling().get("customers/ACME/service/").json() == {
        "code": "ACME",
        "name": "Customer ACME",
        "status": "active",
        "tier": "large",
        "abc_class": "A",
        "value_grade": None,
        "key_account_kind": None,
        "service_policy": {
            "code": "large",
            "answer_hours": 2,
            "solution_days": 1,
            "extras": ["first", "best", "favourable"],
        },
        "credit": {
            "terms": "monthly",
            "state": "clear",
            "limit": "200000.50",
            "exposure": "0.00",
            "available": "200000.50",
            "reasons": [],
            "valid_until": None,
        },
        "instructions": "Glass\nGate 3",
        "as_of": today.isoformat(),
    }


def test_many_codes_are_answered_in_their_order_and_strange_ones_by_name(cast: Cast, calling):
    answer = calling().post(
        "customers/service/lookup/", {"codes": ["BOLT", "WOLF", "NOBODY", "ACME", "BOLT"]}
    )
    assert [(row["asked"], row["code"]) for row in answer.json()["results"]] == [
        ("BOLT", "BOLT"),
        ("ACME", "ACME"),
    ]
    assert answer.json()["errors"] == [
        {"asked": "WOLF", "code": "unknown_customer"},
        {"asked": "NOBODY", "code": "unknown_customer"},
    ]


@pytest.mark.parametrize("path", ["customers/{}/", "customers/{}/service/"])
def test_anothers_customer_is_answered_as_one_that_does_not_exist(cast: Cast, calling, path: str):
    call = calling()

    def whole(code: str) -> tuple:
        answer = call.get(path.format(code))
        body = answer.json()
        body.pop("request_id")
        return answer.status_code, body

    assert whole("WOLF") == whole("NOBODY")
    assert whole("WOLF")[0] == 404


def test_a_thousand_codes_are_one_query(cast: Cast, django_assert_num_queries, calling):
    calling()
    system = type(cast.alice).objects.select_related("org_unit").get(username="api:dispatch")
    asked = ["ACME", *(f"X{number}" for number in range(999))]
    with django_assert_num_queries(1):
        assert set(service_of(asked, system, timezone.localdate())) == {"ACME"}
