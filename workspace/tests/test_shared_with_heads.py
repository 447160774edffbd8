"""A head who helps with another unit's customer works on it and does not take it away."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import RefusedError
from customers import services
from customers.models import Customer, Handover, Merge, PoolEntry, Share
from engagement.services import Plan, add_task
from tests.cast import Cast, make_customer
from tests.pages import client_of, text_of
from workspace.merging.asking import ask_merge

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shared(cast: Cast) -> Share:
    """Olga of EAST-1 helps with Wendy's customer in WEST-1."""
    return Share.objects.create(customer=cast.wolf, user=cast.olga)


def wolf() -> Customer:
    return Customer.objects.get(code="WOLF")


def test_it_is_neither_assigned_nor_put_into_the_pool(cast: Cast):
    both = Customer.objects.filter(code__in=["WOLF", "BOLT"])
    moved = services.assign_manager(both, cast.alice, actor=cast.olga)
    assert moved == {cast.bob.pk: [cast.bolt.pk]}
    now = timezone.now()
    services.put_into_pool(both, reason="mine now", actor=cast.olga, now=now)
    assert PoolEntry.objects.get().customer == cast.bolt
    assert wolf().account_manager == cast.wendy


def test_it_is_not_handed_over(cast: Cast):
    terms = services.Terms(cast.alice, timezone.localdate(), "mine now")
    mine = Customer.objects.filter(code="WOLF")
    with pytest.raises(RefusedError, match="own units"):
        services.plan_handover(mine, terms, actor=cast.olga, today=timezone.localdate())
    assert not Handover.objects.exists()


def test_it_is_not_merged_into_a_file_of_ones_own_unit(cast: Cast):
    address = reverse("customer_merge", args=[cast.acme.pk])
    answer = client_of(cast.olga).post(address, {"with": "WOLF"}, follow=True)
    assert "Only a head of both units" in text_of(answer)
    assert not Merge.objects.exists()
    assert ask_merge(cast.acme, cast.wolf, taken=[], actor=cast.greta).merged == cast.wolf


def test_a_merge_gives_no_limit_beyond_the_authority(cast: Cast):
    """Olga's outlet decides up to 200,000."""
    rich = make_customer("ACME-2", cast.east_outlet, credit_limit=Decimal(900_000))
    with pytest.raises(RefusedError, match="credit limit of ACME-2"):
        ask_merge(cast.acme, rich, taken=["credit_limit"], actor=cast.olga)
    assert ask_merge(cast.acme, rich, taken=["phone"], actor=cast.olga).taken == ["phone"]


def test_work_goes_to_nobody_who_may_only_read(cast: Cast):
    Share.objects.create(customer=cast.wolf, user=cast.bob, read_only=True)
    plan = Plan("todo", timezone.localdate() + dt.timedelta(1), cast.bob)
    with pytest.raises(RefusedError, match="does not look after"):
        add_task(wolf(), plan, actor=cast.wendy)
