"""Figures, classes and tiers by night: set-based, one version at a time.

The version's partitions are opened empty before and sealed after by `core.versions`.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import cast

from django.conf import settings

from core import sql
from core.rules import window
from segmentation.rules.recent import recent_windows
from segmentation.ruleset import Ruleset

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


def merge_into_customers(version: int) -> int:
    """Give the customers the version's tier, size and class where they differ; returns how many.

    Part of the publishing transaction; history records each move.
    """
    return sql.run(_SQL / "merge_into_customers.sql", version=version)


def publication_numbers(version: int) -> PublicationNumbers:
    """The numbers of a version that is written and not yet merged into the customers."""
    (row,) = sql.rows(_SQL / "publication_numbers.sql", version=version)
    return PublicationNumbers(*cast("tuple[int, int, int, Decimal, Decimal, int]", row))
