"""Several loads at once: every waybill once, every month exact."""

import random
import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection, transaction

from customers.models import Customer
from shipments.jobs import check_rollups
from shipments.models import Waybill
from shipments.services import Load
from shipments.tests.make import load, recounted, rollups, waybill
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def in_thread(work: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    """Start the work beside; what it answers or raises is in the list when the thread has ended."""
    answers: list[object] = []

    def run() -> None:
        try:
            answers.append(work())
        except Exception as error:  # shown by the assertions on `answers`
            answers.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, answers


def loaded(*rows: dict) -> tuple[int, int, int]:
    """A load of its own transaction: created, updated, unchanged."""
    with transaction.atomic():
        result = load(*rows)
    return result.created, result.updated, result.unchanged


def versions(customers: list[Customer], seed: int) -> list[dict]:
    """Rows that several loads disagree about: same numbers, other months, customers, amounts."""
    chance = random.Random(seed)
    return [
        waybill(
            f"W{number}",
            chance.choice(customers),
            f"2025-0{chance.randrange(1, 5)}-{chance.randrange(1, 29):02} 10:00",
            revenue=Decimal(chance.randrange(100)),
            status=chance.choice(["accepted", "delivered", "cancelled"]),
        )
        for number in chance.sample(range(60), 40)
    ]


def test_four_loaders_of_the_same_numbers_leave_every_month_exact(cast: Cast):
    customers = [cast.acme, cast.bolt, cast.wolf]

    def loader(seed: int) -> int:
        for number in range(8):
            loaded(*versions(customers, seed * 100 + number))
            if seed == 0:
                with transaction.atomic():
                    assert check_rollups().different == 0
        return seed

    threads = [in_thread(lambda seed=seed: loader(seed)) for seed in range(4)]
    for thread, _answers in threads:
        thread.join(60)
    assert [answers for _thread, answers in threads] == [[0], [1], [2], [3]]
    assert Waybill.objects.count() == len({w.waybill_no for w in Waybill.objects.all()}) == 60
    assert rollups() == recounted()
    with transaction.atomic():
        assert check_rollups(everyone=True).different == 0


@pytest.mark.parametrize("existing", [True, False])
def test_a_load_waits_for_another_one_with_the_same_number(cast: Cast, existing: bool):
    if existing:
        loaded(waybill("W1", cast.acme, "2025-07-01 10:00", revenue=Decimal(1)))
    with transaction.atomic():
        load(waybill("W1", cast.acme, "2025-08-01 10:00", revenue=Decimal(2)))
        later = waybill("W1", cast.bolt, "2025-09-01 10:00", revenue=Decimal(3))
        thread, answers = in_thread(lambda: loaded(later))
        thread.join(0.5)
        assert thread.is_alive()
    thread.join(20)
    assert answers == [(0, 1, 0)]  # it found what the first had written, and changed it
    assert [(w.month, w.revenue) for w in Waybill.objects.all()] == [(2025 * 12 + 8, 3)]
    assert rollups() == recounted()


def test_loads_of_other_numbers_do_not_wait_even_for_the_same_customer_and_month(cast: Cast):
    with transaction.atomic():
        load(waybill("W1", cast.acme, "2025-08-01 10:00"))
    with transaction.atomic():
        load(waybill("W2", cast.acme, "2025-08-01 10:00"))
        thread, answers = in_thread(lambda: loaded(waybill("W3", cast.acme, "2025-08-01 10:00")))
        thread.join(20)
        assert answers == [(1, 0, 0)]
    assert rollups()[cast.acme.pk, 2025 * 12 + 7, "CNY"][0] == 3


def test_without_the_locks_two_loads_would_write_a_number_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    """The negative control: the test above would fail without the numbers as locks."""
    loaded(waybill("W1", cast.acme, "2025-07-01 10:00"))
    monkeypatch.setattr(Load, "_lock_stored", lambda _load: [2025 * 12 + 6])
    with transaction.atomic():
        load(waybill("W1", cast.acme, "2025-08-01 10:00"))
        thread, answers = in_thread(lambda: loaded(waybill("W1", cast.bolt, "2025-09-01 10:00")))
        thread.join(0.5)
    thread.join(20)
    assert answers != [(0, 1, 0)]


def test_a_customer_cannot_vanish_under_a_load(cast: Cast):
    with transaction.atomic():
        load(waybill("W1", cast.bolt, "2025-08-01 10:00"))
        thread, answers = in_thread(cast.bolt.delete)
        thread.join(0.5)
        assert thread.is_alive()
    thread.join(20)
    assert "has waybills" in str(answers[0])
    assert Customer.objects.filter(pk=cast.bolt.pk).exists()
