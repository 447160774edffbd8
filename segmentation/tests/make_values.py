"""A night's customer values, and the model they are told by."""

import datetime as dt

from contracts.models import Contract
from customers.models import Customer
from segmentation.jobs import write_customer_values, write_retention, write_rhythm
from segmentation.models import CustomerValue, ValueModel
from segmentation.rules.lifetimes import Lifetimes, Spending
from segmentation.ruleset import DEFAULT_RULES
from segmentation.tests.make import night
from shipments.jobs import check_rollups

DAY = dt.date(2026, 3, 31)
LIFETIMES = Lifetimes(0.9, 5.5, 0.7, 3.1, -1.0)
SPENDING = Spending(3.2, 4.1, 900.0, -1.0)


def accepted(day: dt.date = DAY, **fields: object) -> ValueModel:
    """A model in use from the day on."""
    facts = {
        "weeks": 100, "customers": 300, "returned": 250, "basis": "revenue", "holdout_weeks": 13,
        "holdout_expected": 99.0, "holdout_actual": 100,
        **{name: getattr(LIFETIMES, name) for name in ("r", "alpha", "a", "b")},
        **{name: getattr(SPENDING, name) for name in ("p", "q", "gamma")},
    }  # fmt: skip
    return ValueModel.objects.create(as_of=day, **{**facts, **fields})


def contract(customer: Customer, **fields: object) -> Contract:
    """A contract with monthly settlement."""
    facts = {
        "contract_no": f"K-{Contract.objects.count()}", "customer": customer,
        "settlement": "monthly", "starts_on": dt.date(2025, 1, 1), "stage": "signed",
    }  # fmt: skip
    return Contract.objects.create(**{**facts, **fields})


def computed(day: dt.date = DAY, rules=DEFAULT_RULES) -> dict[str, CustomerValue]:
    """The values of a night by customer code."""
    check_rollups()
    version = night(day, rules)
    write_rhythm(day, version, rules)
    write_customer_values(day, version, rules)
    write_retention(version)
    rows = CustomerValue.objects.filter(version=version).select_related("customer", "version")
    return {row.customer.code: row for row in rows}
