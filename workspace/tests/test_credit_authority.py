"""No way round the authority over credit limits: neither a little less, nor an old request."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from core.errors import RefusedError
from customers.models import Customer
from customers.services.credit import limit_ends, set_credit_limit
from organization.models import Approval
from tests.cast import Cast
from tests.pages import client_of
from workspace.approvals import approve_and_apply
from workspace.credit.limits import LimitWish, change_limit

pytestmark = pytest.mark.django_db


def wish(amount: int, until: dt.date | None = None) -> LimitWish:
    return LimitWish(Decimal(amount), until, "ships twice as much")


@pytest.mark.parametrize(("days", "asked"), [(30, False), (31, True), (None, True)])
def test_a_little_less_is_no_way_to_make_a_limit_last(cast: Cast, days: int | None, asked: bool):
    """Olga's outlet decides up to 200,000; whoever decided more has set an end."""
    today = timezone.localdate()
    ends = today + dt.timedelta(30)
    set_credit_limit(
        cast.acme, amount=Decimal(900_000), valid_until=ends, reason="season", actor=cast.greta
    )
    cast.acme.refresh_from_db()
    until = None if days is None else today + dt.timedelta(days)
    done = change_limit(cast.acme, wish(899_999, until), actor=cast.olga)
    assert isinstance(done, Approval) is asked


def test_who_agrees_does_not_undo_what_was_decided_meanwhile(cast: Cast):
    asked = change_limit(cast.acme, wish(250_000), actor=cast.alice)
    assert isinstance(asked, Approval)
    change_limit(cast.acme, wish(0), actor=cast.greta)
    with pytest.raises(RefusedError, match="changed since"):
        approve_and_apply(asked, reason="", actor=cast.bruno)
    assert Customer.objects.get(pk=cast.acme.pk).credit_limit == 0


def test_a_limit_set_by_an_import_or_a_merge_has_not_the_end_of_another(cast: Cast):
    ends = timezone.localdate() + dt.timedelta(30)
    set_credit_limit(
        cast.acme, amount=Decimal(900_000), valid_until=ends, reason="season", actor=cast.greta
    )
    cast.acme.refresh_from_db()
    assert limit_ends(cast.acme) == ends
    Customer.objects.filter(pk=cast.acme.pk).update(credit_limit=Decimal(500_000))
    cast.acme.refresh_from_db()
    assert limit_ends(cast.acme) is None
    shown = client_of(cast.greta).get(f"/customers/{cast.acme.pk}/credit/").content.decode()
    assert "Valid until" not in shown
