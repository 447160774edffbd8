"""Why a person sees a customer: always what the code and the database do."""

import datetime as dt
import random

import pytest
from django.utils import timezone

from conftest import as_role
from core.context import acting
from customers.models import Customer, Share
from organization.models import Deputy, User
from tests.cast import Cast, make_customer, make_unit, make_user
from tests.pages import client_of, text_of
from workspace.access.reports import Answer, why

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def asked(cast: Cast, person: User, code: str) -> Answer | None:
    """As the administrator's page asks, in the web role."""
    person = User.objects.get(pk=person.pk)
    with acting(user_id=cast.adam.pk, actor="adam"), as_role("crm_app"):
        return why(person, code, timezone.localdate())


def test_it_says_what_code_and_database_do_for_random_pairs(cast: Cast):
    chance, today = random.Random(26), timezone.localdate()
    units = [cast.group, cast.east, cast.west, cast.east_outlet, cast.west_outlet]
    units += [make_unit(f"N{n}", "outlet", chance.choice([cast.east, cast.west])) for n in range(3)]
    roles = User.Role.values
    people = [
        make_user(f"u{n}", chance.choice(roles), chance.choice(units), is_active=n % 9 > 0)
        for n in range(40)
    ]
    files = [
        make_customer(f"C{n}", chance.choice(units), chance.choice([None, *people]))
        for n in range(25)
    ]
    for _again in range(60):
        until = chance.choice([None, today - DAY, today, today + DAY])
        Share.objects.update_or_create(
            customer=chance.choice(files), user=chance.choice(people),
            defaults={"until": until, "read_only": chance.random() < 0.5},
        )  # fmt: skip
    for _again in range(30):
        absent, deputy = chance.sample(people, 2)
        starts = today + chance.randint(-3, 1) * DAY
        Deputy.objects.create(
            user=absent, deputy=deputy, starts_on=starts, ends_on=starts + 2 * DAY
        )
    sees = 0
    for person in people:
        seen = set(Customer.objects.visible_to(person).values_list("code", flat=True))
        with acting(user_id=person.pk, actor="x"), as_role("crm_app"):
            assert set(Customer.objects.values_list("code", flat=True)) == seen
        for file in files:
            answer = asked(cast, person, file.code)
            assert answer is not None
            assert answer.sees == (file.code in seen), (person.role, answer.path)
            sees += answer.sees
    assert 0 < sees < len(people) * len(files)


@pytest.mark.parametrize(
    ("person", "code", "says"),
    [
        ("alice", "ACME", "is the customer's account manager"),
        ("olga", "ACME", "the customer's own unit"),
        ("greta", "ACME", "which stands above Unit EAST-1"),
        ("bob", "ACME", "is looked after by Alice"),
        ("adam", "ACME", "administrators see no customers"),
    ],
)
def test_the_path_in_words(cast: Cast, person: str, code: str, says: str):
    answer = asked(cast, getattr(cast, person), code)
    assert answer is not None
    assert says in answer.path


def test_deputies_helpers_and_those_whose_day_is_over(cast: Cast):
    today = timezone.localdate()
    share = Share.objects.create(customer=cast.acme, user=cast.wendy, until=today, read_only=True)
    answer = asked(cast, cast.wendy, "ACME")
    assert answer and answer.sees and "Only to read." in answer.path
    Share.objects.filter(pk=share.pk).update(until=today - DAY)
    answer = asked(cast, cast.wendy, "ACME")
    assert answer and not answer.sees and "could see it until" in answer.path
    Deputy.objects.create(user=cast.alice, deputy=cast.wendy, starts_on=today, ends_on=today)
    answer = asked(cast, cast.wendy, "ACME")
    assert answer and answer.sees and "stands in for Alice" in answer.path


def test_a_merged_file_says_where_it_is_now(cast: Cast):
    Customer.objects.filter(pk=cast.bolt.pk).update(merged_into=cast.acme)
    answer = asked(cast, cast.bob, "BOLT")
    assert answer and answer.sees and "merged into ACME" in answer.note


def test_only_administrators_are_told_and_they_see_nothing_of_the_file(cast: Cast):
    url = "/access/?person=bob&code=ACME"
    page = text_of(client_of(cast.adam).get(url))
    assert "Does not see it." in page
    assert cast.acme.name not in page
    assert client_of(cast.olga).get(url).status_code == 403
    assert client_of(cast.adam).get("/access/?person=nobody&code=ACME").status_code == 422
    assert client_of(cast.adam).get("/access/?person=bob&code=NONE").status_code == 422
    with acting(user_id=cast.olga.pk, actor="olga"), as_role("crm_app"):
        assert why(cast.bob, "ACME", timezone.localdate()) is None
