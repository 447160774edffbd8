"""Who has whom in the demonstration, with many customers and with none."""

import pytest
from django.utils import timezone

from customers.models import Customer, Handover, HandoverItem, PoolEntry
from organization.models import Deputy
from tests.cast import make_customer, make_unit, make_user
from workspace.demo.hands import write_hands

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("number", [0, 1, 20])
def test_handovers_pool_and_holiday(number: int):
    outlet = make_unit("YC-SHHQ", "outlet")
    make_user("hemin", "unit_manager", outlet)
    managers = [make_user(name, "account_manager", outlet) for name in ("chenying", "zhoukai")]
    make_user("linxiao", "account_manager", outlet)
    for manager in managers:
        for each in range(number):
            make_customer(f"{manager.username}-{each:02}", outlet, manager)
    write_hands(timezone.localdate(), timezone.now())
    assert Deputy.objects.count() == 1
    assert Handover.objects.count() == (2 if number else 0)
    assert HandoverItem.objects.count() == 2 * min(number, 3)
    assert PoolEntry.objects.lying().count() == max(min(number - 3, 4), 0)
    assert HandoverItem.objects.filter(seen_at__isnull=False).count() == min(number, 1)
    assert Customer.objects.filter(account_manager__username="linxiao").count() == 0
