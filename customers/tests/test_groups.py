"""Groups of companies: the database itself refuses one that stands above itself."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from customers.models import Customer
from tests.cast import Cast, make_customer

RING = "would stand above itself"
pytestmark = pytest.mark.django_db(transaction=True)


def put(company: Customer, above: Customer | None) -> None:
    """Past forms and imports, as raw SQL would."""
    Customer.objects.filter(pk=company.pk).update(parent=above)


def test_a_chain_may_be_long_and_moved_about(cast: Cast):
    companies = [make_customer(f"G{n}", cast.east) for n in range(30)]
    for company, above in zip(companies[1:], companies, strict=False):
        put(company, above)
    put(companies[10], companies[0])
    assert Customer.objects.get(code="G10").parent == companies[0]


def test_a_ring_is_refused_whatever_its_size(cast: Cast):
    put(cast.bolt, cast.acme)
    third = make_customer("THIRD", cast.east)
    put(third, cast.bolt)
    with pytest.raises(IntegrityError, match=RING):
        put(cast.acme, third)
    cast.acme.refresh_from_db()
    assert cast.acme.parent is None


def make_ring() -> None:
    """Two new companies, each above the other, in one transaction."""
    unit = Customer.objects.get(code="ACME").org_unit
    with transaction.atomic():
        one = Customer.objects.create(code="ONE", name="One", org_unit=unit)
        put(one, Customer.objects.create(code="OTHER", name="Other", org_unit=unit, parent=one))


def test_a_ring_of_new_companies_is_refused(cast: Cast):
    with pytest.raises(IntegrityError, match=RING):
        make_ring()
    assert not Customer.objects.filter(code="ONE").exists()


def test_companies_may_change_places_in_one_transaction(cast: Cast):
    put(cast.bolt, cast.acme)
    with transaction.atomic():
        put(cast.acme, cast.bolt)  # a ring for the moment
        put(cast.bolt, None)
    cast.acme.refresh_from_db()
    assert cast.acme.parent == cast.bolt


@pytest.mark.parametrize("_round", range(5))
def test_two_halves_of_a_ring_at_once_make_one(cast: Cast, _round: int):
    """Neither transaction sees the other's half before it ends; still only one of them passes."""
    both_wrote = threading.Barrier(2)
    refused: list[str] = []

    def write(company: Customer, above: Customer) -> None:
        try:
            with transaction.atomic():
                put(company, above)
                both_wrote.wait(timeout=10)
        except IntegrityError as error:
            refused.append(str(error))
        finally:
            connection.close()

    pairs = ((cast.acme, cast.bolt), (cast.bolt, cast.acme))
    threads = [threading.Thread(target=write, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert RING in refused[0]
    assert Customer.objects.exclude(parent=None).count() == 1
