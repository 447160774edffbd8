"""What a contract brings: its year's revenue against the rebate, its margin against extra work."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet, Sum

from contracts.models import Contract, ExtraWork, RebateStep
from contracts.reports import SQL
from contracts.reports.terms import last_day_of
from contracts.rules.rebates import Rebate, contract_year, rebate
from core import sql
from core.rules import ZERO, rate


@dataclass(frozen=True, slots=True)
class YearRebate:
    """The rebate of the contract's year that the day lies in."""

    begin: dt.date
    end: dt.date
    rebate: Rebate


@dataclass(frozen=True, slots=True)
class ExtraSums:
    """Work beyond the contract in its currency; `margin` of its term so far, None: not told."""

    cost: Decimal
    billed: Decimal
    margin: Decimal | None

    @property
    def favours(self) -> Decimal:
        """What it cost us and nobody paid."""
        return max(self.cost - self.billed, ZERO)

    @property
    def share(self) -> Decimal | None:
        """Favours of the margin; None without a margin."""
        return rate(self.favours, self.margin) if self.margin and self.margin > 0 else None


def year_rebate(contract: Contract, steps: Sequence[RebateStep], day: dt.date) -> YearRebate | None:
    """What the year that `day` lies in has earned so far; None where no rebate was agreed.

    Of a contract read by `with_renewal()`.
    """
    if not steps:
        return None
    begin, end = contract_year(contract.starts_on, last_day_of(contract), day)
    revenue, _cost, _uncosted = _months(contract, begin, end)
    return YearRebate(begin, end, rebate(revenue, [(s.from_revenue, s.rate) for s in steps]))


def extra_sums(
    contract: Contract, work: QuerySet[ExtraWork], day: dt.date, *, with_margin: bool
) -> ExtraSums:
    """Sums of the work in the contract's currency, and the margin of the term so far beside them.

    The margin is None where it may not be told or is not known. Of a contract read by
    `with_renewal()`.
    """
    own = work.filter(currency=contract.currency).order_by()
    sums = own.aggregate(cost=Sum("cost", default=ZERO), billed=Sum("billed", default=ZERO))
    margin = None
    if with_margin:
        last = last_day_of(contract) or day.replace(month=12, day=31)
        revenue, cost, uncosted = _months(contract, contract.starts_on, last)
        margin = revenue - cost if not uncosted else None
    return ExtraSums(sums["cost"], sums["billed"], margin)


def _months(contract: Contract, first: dt.date, last: dt.date) -> tuple[Decimal, Decimal, int]:
    [row] = sql.rows(
        SQL / "contract_months.sql",
        customer=contract.customer_id,
        currency=contract.currency,
        first=first,
        last=last,
    )
    return row[0], row[1], row[2]
