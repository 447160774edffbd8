"""Doubtful debts: the example of B15 on the lines of B4, and rounding once."""

from decimal import Decimal

from contracts.rules.ageing import BUCKETS
from contracts.rules.doubtful import ProvisionRules, provision


def ages(**amounts: str) -> dict[str, Decimal]:
    return dict.fromkeys(BUCKETS, Decimal(0)) | {
        name: Decimal(amount) for name, amount in amounts.items()
    }


def test_the_worked_example():
    found = provision(ages(not_due="70000", d1_30="40000", d61_90="10000"), ProvisionRules())
    assert found == Decimal("1400.00")


def test_every_age_has_its_rate_and_the_sum_is_rounded_once():
    each = ages(**dict.fromkeys(BUCKETS, "100"))
    assert provision(each, ProvisionRules()) == Decimal("196.00")  # 0 1 5 10 30 50 100
    halves = ages(d1_30="0.20", d31_60="0.06")  # 0.002 + 0.003: half a cent
    assert provision(halves, ProvisionRules()) == Decimal("0.01")
    assert provision(ages(d365_plus="7.77"), ProvisionRules(d365_plus=Decimal("0"))) == 0
