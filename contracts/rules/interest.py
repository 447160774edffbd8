"""Interest for paying late (B7): simple, on each balance for as long as it stood."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from contracts.rules.ledger import Allocation
from core.rules import ZERO, money

DEFAULT_DAILY_RATE = Decimal("0.0005")
MOST_DAILY_RATE = Decimal("0.01")  # a contract that says more is a slip of the pen (ours)


def late_interest(
    amount: Decimal,
    due_on: date,
    payments: Iterable[Allocation],
    day: date,
    *,
    daily_rate: Decimal = DEFAULT_DAILY_RATE,
    disputed: Decimal = ZERO,
) -> Decimal:
    """Interest on a line to the end of `day`, in its currency, rounded once to the cent.

    A balance bears interest from the day after `due_on`; the day of a payment still counts with
    what was owed before it. Nothing is charged on the `disputed` part. What has grown stays when
    the principal is paid.
    """
    balance, since, grown = amount, due_on, ZERO
    for payment in sorted(payments, key=lambda row: row.on):
        if payment.on > day:
            break
        if payment.on > since:
            grown += max(balance - disputed, ZERO) * (payment.on - since).days
            since = payment.on
        balance -= payment.amount
    grown += max(balance - disputed, ZERO) * max((day - since).days, 0)
    return money(grown * daily_rate)
