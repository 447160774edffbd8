"""The public pool: who sees it, who takes out of it, and how much."""

import datetime as dt

import pytest
from django.utils import timezone

from conftest import as_role
from core.context import acting, looking_into_pool
from core.errors import RefusedError
from customers import services
from customers.models import Customer, ManagerLimit, PoolEntry, PoolView
from organization.models import User
from tests.cast import Cast, make_customer

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 31, 4, tzinfo=dt.UTC)
TODAY = dt.date(2026, 3, 31)


@pytest.fixture
def pooled(cast: Cast) -> PoolEntry:
    """Acme, which was Alice's, lies in the pool of EAST-1."""
    acme = Customer.objects.filter(code="ACME")
    services.put_into_pool(acme, reason="nobody calls", actor=cast.olga, now=NOW)
    return PoolEntry.objects.get()


def limit(**values: int | None) -> None:
    ManagerLimit.objects.update_or_create(level="outlet", defaults=values)


def take(entry: PoolEntry, person: User) -> Customer:
    """As a web process does it."""
    with acting(user_id=person.pk, actor=person.username), as_role("crm_app"):
        return services.claim(entry, actor=person, now=NOW, today=TODAY)


def test_a_head_puts_a_customer_into_the_pool_and_who_had_it_is_remembered(pooled, cast: Cast):
    assert (pooled.previous_manager, pooled.put_by, pooled.reason) == (
        cast.alice,
        cast.olga,
        "nobody calls",
    )
    assert Customer.objects.get(code="ACME").account_manager is None
    again = Customer.objects.filter(code="ACME")
    assert services.put_into_pool(again, reason="twice", actor=cast.olga, now=NOW) == []


@pytest.mark.parametrize("person", ["alice", "fiona", "adam"])
def test_others_may_not(cast: Cast, person: str):
    acme = Customer.objects.filter(code="ACME")
    with pytest.raises(RefusedError):
        services.put_into_pool(acme, reason="x", actor=getattr(cast, person), now=NOW)


def test_managers_of_the_unit_see_the_pool_on_its_pages_only(pooled, cast: Cast):
    assert Customer.objects.visible_to(cast.bob).filter(code="ACME").count() == 0
    assert PoolEntry.objects.visible_to(cast.bob).lying().count() == 1
    assert PoolEntry.objects.visible_to(cast.wendy).lying().count() == 0
    for person, in_pool in ((cast.bob, 1), (cast.wendy, 0)):
        with acting(user_id=person.pk, actor="x"), as_role("crm_app"):
            assert Customer.objects.filter(code="ACME").count() == 0
            with looking_into_pool():
                assert Customer.objects.filter(code="ACME").count() == in_pool
                assert PoolEntry.objects.count() == in_pool
            assert Customer.objects.filter(code="ACME").count() == 0


def test_a_claimed_customer_is_the_claimers(pooled, cast: Cast):
    assert take(pooled, cast.bob) == cast.acme
    pooled.refresh_from_db()
    assert (pooled.taken_by, pooled.is_claim) == (cast.bob, True)
    assert not PoolEntry.objects.lying().exists()
    assert Customer.objects.visible_to(cast.bob).filter(code="ACME").exists()


def test_a_manager_of_another_unit_cannot_claim(pooled, cast: Cast):
    with pytest.raises(RefusedError):
        take(pooled, cast.wendy)
    assert Customer.objects.get(code="ACME").account_manager is None


def test_whoever_writes_a_manager_ends_the_stay(pooled, cast: Cast):
    Customer.objects.filter(code="ACME").update(account_manager=cast.alice)
    pooled.refresh_from_db()
    assert (pooled.taken_by, pooled.is_claim) == (cast.alice, False)
    with pytest.raises(RefusedError, match="faster"):
        take(pooled, cast.bob)


def test_claims_have_a_limit_a_day(pooled, cast: Cast):
    limit(claims_per_day=1)
    second = make_customer("TWO", cast.east_outlet, cast.alice)
    services.put_into_pool(
        Customer.objects.filter(pk=second.pk), reason="x", actor=cast.olga, now=NOW
    )
    entry = PoolEntry.objects.get(customer=second)
    take(pooled, cast.bob)
    PoolEntry.objects.filter(pk=pooled.pk).update(ended_at=NOW)
    with pytest.raises(RefusedError, match="that is the limit"):
        take(entry, cast.bob)
    assert services.claims_left(cast.bob, TODAY) == 0
    assert services.claims_left(cast.bob, TODAY + dt.timedelta(days=1)) == 1


def test_a_full_portfolio_takes_no_more(pooled, cast: Cast):
    limit(most_customers=1)
    with pytest.raises(RefusedError, match="1 of at most 1"):
        take(pooled, cast.bob)


def test_opening_is_counted_once_a_customer_and_has_a_limit(pooled, cast: Cast):
    limit(views_per_day=1)
    other = make_customer("TWO", cast.east_outlet)
    entry = PoolEntry.objects.create(customer=other, since=timezone.now(), cause="idle")
    for _again in range(2):
        services.note_view(pooled, actor=cast.bob, today=TODAY)
    with pytest.raises(RefusedError, match="that is the limit"):
        services.note_view(entry, actor=cast.bob, today=TODAY)
    services.note_view(entry, actor=cast.bob, today=TODAY + dt.timedelta(days=1))
    assert PoolView.objects.count() == 2


def test_a_view_counts_on_when_the_customer_is_somebody_elses(pooled, cast: Cast):
    services.note_view(pooled, actor=cast.bob, today=TODAY)
    Customer.objects.filter(code="ACME").update(account_manager=cast.alice)
    with acting(user_id=cast.bob.pk, actor="bob"), as_role("crm_app"):
        assert PoolView.objects.filter(user=cast.bob).count() == 1
