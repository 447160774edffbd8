"""Customers, contacts and account numbers come in as tables."""

import datetime as dt
from decimal import Decimal

import pytest

from core.context import acting
from core.models import History
from customers.codes import find_files
from customers.models import Account, Contact, Customer
from organization.models import User
from tests.cast import Cast, make_customer
from tests.tabled import complaints, counts, take

pytestmark = pytest.mark.django_db

HEAD = "code,name,org_unit"


@pytest.fixture
def small_batches(monkeypatch):
    """References that cross from one batch to the next, without thousands of rows."""
    monkeypatch.setattr("core.tables.importer.ImportHandler.batch_size", 2)


def customer(code: str) -> Customer:
    return Customer.objects.get(code=code)


def test_every_column_reaches_its_field(cast: Cast, tmp_path):
    cells = {
        "code": "00042",
        "name": "深圳市一户电子有限公司",
        "short_name": "一户",
        "uscc": "91440300MA5EXAMPLE",
        "parent": "ACME",
        "credit_limit": "120000.50",
        "deposit": "0",
        "party_role": "shipper",
        "status": "prospect",
        "org_unit": "EAST-1",
        "account_manager": "alice",
        "founded_on": "2001/2/3",
        "employees": "250",
        "market_share": "0.125",
        "private_siding": "是",
        "planned_annual_volume": "12.345",
        "planned_growth": "-0.05",
        "customer_since": "2020-01-31",
        "tags": "vip；冷链、夜间;vip",
        "notes": "fragile",
    }
    assert counts(take(tmp_path, "customers", ",".join(cells), ",".join(cells.values()))) == (
        1,
        0,
        0,
        0,
    )
    new = customer("00042")
    assert (new.name, new.parent, new.account_manager) == (cells["name"], cast.acme, cast.alice)
    assert (new.credit_limit, new.deposit) == (Decimal("120000.50"), Decimal(0))
    assert (new.founded_on, new.employees) == (dt.date(2001, 2, 3), 250)
    assert (new.market_share, new.planned_growth) == (Decimal("0.125"), Decimal("-0.05"))
    assert new.private_siding is True
    assert new.tags == ["vip", "冷链", "夜间"]
    assert (new.status, new.party_role, new.planned_annual_volume) == (
        "prospect",
        "shipper",
        Decimal("12.345"),
    )


def test_a_new_customer_is_active_and_both_parties_unless_the_file_says_otherwise(
    cast: Cast, tmp_path
):
    take(tmp_path, "customers", HEAD, "N1,New,EAST")
    take(tmp_path, "customers", HEAD + ",status,party_role,private_siding", "N2,New,EAST,,,")
    for code in ("N1", "N2"):
        new = customer(code)
        assert (new.status, new.party_role, new.private_siding) == ("active", "both", None)


def test_an_absent_column_leaves_a_value_and_an_empty_cell_clears_it(cast: Cast, tmp_path):
    make_customer(
        "N1", cast.east, cast.alice, city="Wuhan", credit_limit=5, parent=cast.acme, tags=["a"]
    )
    assert counts(take(tmp_path, "customers", HEAD, "N1,Renamed,EAST")) == (0, 1, 0, 0)
    kept = customer("N1")
    assert (kept.city, kept.credit_limit, kept.parent, kept.account_manager) == (
        "Wuhan",
        5,
        cast.acme,
        cast.alice,
    )
    take(
        tmp_path,
        "customers",
        HEAD + ",city,credit_limit,parent,account_manager,tags",
        "N1,Renamed,EAST,,,,,",
    )
    cleared = customer("N1")
    assert (cleared.city, cleared.credit_limit, cleared.parent, cleared.tags) == (
        "",
        None,
        None,
        [],
    )
    assert cleared.account_manager is None


def test_the_same_file_twice_changes_nothing_and_leaves_no_trace(cast: Cast, tmp_path):
    lines = [HEAD + ",parent,tags,planned_growth", "N1,New,EAST,N2,a;b,0.1", "N2,New,EAST,,,"]
    assert counts(take(tmp_path, "customers", *lines)) == (2, 0, 0, 0)
    before = History.objects.count()
    assert counts(take(tmp_path, "customers", *lines)) == (0, 0, 2, 0)
    assert History.objects.count() == before


def test_only_what_changed_is_in_the_history_with_its_actor(cast: Cast, tmp_path):
    with acting(actor="import"):
        take(tmp_path, "customers", HEAD + ",city", "ACME,Customer ACME,EAST-1,Wuhan")
    change = History.objects.get(table_name="customers_customer", operation="U")
    assert (change.changes, change.actor, change.customer_id) == (
        {"city": ["", "Wuhan"]},
        "import",
        cast.acme.pk,
    )


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_a_group_company_may_stand_anywhere_in_the_file(cast: Cast, tmp_path, small_batches, order):
    lines = ["TOP,Top,EAST,", "MID,Mid,EAST,TOP", "LOW,Low,EAST,MID"]
    report = take(tmp_path, "customers", HEAD + ",parent", *(lines[place] for place in order))
    assert counts(report) == (3, 0, 0, 0)
    assert customer("LOW").parent.parent == customer("TOP")


@pytest.mark.parametrize(
    ("columns", "cells", "column", "words"),
    [
        ("org_unit", "NOWHERE", "org_unit", "NOWHERE"),
        ("org_unit,parent", "EAST,NOBODY", "parent", "NOBODY"),
        ("org_unit,parent", "EAST,N1", "parent", "above itself"),
        ("org_unit,account_manager", "EAST,nobody", "account_manager", "nobody"),
        ("org_unit,account_manager", "EAST,adam", "account_manager", "administrator"),
        ("org_unit,credit_limit", "EAST,-1", "credit_limit", "negative"),
        ("org_unit,credit_limit", "EAST,1.005", "credit_limit", "decimals"),
        ("org_unit,founded_on", "EAST,2001-02-30", "founded_on", "calendar"),
        ("org_unit,status", "EAST,gone", "status", "prospect"),
        ("org_unit,market_share", "EAST,1.5", "market_share", "more than 1"),
    ],
)
def test_a_wrong_cell_is_refused_with_line_and_column(
    cast, tmp_path, columns, cells, column, words
):
    report = take(
        tmp_path, "customers", f"code,name,{columns}", f"N1,New,{cells}", "N2,New,EAST" + ","
    )
    assert complaints(report)[0] == (2, column)
    assert words in report.errors[0].message
    assert not Customer.objects.filter(code__startswith="N").exists()


def test_all_that_is_wrong_with_a_row_is_said_at_once(cast: Cast, tmp_path):
    report = take(tmp_path, "customers", HEAD + ",account_manager", "N1,New,NOWHERE,nobody")
    assert complaints(report) == [(2, "org_unit"), (2, "account_manager")]


def test_who_has_left_gets_no_new_customers_but_keeps_the_old_until_handover(cast: Cast, tmp_path):
    User.objects.filter(pk=cast.alice.pk).update(is_active=False)
    head = HEAD + ",account_manager"
    assert counts(take(tmp_path, "customers", head, "ACME,Customer ACME,EAST-1,alice")) == (
        0,
        0,
        1,
        0,
    )
    report = take(tmp_path, "customers", head, "BOLT,Customer BOLT,EAST-1,alice")
    assert complaints(report) == [(2, "account_manager")]


def test_a_merged_code_means_the_surviving_file(cast: Cast, tmp_path):
    middle = make_customer("MIDDLE", cast.east_outlet, merged_into=cast.bolt)
    make_customer("OLD", cast.east_outlet, merged_into=middle)
    report = take(tmp_path, "customers", HEAD, "OLD,New name,EAST")
    assert complaints(report) == [(2, "code")]
    assert "BOLT" in report.errors[0].message
    assert counts(take(tmp_path, "customers", HEAD + ",parent", "N1,New,EAST,OLD")) == (1, 0, 0, 0)
    assert customer("N1").parent == cast.bolt
    take(tmp_path, "contacts", "customer_code,name", "OLD,Li")
    take(tmp_path, "accounts", "account_no,customer_code", "A-1,OLD")
    assert Contact.objects.get(name="Li").customer == cast.bolt
    assert Account.objects.get(account_no="A-1").customer == cast.bolt


def test_files_merged_in_a_ring_end_nowhere_instead_of_never(cast: Cast):
    one = make_customer("ONE", cast.east)
    two = make_customer("TWO", cast.east, merged_into=one)
    Customer.objects.filter(pk=one.pk).update(merged_into=two)
    assert find_files(["ONE", "ACME"]).seen == {"ACME": (cast.acme.pk, "ACME")}


def test_rings_of_group_companies_are_refused_also_over_batches(
    cast: Cast, tmp_path, small_batches
):
    head = HEAD + ",parent"
    ring = ["A,A,EAST,C", "B,B,EAST,A", "X,X,EAST,", "C,C,EAST,B"]
    report = take(tmp_path, "customers", head, *ring)
    assert complaints(report) == [(2, "parent"), (3, "parent"), (5, "parent")]
    Customer.objects.filter(code="BOLT").update(parent=cast.acme)
    assert complaints(take(tmp_path, "customers", head, "ACME,Customer ACME,EAST-1,BOLT")) == [
        (2, "parent")
    ]
    swapped = [
        "ACME,Customer ACME,EAST-1,BOLT",
        "WOLF,Customer WOLF,WEST-1,",
        "BOLT,Customer BOLT,EAST-1,",
    ]
    assert counts(take(tmp_path, "customers", head, *swapped)) == (0, 2, 1, 0)
    assert customer("ACME").parent == customer("BOLT")


def test_a_group_company_out_of_sight_is_not_overwritten(cast: Cast, tmp_path):
    Customer.objects.filter(code="ACME").update(parent=cast.wolf)
    for parent in ("", "BOLT", "WOLF"):
        line = f"ACME,Acme {parent},EAST-1,{parent}"
        report = take(tmp_path, "customers", HEAD + ",parent", line, actor=cast.bruno)
        assert counts(report) == (0, 1, 0, 0)
        assert customer("ACME").parent == cast.wolf


def test_with_skip_a_row_without_its_group_company_is_left_out_alone(
    cast: Cast, tmp_path, small_batches
):
    lines = ["A,A,EAST,LATER", "B,B,EAST,NEVER", "C,C,EAST,B", "D,D,EAST,ACME", "LATER,L,EAST,"]
    report = take(tmp_path, "customers", HEAD + ",parent", *lines, on_error="skip")
    assert counts(report) == (3, 0, 0, 2)
    assert complaints(report) == [(3, "parent"), (4, "parent")]
    assert (
        report.rejects.read_text(encoding="utf-8-sig")
        .splitlines()[1]
        .startswith("B,B,EAST,NEVER,3,")
    )
    assert set(Customer.objects.filter(org_unit=cast.east).values_list("code", flat=True)) == {
        "A",
        "D",
        "LATER",
    }


def test_a_dry_run_counts_and_writes_nothing(cast: Cast, tmp_path):
    assert counts(take(tmp_path, "customers", HEAD, "N1,New,EAST", dry_run=True)) == (1, 0, 0, 0)
    assert not Customer.objects.filter(code="N1").exists()


def test_a_code_that_comes_twice_must_say_the_same(cast: Cast, tmp_path):
    assert counts(take(tmp_path, "customers", HEAD, "N1,New,EAST", "N1,New,EAST")) == (1, 0, 1, 0)
    report = take(tmp_path, "customers", HEAD, "N2,New,EAST", "N2,Newer,EAST")
    assert complaints(report) == [(3, "code")]


def test_headers_and_words_may_be_labels_in_any_case(cast: Cast, tmp_path):
    report = take(
        tmp_path, "customers", "Customer code,CUSTOMER NAME,Unit,Status", "N1,New,EAST,Dormant"
    )
    assert counts(report) == (1, 0, 0, 0)
    assert customer("N1").status == "dormant"


@pytest.mark.parametrize(
    ("cells", "foreign", "absent"),
    [
        ("{},,", "WEST-1", "NOWHERE"),
        ("EAST-1,{},", "WOLF", "NOBODY"),
        ("EAST-1,,{}", "wendy", "nobody"),
    ],
)
def test_on_behalf_of_a_person_what_they_may_not_see_is_as_absent(
    cast: Cast, tmp_path, cells, foreign, absent
):
    head = HEAD + ",parent,account_manager"
    theirs = take(tmp_path, "customers", head, "N1,New," + cells.format(foreign), actor=cast.bruno)
    nobodys = take(tmp_path, "customers", head, "N1,New," + cells.format(absent), actor=cast.bruno)
    assert complaints(theirs) == complaints(nobodys) != []
    assert theirs.errors[0].message.replace(foreign, absent) == nobodys.errors[0].message


def test_on_behalf_of_a_person_the_code_of_a_file_of_others_is_taken(cast: Cast, tmp_path):
    report = take(tmp_path, "customers", HEAD, "WOLF,Mine,EAST-1", actor=cast.bruno)
    assert complaints(report) == [(2, "code")]
    assert customer("WOLF").name == "Customer WOLF"


def test_contacts_and_accounts_of_others_are_as_absent(cast: Cast, tmp_path):
    Account.objects.create(account_no="A-9", customer=cast.wolf)
    for kind, head, line in (
        ("contacts", "customer_code,name", "WOLF,Li"),
        ("accounts", "account_no,customer_code", "A-1,WOLF"),
    ):
        assert complaints(take(tmp_path, kind, head, line, actor=cast.bruno)) == [
            (2, "customer_code")
        ]
    stolen = take(tmp_path, "accounts", "account_no,customer_code", "A-9,ACME", actor=cast.bruno)
    assert complaints(stolen) == [(2, "account_no")]
    assert Account.objects.get(account_no="A-9").customer == cast.wolf


CONTACTS = "customer_code,name,chain_role,influence,attitude,mobile,is_primary,reports_to"


@pytest.mark.parametrize("turned", [False, True])
def test_contacts_report_to_others_of_their_customer_wherever_they_stand(
    cast, tmp_path, small_batches, turned
):
    lines = [
        "ACME,张总,decider,5,2,00138,yes,",
        "ACME,李经理,purchaser,3,-2,,no,张总",
        "BOLT,张总,user,1,0,,no,",
        "ACME,小王,,,,,,李经理",
    ]
    lines = lines[::-1] if turned else lines
    assert counts(take(tmp_path, "contacts", CONTACTS, *lines)) == (4, 0, 0, 0)
    boss = Contact.objects.get(customer=cast.acme, name="张总")
    assert (boss.chain_role, boss.influence, boss.attitude, boss.mobile) == (
        "decider",
        5,
        2,
        "00138",
    )
    assert boss.is_primary
    assert Contact.objects.get(name="小王").reports_to.reports_to == boss
    assert counts(take(tmp_path, "contacts", CONTACTS, *lines)) == (0, 0, 4, 0)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("NOBODY,Li,,,,,,", "customer_code"),
        ("ACME,,,,,,,", "name"),
        ("ACME,Li,boss,,,,,", "chain_role"),
        ("ACME,Li,,6,,,,", "influence"),
        ("ACME,Li,,,-3,,,", "attitude"),
        ("ACME,Li,,,,,perhaps,", "is_primary"),
        ("ACME,Li,,,,,,Nobody", "reports_to"),
        ("ACME,Li,,,,,,Li", "reports_to"),
    ],
)
def test_a_wrong_contact_is_refused(cast: Cast, tmp_path, line, column):
    assert complaints(take(tmp_path, "contacts", CONTACTS, line)) == [(2, column)]
    assert not Contact.objects.exists()


def test_nobody_reports_to_a_contact_of_another_customer(cast: Cast, tmp_path):
    Contact.objects.create(customer=cast.bolt, name="Boss")
    assert complaints(take(tmp_path, "contacts", CONTACTS, "ACME,Li,,,,,,Boss")) == [
        (2, "reports_to")
    ]


def test_two_codes_of_one_customer_name_the_same_contact(cast: Cast, tmp_path):
    make_customer("OLD", cast.east_outlet, merged_into=cast.acme)
    lines = ["ACME,Li,decider,,,,,", "OLD,Li,decider,,,,,"]
    assert counts(take(tmp_path, "contacts", CONTACTS, *lines)) == (1, 0, 1, 0)
    assert Contact.objects.get().customer == cast.acme


def test_a_contact_without_further_columns(cast: Cast, tmp_path):
    assert counts(take(tmp_path, "contacts", "customer_code,name", "ACME,Li", "ACME,Wu")) == (
        2,
        0,
        0,
        0,
    )
    assert counts(take(tmp_path, "contacts", "customer_code,name", "ACME,Li", "ACME,Xu")) == (
        1,
        0,
        1,
        0,
    )


def test_an_account_number_moves_to_another_customer(cast: Cast, tmp_path):
    head = "account_no,customer_code,site"
    assert counts(take(tmp_path, "accounts", head, "00755-1,ACME,Shenzhen")) == (1, 0, 0, 0)
    assert counts(take(tmp_path, "accounts", head, "00755-1,BOLT,")) == (0, 1, 0, 0)
    account = Account.objects.get(account_no="00755-1")
    assert (account.customer, account.site) == (cast.bolt, "")


def test_the_number_of_queries_does_not_grow_with_the_rows(
    cast: Cast, tmp_path, django_assert_max_num_queries
):
    lines = [f"N{n:04},New,EAST,{'ACME' if n % 3 else ''},alice" for n in range(1000)]
    with django_assert_max_num_queries(12):
        take(tmp_path, "customers", HEAD + ",parent,account_manager", *lines)
    assert Customer.objects.filter(parent=cast.acme).count() == 666
