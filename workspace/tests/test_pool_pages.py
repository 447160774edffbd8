"""The pool, files at risk and deputies as people meet them; the night that fills them."""

import datetime as dt

import pytest
from django.utils import timezone

from contracts.models import Contract
from contracts.tests.make import make_line
from core.models import Version
from core.versions import open_partitions, seal_partitions
from customers import services
from customers.models import Contact, Customer, PoolEntry, PoolRule, PoolView, Share
from engagement.jobs import write_file_risks
from engagement.models import FileRisk, Note, Task
from engagement.reports import at_risk
from organization.models import Deputy
from tests.cast import Cast, make_customer
from tests.pages import client_of, text_of
from workspace.handover.jobs import recycle_idle
from workspace.handover.reports import going_to_pool

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def version(cast: Cast) -> Version:
    """A published night without figures."""
    version = Version.objects.create(business_date=timezone.localdate())
    open_partitions(version.pk)
    write_file_risks(version.business_date, version.pk)
    seal_partitions(version.pk)
    Version.objects.filter(pk=version.pk).update(status="published", is_current=True)
    return version


@pytest.fixture
def entry(cast: Cast) -> PoolEntry:
    """Acme lies in the pool of EAST-1."""
    acme = Customer.objects.filter(code="ACME")
    services.put_into_pool(acme, reason="nobody calls", actor=cast.olga, now=timezone.now())
    return PoolEntry.objects.get()


def note(customer: Customer, days: int, *, author: str = "alice", kind: str = "call") -> None:
    Note.objects.create(
        note_no=f"{customer.code}-{author}-{kind}-{days}", customer=customer, author=author,
        kind=kind, written_at=timezone.now() - days * DAY, text="x",
    )  # fmt: skip


def idle(customer: Customer, days: int) -> None:
    """The file was made so long ago, and nobody has touched it since."""
    Customer.objects.filter(pk=customer.pk).update(
        tier="small", created_at=timezone.now() - days * DAY
    )


def due(version: Version, ahead: int = 0) -> set[int]:
    found = going_to_pool(timezone.localdate(), version.pk)
    limit = timezone.localdate() + ahead * DAY
    return {each.customer for each in found if each.on <= limit}


@pytest.fixture
def quiet(cast: Cast, version: Version) -> Cast:
    """Small customers go after 90 days; Acme was made 100 days ago."""
    PoolRule.objects.update_or_create(tier="small", defaults={"idle_days": 90})
    idle(cast.acme, 100)
    return cast


def test_an_idle_customer_goes_and_its_manager_is_remembered(quiet: Cast, version: Version):
    assert recycle_idle(timezone.localdate(), version.pk) == 1
    entry = PoolEntry.objects.get()
    assert (entry.customer, entry.previous_manager, entry.cause) == (
        quiet.acme,
        quiet.alice,
        "idle",
    )
    assert recycle_idle(timezone.localdate(), version.pk) == 0


def test_without_a_rule_nobody_goes(quiet: Cast, version: Version):
    PoolRule.objects.update(idle_days=None)
    assert due(version, 1000) == set()


@pytest.mark.parametrize("what", ["note", "contract", "owes", "lost", "other tier", "nobody's"])
def test_these_stay(quiet: Cast, version: Version, what: str):
    acme, today = quiet.acme, timezone.localdate()
    rows = Customer.objects.filter(pk=acme.pk)
    if what == "note":
        note(acme, 5)
    elif what == "contract":
        Contract.objects.create(contract_no="C", customer=acme, starts_on=today - 400 * DAY)
    elif what == "owes":
        make_line(acme, "L", "2025-03-01", "1.00")
    else:
        changed = {
            "lost": {"status": "lost"},
            "other tier": {"tier": "large"},
            "nobody's": {"account_manager": None},
        }
        rows.update(**changed[what])
    assert due(version, 60) == set()


def test_whoever_has_the_customer_new_gets_the_whole_time(quiet: Cast, version: Version):
    assert due(version) == {quiet.acme.pk}
    Customer.objects.filter(pk=quiet.acme.pk).update(account_manager=quiet.bob)
    assert due(version, 60) == set()


def test_the_manager_is_warned_once_and_a_note_keeps_the_customer(quiet: Cast, version: Version):
    idle(quiet.acme, 80)
    today = timezone.localdate()
    for _again in range(2):
        assert recycle_idle(today, version.pk) == 0
    task = Task.objects.get()
    assert task.assignee == quiet.alice
    assert (today + 10 * DAY).isoformat() in task.title
    page = text_of(client_of(quiet.alice).get("/ownership/pool/"))
    assert "Yours that go to the pool soon" in page
    note(quiet.acme, 0)
    assert due(version, 60) == set()


def test_a_late_night_leaves_whom_somebody_spoke_to_or_got_since(quiet: Cast, version: Version):
    day = timezone.localdate() - 3 * DAY
    note(quiet.acme, 1)
    assert recycle_idle(day, version.pk) == 0
    Note.objects.all().delete()
    assert services.recycle({quiet.acme.pk: quiet.bob.pk}, now=timezone.now()) == []
    assert recycle_idle(day, version.pk) == 1


def test_who_owes_is_not_put_into_the_pool_by_hand_either(cast: Cast):
    make_line(cast.acme, "L", "2025-03-01", "1.00")
    data = {"act": "pool", "ids": cast.acme.pk, "ready": "1", "reason": "quiet"}
    answer = client_of(cast.olga).post("/customers/bulk/", data)
    assert answer.status_code == 422
    assert "owes money" in answer.content.decode()
    assert client_of(cast.olga).post(
        "/customers/bulk/", {**data, "ids": cast.bolt.pk}
    ).status_code == 302  # fmt: skip
    assert PoolEntry.objects.get().customer == cast.bolt


def test_a_colleague_looks_and_claims_and_others_find_nothing(entry: PoolEntry, cast: Cast):
    Contact.objects.create(customer=cast.acme, name="Mr. Wu", mobile="13800000000")
    bob = client_of(cast.bob)
    assert cast.acme.name in text_of(bob.get("/ownership/pool/"))
    drawer = text_of(bob.get(f"/ownership/pool/{entry.pk}/"))
    assert "Mr. Wu" not in drawer
    assert PoolView.objects.get().user == cast.bob
    assert bob.get(f"/customers/{cast.acme.pk}/").status_code == 404  # not before the claim
    assert cast.acme.name not in text_of(bob.get("/customers/"))
    wendy = client_of(cast.wendy)
    assert cast.acme.name not in text_of(wendy.get("/ownership/pool/"))
    assert wendy.get(f"/ownership/pool/{entry.pk}/").status_code == 404
    assert wendy.post(f"/ownership/pool/{entry.pk}/claim/").status_code == 404
    assert bob.post(f"/ownership/pool/{entry.pk}/claim/").status_code == 302
    assert bob.get(f"/customers/{cast.acme.pk}/").status_code == 200
    assert client_of(cast.alice).post(f"/ownership/pool/{entry.pk}/claim/").status_code == 404


def test_the_board_counts_what_its_links_list(cast: Cast):
    """The night's numbers by manager equal the filtered lists, whatever was written when."""
    two = make_customer("TWO", cast.east_outlet, cast.alice)
    Contact.objects.create(customer=cast.acme, name="A")
    Contact.objects.create(customer=cast.acme, name="B")
    Contact.objects.create(customer=two, name="A", is_active=False)
    note(cast.acme, 10, kind="visit")
    note(cast.acme, 200, author="olga")
    note(two, 91, kind="visit")
    note(two, 366, author="olga")
    Share.objects.create(customer=cast.bolt, user=cast.alice, read_only=True)
    make_customer("GONE", cast.east_outlet, cast.alice, status="lost")
    day = timezone.localdate()
    version = Version.objects.create(business_date=day)
    open_partitions(version.pk)
    write_file_risks(day, version.pk)
    names = ("alone", "one_contact", "unvisited", "all_three")
    for manager, expected in ((cast.alice, (1, 1, 1, 1)), (cast.bob, (1, 1, 1, 1))):
        row = FileRisk.objects.get(version=version, account_manager=manager)
        mine = Customer.objects.filter(account_manager=manager)
        listed = tuple(at_risk(mine, day, name).count() for name in names)
        assert tuple(getattr(row, name) for name in names) == listed == expected


def test_a_head_sees_the_board_of_the_unit(cast: Cast, version: Version):
    page = text_of(client_of(cast.olga).get("/ownership/risk/"))
    assert "Alice" in page and "Wendy" not in page
    assert client_of(cast.alice).get("/ownership/risk/").status_code == 403
    listed = text_of(client_of(cast.olga).get("/customers/?risk=all_three&manager=alice"))
    assert cast.acme.name in listed


def test_a_manager_names_a_deputy_who_sees_the_customers_until_it_is_ended(cast: Cast):
    today = timezone.localdate()
    data = {"deputy": cast.bob.pk, "starts_on": today.isoformat(), "ends_on": today.isoformat()}
    alice, bob = client_of(cast.alice), client_of(cast.bob)
    assert alice.post("/ownership/deputies/new/", data).status_code == 302
    assert bob.get(f"/customers/{cast.acme.pk}/").status_code == 200
    deputy = Deputy.objects.get()
    assert bob.post(f"/ownership/deputies/{deputy.pk}/end/").status_code == 404
    assert alice.post(f"/ownership/deputies/{deputy.pk}/end/").status_code == 302
    assert bob.get(f"/customers/{cast.acme.pk}/").status_code == 404


def test_a_head_names_deputies_of_the_units_people_only(cast: Cast):
    today = timezone.localdate().isoformat()
    days = {"starts_on": today, "ends_on": today}
    olga = client_of(cast.olga)
    wrong = ({"user": cast.wendy.pk}, {"deputy": cast.wendy.pk}, {"deputy": cast.alice.pk})
    for changed in wrong:
        data = {"user": cast.alice.pk, "deputy": cast.bob.pk, **days, **changed}
        assert olga.post("/ownership/deputies/new/", data).status_code == 422
    data = {"user": cast.alice.pk, "deputy": cast.bob.pk, **days}
    assert olga.post("/ownership/deputies/new/", data).status_code == 302
