"""R4: the database refuses what the code forgets."""

import random

import pytest
from django.db import connection, transaction
from django.utils import timezone

from conftest import as_role
from core.context import acting, set_context
from customers.models import Customer, Share
from organization.models import User
from tests.cast import Cast, make_customer, make_unit, make_user

pytestmark = pytest.mark.django_db


def test_without_an_acting_user_the_web_role_sees_no_customer(cast: Cast):
    assert Customer.objects.count() == 3
    with as_role("crm_app"):
        assert Customer.objects.count() == 0


@pytest.mark.parametrize(
    ("person", "codes"),
    [
        ("alice", {"ACME"}),
        ("bob", {"BOLT"}),
        ("wendy", {"WOLF"}),
        ("olga", {"ACME", "BOLT"}),
        ("bruno", {"ACME", "BOLT"}),
        ("walter", {"WOLF"}),
        ("greta", {"ACME", "BOLT", "WOLF"}),
        ("fiona", {"ACME", "BOLT"}),
        ("sam", {"ACME", "BOLT"}),
        ("ann", {"ACME", "BOLT"}),
        ("adam", set()),
    ],
)
def test_everyone_sees_their_own_in_code_and_in_the_database(
    cast: Cast, person: str, codes: set[str]
):
    user = getattr(cast, person)
    assert set(Customer.objects.visible_to(user).values_list("code", flat=True)) == codes
    with acting(user_id=user.pk, actor=person), as_role("crm_app"):
        assert set(Customer.objects.values_list("code", flat=True)) == codes


def test_database_and_code_agree_for_two_hundred_random_users(cast: Cast):
    chance = random.Random(4)
    units = [cast.group, cast.east, cast.west, cast.east_outlet, cast.west_outlet]
    units += [
        make_unit(f"N-{n}", "outlet", chance.choice([cast.east, cast.west])) for n in range(6)
    ]
    users = [
        make_user(
            f"u{n}", chance.choice(User.Role.values), chance.choice(units), is_active=n % 17 > 0
        )
        for n in range(200)
    ]
    managers = [None, *users]
    files = [
        make_customer(f"C{n}", chance.choice(units), chance.choice(managers)) for n in range(120)
    ]
    for _ in range(80):
        Share.objects.get_or_create(customer=chance.choice(files), user=chance.choice(users))
    for user in users:
        expected = set(Customer.objects.visible_to(user).values_list("pk", flat=True))
        with acting(user_id=user.pk, actor=user.username), as_role("crm_app"):
            assert set(Customer.objects.values_list("pk", flat=True)) == expected, user.role


def test_a_deputy_sees_the_absent_managers_customers_only_while_standing_in(cast: Cast):
    today = timezone.localdate()
    stand_in = cast.alice.deputies.create(deputy=cast.bob, starts_on=today, ends_on=today)
    with acting(user_id=cast.bob.pk, actor="bob"), as_role("crm_app"):
        assert set(Customer.objects.values_list("code", flat=True)) == {"ACME", "BOLT"}
    stand_in.delete()
    with acting(user_id=cast.bob.pk, actor="bob"), as_role("crm_app"):
        assert set(Customer.objects.values_list("code", flat=True)) == {"BOLT"}


def test_the_web_role_cannot_change_or_make_another_units_customer(cast: Cast):
    with acting(user_id=cast.bruno.pk, actor="bruno"), as_role("crm_app"):
        assert Customer.objects.filter(code="WOLF").update(name="stolen") == 0
        with pytest.raises(Exception, match="row-level security"), transaction.atomic():
            make_customer("NEW", cast.west_outlet)


@pytest.mark.django_db(transaction=True)
def test_the_acting_user_does_not_leak_into_the_next_transaction():
    with transaction.atomic():
        set_context(user_id=7, actor="x")
    with connection.cursor() as cursor:
        cursor.execute("SELECT app_user_id(), coalesce(current_setting('app.actor', true), '')")
        assert cursor.fetchone() == (None, "")
