"""Doubtful and bad debts at the end of any day (B15)."""

import datetime as dt
from dataclasses import dataclass, fields
from decimal import Decimal

from contracts.reports.ageing import SQL
from contracts.reports.past import Key, Split, ageing_by, key_of
from contracts.reports.receivables import Sums
from contracts.rules.doubtful import ProvisionRules, provision
from core import sql
from core.rules import ZERO, rate, window


@dataclass(frozen=True, slots=True)
class BadDebts:
    """Of the 12 months to a day: given up as lost, come since of it, asked for in all."""

    lost: Decimal = ZERO
    recovered: Decimal = ZERO
    sold: Decimal = ZERO

    def __add__(self, other: "BadDebts") -> "BadDebts":
        names = (each.name for each in fields(self))
        return BadDebts(*(getattr(self, name) + getattr(other, name) for name in names))

    @property
    def ratio(self) -> Decimal | None:
        """Given up, of what was asked for; null when nothing was."""
        return rate(self.lost, self.sold)


@dataclass(frozen=True, slots=True)
class Doubtful:
    """The open money of a day by age, and what became of debts in the 12 months to it."""

    open: Sums
    bad: BadDebts

    def __add__(self, other: "Doubtful") -> "Doubtful":
        return Doubtful(self.open + other.open, self.bad + other.bad)

    def provision(self, rules: ProvisionRules) -> Decimal:
        """What is to be set aside."""
        return provision(self.open.amounts, rules)


def doubtful(
    customers: list[int] | None, day: dt.date, by: Split = ""
) -> dict[str, dict[Key, Doubtful]]:
    """Doubtful and bad debts by currency and key; None means all customers."""
    aged = ageing_by(customers, day, by)
    bad = _bad_debts(customers, day, by)
    return {
        currency: {
            key: Doubtful(
                aged.get(currency, {}).get(key, Sums()), bad.get(currency, {}).get(key, BadDebts())
            )
            for key in {*aged.get(currency, {}), *bad.get(currency, {})}
        }
        for currency in {*aged, *bad}
    }


def _bad_debts(
    customers: list[int] | None, day: dt.date, by: Split
) -> dict[str, dict[Key, BadDebts]]:
    found: dict[str, dict[Key, BadDebts]] = {}
    for key, currency, *sums in sql.rows(
        SQL / "bad_debts.sql", customers=customers, after=window(day).after, day=day, by=by
    ):
        found.setdefault(currency, {})[key_of(key, by)] = BadDebts(*sums)
    return found
