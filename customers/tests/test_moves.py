"""Customers that move while the night gives tiers: who is second waits, nobody is thrown out."""

import threading

import pytest
from django.db import connection, transaction

from customers import services
from customers.models import Customer
from engagement.jobs import lock_alerts
from tests.cast import Cast, make_cast, make_customer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def two() -> tuple[Cast, Customer]:
    """The cast, and a customer in nobody's hands that stands before the others in no order."""
    cast = make_cast()
    return cast, make_customer("ORPHAN", cast.east_outlet)


def at_once(first, second) -> None:
    """Both in transactions of their own; `second` begins when `first` says that it may."""
    may_begin, errors = threading.Event(), []

    def run(act, *arguments) -> None:
        try:
            with transaction.atomic():
                act(*arguments)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    def follow() -> None:
        may_begin.wait(timeout=30)
        run(second)

    threads = [
        threading.Thread(target=run, args=(first, may_begin)),
        threading.Thread(target=follow),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert errors == []


def test_giving_back_in_two_statements_and_the_night_do_not_meet_crosswise(two):
    cast, orphan = two
    everybody = Customer.objects.filter(pk__in=[cast.acme.pk, orphan.pk])
    before = services.assign_manager(everybody, cast.bob, actor=cast.olga)
    waits = threading.Event()

    def give_back(may_begin: threading.Event) -> None:
        services.hold_places()
        Customer.objects.filter(pk=cast.acme.pk).update(account_manager=cast.alice)
        may_begin.set()
        waits.wait(timeout=1)  # the night is under way by now, if it were let
        Customer.objects.filter(pk=orphan.pk).update(account_manager=None)

    def night() -> None:
        services.lock_places()
        Customer.objects.filter(pk=orphan.pk).update(tier="small")
        lock_alerts()
        Customer.objects.filter(pk=cast.acme.pk).update(tier="small")

    assert before == {cast.alice.pk: [cast.acme.pk], None: [orphan.pk]}
    at_once(give_back, night)
    assert set(everybody.values_list("account_manager", "tier")) == {
        (cast.alice.pk, "small"),
        (None, "small"),
    }


@pytest.mark.parametrize("move", ["assign", "give back"])
def test_services_that_move_hold_the_places_before_the_customers(two, move: str):
    cast, _orphan = two
    everybody = Customer.objects.filter(code__in=["ACME", "ORPHAN"])
    before = services.assign_manager(everybody, cast.bob, actor=cast.olga)
    moving = threading.Event()

    def night(may_begin: threading.Event) -> None:
        services.lock_places()
        may_begin.set()
        assert not moving.wait(timeout=1)  # it waits
        assert Customer.objects.select_for_update(nowait=True).count() == 4  # nobody has them

    def mover() -> None:
        if move == "assign":
            services.assign_manager(everybody, cast.alice, actor=cast.olga)
        else:
            services.give_back(before, now=cast.bob, actor=cast.olga)
        moving.set()

    at_once(night, mover)
    assert Customer.objects.get(code="ACME").account_manager == cast.alice
