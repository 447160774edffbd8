"""A customer that moves while the night sums up is in its sums or follows them, never neither."""

import threading

import pytest
from django.db import connection, transaction

from contracts import jobs
from contracts.models import Ageing
from contracts.reports.receivables import sums_of, totals
from contracts.tests.make import make_line
from contracts.tests.test_receivables import NIGHT
from core.models import Version
from core.versions import open_partitions, seal_partitions
from customers.models import Customer
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owing() -> Cast:
    cast = make_cast()
    make_line(cast.acme, "A1", "2025-06-30", "300.00")
    make_line(cast.wolf, "W1", "2025-06-30", "7.00")
    return cast


@pytest.fixture
def version(owing: Cast) -> Version:
    """A night whose ageing is written and not yet summed up."""
    version = Version.objects.create(business_date=NIGHT)
    open_partitions(version.pk)
    jobs.write_ageing(NIGHT, version.pk)
    seal_partitions(version.pk)
    Version.objects.filter(pk=version.pk).update(status="published", is_current=True)
    version.refresh_from_db()
    return version


def thread(act, errors: list[BaseException]) -> threading.Thread:
    """The act in a thread and a transaction of its own."""

    def run() -> None:
        try:
            with transaction.atomic():
                act()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    return threading.Thread(target=run)


def in_turn(first, second) -> None:
    """`second` begins when `first` has done its work and has not committed it yet."""
    worked = threading.Event()
    errors: list[BaseException] = []

    def hold() -> None:
        first()
        worked.set()
        other.join(timeout=1)
        assert other.is_alive()  # it has to wait for this transaction

    def follow() -> None:
        worked.wait(timeout=30)
        second()

    other = thread(follow, errors)
    both = [other, thread(hold, errors)]
    for one in both:
        one.start()
    for one in both:
        one.join(timeout=60)
    assert errors == []


@pytest.mark.parametrize("night_first", [True, False], ids=["night first", "move first"])
def test_whoever_comes_first_the_sums_are_those_of_the_rows(
    owing: Cast, version: Version, night_first: bool
):
    def move() -> None:
        moved = Customer.objects.filter(pk=owing.acme.pk)
        moved.update(org_unit=owing.west_outlet, account_manager=owing.wendy)

    def sum_up() -> None:
        jobs.write_ageing_summary(version.pk)

    in_turn(*((sum_up, move) if night_first else (move, sum_up)))
    for by in ("unit", "manager"):
        summed = totals(owing.greta, version, by=by)
        rows = sums_of(Ageing.objects.filter(version=version), by)
        assert summed == rows
        assert [group.key for group in summed] == [
            owing.west_outlet.pk if by == "unit" else owing.wendy.pk
        ]
