"""How a customer of monthly settlement is billed: its statements, and what waits for the next."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from contracts.models import Contract, Statement
from contracts.reports.terms import last_day_of
from contracts.reports.unbilled import unbilled
from contracts.rules.contracts import UNSIGNED
from customers.models import Customer
from organization.models import User
from organization.permissions import Action, can

LATEST = 6


def billing(
    user: User, customer: Customer, contracts: Sequence[Contract], day: dt.date
) -> dict[str, Any]:
    """The latest statements and what is unbilled by `day`; nothing without monthly settlement.

    `contracts` are read by `with_renewal()`; those that nobody has signed say nothing.
    """
    monthly = [
        one
        for one in contracts
        if one.settlement == Contract.Settlement.MONTHLY and one.stage not in UNSIGNED
    ]
    if not monthly:
        return {}
    statements = Statement.objects.visible_to(user).filter(customer=customer)
    return {
        "statements": statements.select_related("line")[:LATEST],
        "unbilled": [
            (currency, amount)
            for (_customer, currency), amount in sorted(unbilled(day, [customer.pk]).items())
        ],
        "by_statement": any(one.statements_from for one in monthly),
        "is_monthly": True,
        "may_bill": can(user, Action.BILL_CUSTOMER)
        and any(_is_billed_elsewhere(one, day) for one in monthly),
    }


def _is_billed_elsewhere(contract: Contract, day: dt.date) -> bool:
    """Whether it is not over yet and no statements are made of it."""
    last = last_day_of(contract)
    return (last is None or last >= day) and contract.statements_from is None
