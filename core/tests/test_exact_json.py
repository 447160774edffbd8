"""History keeps money exact."""

from decimal import Decimal

import pytest

from core.models import History
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_the_history_of_a_large_amount_keeps_its_cents(cast: Cast):
    cast.acme.credit_limit = Decimal("9876543210987654.32")
    cast.acme.save(update_fields=["credit_limit"])
    change = History.objects.filter(customer_id=cast.acme.pk, operation="U").latest("id")
    old, new = change.changes["credit_limit"]
    assert (old, str(new)) == (None, "9876543210987654.32")
    assert isinstance(new, Decimal)
