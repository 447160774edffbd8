"""What follows from the dates of contracts holds on the morning after the business date."""

import datetime as dt
from decimal import Decimal

import pytest

from contracts.models import Amendment, Contract
from crm import nightly
from crm.night import Night
from segmentation.ruleset import DEFAULT_RULES
from tests.cast import Cast

pytestmark = pytest.mark.django_db
YEAR_END = dt.date(2026, 12, 31)


@pytest.fixture
def contract(cast: Cast) -> Contract:
    """Until the end of the year, and on by 12 months where nobody gives notice by then."""
    return Contract.objects.create(
        contract_no="HT-1", customer=cast.acme, starts_on=dt.date(2026, 1, 1), ends_on=YEAR_END,
        settlement="monthly", renewal_months=12, amount=Decimal(1000),
    )  # fmt: skip


def night_of(day: dt.date) -> int:
    return nightly.renewals(Night(day, version=1, rule_version=1, rules=DEFAULT_RULES))


def test_an_amendment_of_the_first_is_in_force_that_morning(contract: Contract):
    first = dt.date(2026, 6, 1)
    Amendment.objects.create(
        contract=contract, customer=contract.customer, number=1, signed_on=dt.date(2026, 5, 1),
        in_force_from=first, text="More", changes={"amount": [None, "1500.00"]},
    )  # fmt: skip
    night_of(first - dt.timedelta(2))
    assert Contract.objects.get().amount == Decimal(1000)
    night_of(first - dt.timedelta(1))
    assert Contract.objects.get().amount == Decimal(1500)


def test_dispatch_is_told_of_no_gap_in_a_contract_that_goes_on_by_itself(contract: Contract):
    assert night_of(YEAR_END) == 1  # that it goes on, and nothing to tell
    assert Contract.objects.get().ends_on == dt.date(2027, 12, 31)
