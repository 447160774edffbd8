"""Alerts stand where their customers stand, and are seen by the same people."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from conftest import as_role
from core.context import acting
from customers.models import Customer, Share
from engagement.jobs import lock_alerts
from engagement.models import Alert
from organization.models import Deputy, User
from tests.cast import Cast

pytestmark = pytest.mark.django_db
EVERYBODY = (
    "alice",
    "bob",
    "wendy",
    "olga",
    "bruno",
    "walter",
    "greta",
    "fiona",
    "sam",
    "ann",
    "adam",
)


@pytest.fixture
def alerts(cast: Cast) -> None:
    for customer in (cast.acme, cast.bolt, cast.wolf):
        Alert.objects.create(
            key=customer.code, kind="payment_due", severity="low", customer=customer,
            subject=customer.code, opened_on=dt.date(2026, 3, 31),
        )  # fmt: skip


def seen_by(person: User) -> set[str]:
    """What the pages show, which is what the database lets through."""
    person = User.objects.get(pk=person.pk)  # as loaded for another request
    customers = set(Customer.objects.visible_to(person).values_list("code", flat=True))
    assert set(Alert.objects.visible_to(person).values_list("key", flat=True)) == customers
    with acting(user_id=person.pk, actor=person.username), as_role("crm_app"):
        assert set(Alert.objects.values_list("key", flat=True)) == customers
    return customers


def test_everybody_sees_the_alerts_of_their_customers(cast: Cast, alerts):
    assert {name: seen_by(getattr(cast, name)) for name in EVERYBODY} == {
        "alice": {"ACME"}, "bob": {"BOLT"}, "wendy": {"WOLF"},
        "olga": {"ACME", "BOLT"}, "bruno": {"ACME", "BOLT"}, "walter": {"WOLF"},
        "greta": {"ACME", "BOLT", "WOLF"}, "fiona": {"ACME", "BOLT"}, "sam": {"ACME", "BOLT"},
        "ann": {"ACME", "BOLT"}, "adam": set(),
    }  # fmt: skip


def test_an_alert_follows_its_customer(cast: Cast, alerts):
    Customer.objects.filter(code="ACME").update(
        org_unit=cast.west_outlet, account_manager=cast.wendy
    )
    assert seen_by(cast.alice) == set()
    assert seen_by(cast.olga) == {"BOLT"}
    assert seen_by(cast.wendy) == seen_by(cast.walter) == {"ACME", "WOLF"}
    Customer.objects.filter(code="ACME").update(account_manager=None)
    assert seen_by(cast.wendy) == {"WOLF"}


def test_whom_a_customer_is_shared_with_and_who_stands_in(cast: Cast, alerts):
    Share.objects.create(customer=cast.wolf, user=cast.alice)
    Share.objects.create(customer=cast.wolf, user=cast.fiona)
    today = timezone.localdate()
    Deputy.objects.create(user=cast.alice, deputy=cast.bob, starts_on=today, ends_on=today)
    assert seen_by(cast.alice) == {"ACME", "WOLF"}
    assert seen_by(cast.fiona) == {"ACME", "BOLT", "WOLF"}
    assert seen_by(cast.bob) == {"ACME", "BOLT", "WOLF"}


def test_nobody_puts_an_alert_somewhere_else(cast: Cast, alerts):
    Alert.objects.filter(key="ACME").update(org_unit=cast.west_outlet)
    assert Alert.objects.get(key="ACME").org_unit == cast.east_outlet


def test_someone_who_has_left_sees_none(cast: Cast, alerts):
    for person in (cast.alice, cast.olga):
        User.objects.filter(pk=person.pk).update(is_active=False)
        assert seen_by(person) == set()


def test_the_night_waits_for_customers_that_move_and_they_for_the_night(cast: Cast, alerts):
    def locks() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT mode FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
                " AND objid = hashtext('engagement_alert')::bigint & 4294967295"
            )
            return sorted(mode for (mode,) in cursor.fetchall())

    assert locks() == []
    Customer.objects.filter(code="ACME").update(org_unit=cast.west_outlet)
    assert locks() == ["ShareLock"]
    lock_alerts()
    assert locks() == ["ExclusiveLock", "ShareLock"]
