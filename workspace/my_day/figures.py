"""How the customers in scope stand, as of the published night, against a month ago."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Sum

from contracts.reports.receivables import Narrowed, totals
from core.models import Version
from core.rules import ZERO, rate
from segmentation.rules.indicators import growth
from surveys.rules.intervals import Interval, nps_interval
from surveys.rules.small_cells import FEW, TOO_FEW
from workspace.my_day.scope import Scope

_MONTH = dt.timedelta(28)
_TWO_MONTHS = dt.timedelta(62)
_SUMS = (
    "customers", "revenue_12m", "revenue_prev_12m", "revenue_month", "revenue_month_year_ago",
    "promised", "on_time", "nps_answers", "nps_promoters", "nps_detractors",
)  # fmt: skip
_DUE = ("due", "collected")  # in a currency of their own
Counted = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Share:
    """A share of cases, and how it changed since a month ago (both fractions)."""

    value: Decimal | None
    change: Decimal | None = None
    is_weak: bool = False


@dataclass(frozen=True, slots=True)
class Recommendation:
    """NPS of 90 days in points, with its interval (03 A8); nothing below TOO_FEW answers."""

    answers: int
    score: Decimal | None = None
    interval: Interval | None = None

    @property
    def is_weak(self) -> bool:
        """Whether it rests on few answers."""
        return self.answers < FEW

    @property
    def half(self) -> Decimal:
        """Half of the interval, as the ± beside the score."""
        return (self.interval.high - self.interval.low) / 2 if self.interval else ZERO


@dataclass(frozen=True, slots=True)
class TierRevenue:
    """What the customers of a tier brought in twelve months, and the same ones in those before."""

    tier: str
    customers: int
    revenue: Decimal
    before: Decimal


@dataclass(frozen=True, slots=True)
class Standing:
    """The key figures; money in the company's currency unless said."""

    day: dt.date
    customers: int
    month: Decimal
    month_year_ago: Decimal
    collection: Share
    on_time: Share
    recommendation: Recommendation
    overdue: list[tuple[Decimal, str, int]]  # amount, currency, customers; the company's first
    tiers: list[TierRevenue]

    @property
    def month_growth(self) -> Decimal | None:
        """Against the same days of last year."""
        return growth(self.month, self.month_year_ago)


def standing(scope: Scope, version: Version) -> Standing:
    """The figures of a night; four queries and one more for the night a month before."""
    earlier = _month_before(version)
    nights = [version.pk] if earlier is None else [version.pk, earlier.pk]
    names = (*_SUMS, *_DUE)
    rows: Iterable[Any] = (
        scope.sums()
        .filter(version__in=nights)
        .order_by()
        .values("version_id", "tier", "receivables_currency")
        .annotate(**{f"sum_{name}": Sum(name) for name in names})
    )
    now = [row for row in rows if row["version_id"] == version.pk]
    then = [row for row in rows if row["version_id"] != version.pk]
    sums, before = _added(now), _added(then)
    return Standing(
        day=version.business_date,
        customers=int(sums["customers"]),
        month=sums["revenue_month"],
        month_year_ago=sums["revenue_month_year_ago"],
        collection=_change(_collected(now), _collected(then)),
        on_time=_punctual(sums, before),
        recommendation=_recommendation(sums),
        overdue=_overdue(scope, version),
        tiers=_tiers(now),
    )


def _month_before(version: Version) -> Version | None:
    """The published night of about a month before."""
    day = version.business_date
    return (
        Version.objects.filter(
            status=Version.Status.PUBLISHED,
            business_date__range=(day - _TWO_MONTHS, day - _MONTH),
        )
        .order_by("-business_date")
        .first()
    )


def _added(rows: Iterable[Mapping[str, Decimal]]) -> Counted:
    rows = list(rows)
    return {name: sum((row[f"sum_{name}"] for row in rows), ZERO) for name in _SUMS}


def _collected(rows: Iterable[Mapping[str, Decimal]]) -> Decimal | None:
    """The due collection rate (03 B5) of what is owed in the company's currency."""
    ours = [row for row in rows if row["receivables_currency"] == settings.COMPANY_CURRENCY]
    due = sum((row["sum_due"] for row in ours), ZERO)
    return rate(sum((row["sum_collected"] for row in ours), ZERO), due) if due > 0 else None


def _change(now: Decimal | None, before: Decimal | None) -> Share:
    return Share(now, None if now is None or before is None else now - before)


def _punctual(now: Counted, before: Counted) -> Share:
    if now["promised"] < TOO_FEW:
        return Share(None)
    share = _change(
        rate(now["on_time"], now["promised"]), rate(before["on_time"], before["promised"])
    )
    return Share(share.value, share.change, is_weak=now["promised"] < FEW)


def _recommendation(sums: Counted) -> Recommendation:
    answers, promoters, detractors = (
        int(sums[f"nps_{name}"]) for name in ("answers", "promoters", "detractors")
    )
    if answers < TOO_FEW:
        return Recommendation(answers)
    score = rate(100 * (promoters - detractors), answers)
    return Recommendation(answers, score, nps_interval(promoters, detractors, answers))


def _overdue(scope: Scope, version: Version) -> list[tuple[Decimal, str, int]]:
    narrowed = Narrowed(
        units=list(scope.unit_ids) or None, manager=scope.user.pk if scope.is_mine else None
    )
    found = [
        (group.sums.amounts["overdue"], group.currency, group.sums.counts["overdue"])
        for group in totals(scope.user, version, narrowed)
        if group.sums.amounts["overdue"] > 0
    ]
    return sorted(found, key=lambda each: (each[1] != settings.COMPANY_CURRENCY, each[1]))


def _tiers(rows: Iterable[Mapping[str, Decimal]]) -> list[TierRevenue]:
    found: dict[str, TierRevenue] = {}
    for row in rows:
        tier = str(row["tier"])
        so_far = found.get(tier, TierRevenue(tier, 0, ZERO, ZERO))
        found[tier] = TierRevenue(
            tier,
            so_far.customers + int(row["sum_customers"]),
            so_far.revenue + row["sum_revenue_12m"],
            so_far.before + row["sum_revenue_prev_12m"],
        )
    return [found[tier] for tier in TIERS if tier in found and found[tier].customers > 0]


TIERS = ("large", "medium", "small", "potential", "risk")
