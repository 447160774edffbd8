"""Figures, classes and tiers by night: set-based, one version at a time.

The version's partitions are opened empty before and sealed after by `core.versions`.
"""

import datetime as dt
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import cast

from django.conf import settings

from core import sql
from core.models import Version
from core.rules import window
from segmentation.rules import concentration, fading, rhythm, serving
from segmentation.rules.recent import recent_windows
from segmentation.ruleset import Ruleset
from shipments.rules import month_number

_SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True, slots=True)
class PublicationNumbers:
    """What a version is checked by before it is published."""

    population: int  # customers that are not merged into another
    figures: int
    classified: int
    positive_value: Decimal  # summed over the customers
    value_total: Decimal  # what their shares are of
    moved: int  # customers that had a tier and would get another

    @property
    def is_whole(self) -> bool:
        """Whether every customer has its row, in both tables."""
        return self.population == self.figures == self.classified

    @property
    def shares_sum_to_one(self) -> bool:
        """Whether the shares are parts of their own sum; without positive value all are null."""
        return self.positive_value == self.value_total


def write_figures(day: dt.date, version: int) -> int:
    """Write the indicators (C0) of every unmerged customer as of `day`; returns how many rows."""
    recent = recent_windows(day)
    like_months, like_days = recent.like_days
    return sql.run(
        _SQL / "figures.sql",
        day=day,
        after=window(day).after,
        version=version,
        currency=settings.COMPANY_CURRENCY,
        now_after=recent.now.after,
        before_after=recent.before.after,
        year_ago_after=recent.year_ago.after,
        year_ago_until=recent.year_ago.until,
        cut_months=recent.cut_months,
        like_months=like_months,
        like_days=like_days,
        like_cut_months=list({month_number(each) for each in like_days}),
    )


def classify(day: dt.date, version: int, rules: Ruleset) -> int:
    """Write class, size and tier (C1-C3) from the version's figures; returns how many rows.

    `day` is not read: the figures are as of it already.
    """
    return sql.run(
        _SQL / "classify.sql",
        version=version,
        abc_basis=rules.abc.basis,
        abc_a=rules.abc.a,
        abc_b=rules.abc.b,
        head_a=rules.abc.head_a,
        head_b=rules.abc.head_b,
        head_minimum=rules.abc.head_minimum,
        tier_basis=rules.tiers.basis,
        large=rules.tiers.large,
        medium=rules.tiers.medium,
    )


def write_rhythm(day: dt.date, version: int, rules: Ruleset) -> int:
    """Write the rhythm (C9) of whoever shipped by `day`, after figures and classes of the version.

    Shipping days are those of the last recount (`shipments.jobs.check_rollups`).
    """
    recent_weeks, base_weeks = rhythm.weeks(day)
    return sql.run(
        _SQL / "rhythm.sql",
        day=day,
        version=version,
        gaps_from=rhythm.rhythm_since(day),
        feasts=rhythm.feasts(day),
        known_from=rhythm.known_from(day),
        same_day=rhythm.same_day(day),
        recent_weeks=recent_weeks,
        base_weeks=base_weeks,
        **asdict(rules.rhythm),
    )


def write_serving(day: dt.date, version: int, rules: Ruleset) -> int:
    """Write what serving costs and the lanes that lose; returns the rows of both."""
    terms = asdict(rules.serving)
    least = terms.pop("lane_shipments")
    served = sql.run(
        _SQL / "serving.sql",
        day=day,
        after=window(day).after,
        version=version,
        few_touches=serving.FEW_TOUCHES,
        uneven=serving.UNEVEN,
        **terms,
    )
    return served + sql.run(
        _SQL / "loss_lanes.sql",
        day=day,
        version=version,
        currency=settings.COMPANY_CURRENCY,
        lane_shipments=least,
    )


def write_moves(day: dt.date, version: int) -> int:
    """Write who has another tier than the night before `day` gave; returns how many.

    Nobody when no earlier night is published.
    """
    earlier = Version.objects.filter(status=Version.Status.PUBLISHED, business_date__lt=day)
    previous = earlier.order_by("-business_date").values_list("pk", flat=True).first()
    return sql.run(_SQL / "moves.sql", version=version, previous=previous)


def write_curves(version: int) -> int:
    """Write every unit's Pareto curve from the version's classes; returns how many points."""
    return sql.run(
        _SQL / "curves.sql", version=version, fine=concentration.FINE, coarse=concentration.COARSE
    )


def write_portfolios(version: int) -> int:
    """Write the sums by unit, manager and tier; returns the rows. The last of publication.

    A statement of its own waits for moves under way, so that the other one sees them.
    """
    sql.run(_SQL / "lock_portfolios.sql")
    return sql.run(_SQL / "portfolios.sql", version=version)


def volume_drop_alerts(day: dt.date, version: int) -> int:
    """One alert a customer that stopped or falls (rules.fading); returns how many are new.

    Open ones are kept true and closed when it is back. The same day again opens none.
    """
    return sql.run(
        _SQL / "volume_drop_alerts.sql",
        day=day,
        version=version,
        currency=settings.COMPANY_CURRENCY,
        fading=fading.FADING,
        stopping=fading.STOPPING,
        recovered=fading.RECOVERED,
        least=fading.LEAST_LOSS,
    )


def weigh_tasks(day: dt.date, version: int) -> int:
    """How urgent each open task is, by the version's figures; returns how many changed."""
    return sql.run(_SQL / "weigh_tasks.sql", day=day, version=version)


def weigh_alerts(version: int) -> int:
    """The urgency of open alerts by the tiers just given; returns how many changed."""
    return sql.run(_SQL / "weigh_alerts.sql", version=version)


def merge_into_customers(version: int) -> int:
    """Give the customers the version's tier, size and class where they differ; returns how many.

    Part of the publishing transaction; history records each move.
    """
    return sql.run(_SQL / "merge_into_customers.sql", version=version)


def publication_numbers(version: int) -> PublicationNumbers:
    """The numbers of a version that is written and not yet merged into the customers."""
    (row,) = sql.rows(_SQL / "publication_numbers.sql", version=version)
    return PublicationNumbers(*cast("tuple[int, int, int, Decimal, Decimal, int]", row))
