"""The feed: what concerns dispatch is noticed whoever writes it, in order, and none is skipped."""

import datetime as dt
import threading

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from api.jobs import note_dated_terms
from api.models import Change
from api.reports.changes import CursorTooOldError, changes_after, pass_on
from api.tests.make import make_system
from conftest import as_role
from contracts.models import Contract
from core.context import acting
from customers.models import Customer
from organization.models import User
from tests.cast import Cast, make_cast, make_customer

pytestmark = pytest.mark.django_db


def read(user: User, position: int | None = None, size: int = 100):
    return changes_after(position, user, size=size, day=timezone.localdate())


def end(user: User) -> int:
    """The position of whoever has read everything."""
    return read(user).position


def noted(user: User, position: int) -> list[tuple[str, list[str]]]:
    return [(entry["code"], entry["changed"]) for entry in read(user, position).changes]


@pytest.fixture
def hub(cast: Cast) -> User:
    return make_system("hub", cast.group)


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"tier": "risk"}, ["tier"]),
        ({"tier": "large"}, ["tier", "service_policy"]),
        ({"abc_class": "A", "tier": "risk"}, ["tier", "abc_class"]),
        ({"status": "lost"}, ["status"]),
        ({"name": "Acme II"}, ["name"]),
        ({"credit_limit": 5}, ["credit"]),
        ({"attention": "Call first"}, ["instructions"]),
        ({"warnings": "Dog"}, ["instructions"]),
        ({"code": "ACME-2"}, ["code"]),
    ],
)
def test_what_dispatch_is_told_is_noticed_with_its_parts(cast, hub, values, fields):
    before = end(hub)
    Customer.objects.filter(pk=cast.acme.pk).update(**values)
    [(code, changed)] = noted(hub, before)
    assert (code, changed) == (values.get("code", "ACME"), fields)


def test_what_does_not_concern_dispatch_is_no_news(cast: Cast, hub: User):
    before = end(hub)
    Customer.objects.filter(pk=cast.acme.pk).update(city="武汉", notes="x", tier="")
    Customer.objects.filter(pk=cast.acme.pk).update(account_manager=cast.bob)
    assert noted(hub, before) == []


def test_many_rows_raw_sql_new_files_and_contracts_are_noticed(cast: Cast, hub: User):
    before = end(hub)
    Customer.objects.filter(code__in=["ACME", "BOLT"]).update(tier="small")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_customer SET status = 'dormant' WHERE code = 'WOLF'")
    make_customer("NEW", cast.west)
    contract = Contract.objects.create(
        contract_no="K1", customer=cast.acme, starts_on="2026-01-01", settlement="monthly"
    )
    Contract.objects.filter(pk=contract.pk).update(amount=9)
    assert noted(hub, before) == [
        ("ACME", ["tier"]),
        ("BOLT", ["tier"]),
        ("WOLF", ["status"]),
        ("NEW", ["code", "name", "status"]),
        ("ACME", ["credit"]),
    ]


def test_terms_that_begin_or_end_by_their_date_alone_are_told_by_night(cast: Cast, hub: User):
    def contract(customer: Customer, number: str, first: str, last: str | None, **fields: object):
        return Contract.objects.create(
            contract_no=number, customer=customer, starts_on=first, ends_on=last, **fields
        )

    old = contract(cast.acme, "K1", "2026-01-01", "2026-06-30", settlement="monthly")
    contract(cast.bolt, "K2", "2026-07-01", None, settlement="cash")
    contract(cast.wolf, "K3", "2026-07-01", None, settlement="cash", stage="draft")
    before = end(hub)
    told = [note_dated_terms(dt.date(2026, *day)) for day in ((6, 29), (6, 30), (7, 1))]
    assert told == [0, 2, 0]
    assert noted(hub, before) == [("ACME", ["credit"]), ("BOLT", ["credit"])]
    new = contract(cast.acme, "K4", "2026-05-01", None, settlement="monthly", renews=old)
    assert note_dated_terms(dt.date(2026, 4, 30)) == 0  # as before
    Contract.objects.filter(pk=new.pk).update(settlement="prepaid")
    assert note_dated_terms(dt.date(2026, 4, 30)) == 1
    assert note_dated_terms(dt.date(2026, 6, 30)) == 1  # BOLT; K1 had given way before


def test_an_entry_tells_the_state_as_it_is_now(cast: Cast, hub: User):
    before = end(hub)
    for tier in ("small", "large"):
        Customer.objects.filter(pk=cast.acme.pk).update(tier=tier)
    Customer.objects.filter(pk=cast.acme.pk).update(code="ACME-2")
    told = read(hub, before).changes
    assert [entry["service"]["tier"] for entry in told] == ["large"] * 3
    assert (told[0]["code"], told[0]["service"]["code"]) == ("ACME", "ACME-2")


def test_of_a_merged_file_the_one_that_stays_is_told(cast: Cast, hub: User):
    before = end(hub)
    Customer.objects.filter(pk=cast.bolt.pk).update(merged_into=cast.acme)
    [entry] = read(hub, before).changes
    assert (entry["code"], entry["changed"]) == ("BOLT", ["merged_into"])
    assert entry["service"]["code"] == "ACME"


def test_a_system_hears_of_its_units_customers_and_when_one_leaves(cast: Cast, hub: User):
    east, west = make_system("east", cast.east), make_system("west", cast.west)
    before = end(hub)
    Customer.objects.filter(pk=cast.wolf.pk).update(tier="risk")
    Customer.objects.filter(pk=cast.acme.pk).update(org_unit=cast.west_outlet)
    Customer.objects.filter(pk=cast.bolt.pk).update(org_unit=cast.east)
    assert noted(hub, before) == [("WOLF", ["tier"])]
    assert noted(west, before) == [("WOLF", ["tier"]), ("ACME", ["unit"])]
    assert [(e["code"], e["gone"], e["service"]) for e in read(east, before).changes] == [
        ("ACME", True, None)
    ]


def test_the_database_shows_a_system_no_other_changes(cast: Cast):
    east = make_system("east", cast.east)
    Customer.objects.filter(pk=cast.acme.pk).update(org_unit=cast.west_outlet)
    expected = set(Change.objects.visible_to(east).values_list("pk", flat=True))
    with acting(user_id=east.pk, actor="east"), as_role("crm_app"):
        assert set(Change.objects.values_list("pk", flat=True)) == expected
        for statement in ("DELETE FROM api_change", "UPDATE api_change SET position = 1"):
            with pytest.raises(ProgrammingError), transaction.atomic():
                connection.cursor().execute(statement)


def test_pages_are_walked_without_a_gap(cast: Cast, hub: User):
    position = end(hub)
    for tier in ("large", "small", "medium", "risk", "large"):
        Customer.objects.filter(pk=cast.acme.pk).update(tier=tier)
    sizes, more = [], True
    while more:
        page = read(hub, position, size=2)
        sizes.append(len(page.changes))
        position, more = page.position, page.more
    assert sizes == [2, 2, 1]
    assert noted(hub, position) == []


def test_a_cursor_whose_changes_are_gone_or_never_were_is_refused(cast: Cast, hub: User):
    start = end(hub)
    Customer.objects.filter(pk=cast.acme.pk).update(tier="risk")
    Customer.objects.filter(pk=cast.acme.pk).update(tier="small")
    last = end(hub)
    Change.objects.filter(position__lte=start + 1).delete()
    assert noted(hub, start + 1) == [("ACME", ["tier"])]
    for position in (start, last + 1):
        with pytest.raises(CursorTooOldError):
            read(hub, position)


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_committed_late_is_not_passed_over():
    """One transaction notes first and commits last; a reader comes in between."""
    cast = make_cast()
    hub = make_system("hub", cast.group)
    before = end(hub)
    written, may_end = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            Customer.objects.filter(code="ACME").update(tier="risk")
            written.set()
            may_end.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(10)
    Customer.objects.filter(code="BOLT").update(tier="small")
    page = read(hub, before)
    may_end.set()
    thread.join()
    assert [entry["code"] for entry in page.changes] == ["BOLT"]
    assert noted(hub, page.position) == [("ACME", ["tier"])]
    ids = list(Change.objects.order_by("position").values_list("pk", flat=True))
    assert ids != sorted(ids)  # the control: by number alone the late one would be behind us


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_is_no_news():
    cast = make_cast()
    hub = make_system("hub", cast.group)
    before = end(hub)
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012  # the block is what must come to nothing
        Customer.objects.filter(pk=cast.acme.pk).update(tier="large")
        raise RuntimeError
    assert pass_on() == 0
    assert noted(hub, before) == []
