"""Figures, scores, classes and tiers by night: set-based, one version at a time.

The version's partitions are opened empty before and sealed after by `core.versions`.
"""

import datetime as dt
from dataclasses import asdict, dataclass
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import cast

from django.conf import settings
from django.utils import timezone

from core import sql
from core.models import Version
from core.rules import window
from segmentation.models import KeyAccount, Score, TierOverride, ValueModel
from segmentation.rules import (
    concentration,
    customer_value,
    fading,
    hysteresis,
    lifecycle,
    rfm,
    rhythm,
    scores,
    serving,
)
from segmentation.rules.recent import recent_windows
from segmentation.ruleset import Ruleset
from segmentation.value_models import fit_model
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


def write_company_totals(version: int) -> int:
    """Write the sums of all customers, after the version's figures; returns the rows: 1."""
    return sql.run(_SQL / "company_totals.sql", version=version)


def write_scores(day: dt.date, version: int, rules: Ruleset) -> int:
    """Write the parts of value (C5) after figures and rhythm; returns how many rows."""
    after = window(day).after
    return sql.run(
        _SQL / "scores.sql",
        day=day,
        after=after,
        version=version,
        currency=settings.COMPANY_CURRENCY,
        first_month=month_number(after) + 1,
        last_month=month_number(day + dt.timedelta(1)) - 1,
        fewest_months=scores.FEWEST_MONTHS,
        tenure_days=scores.TENURE_DAYS,
        loyalty=list(scores.LOYALTY),
        least_known=rules.scores.least_known,
        free_minutes=rules.serving.free_minutes,
        free_days=rules.serving.free_days,
    )


def classify(day: dt.date, version: int, rules: Ruleset) -> int:
    """Write class, size, tier, grade, lifecycle (C1-C5) of the version; returns how many rows.

    After figures, credit, rhythm and parts of value. Classes and sizes are held against those of
    the night before, if it was by the same rules.
    """
    marks, held = rules.scores, rules.hysteresis
    return sql.run(
        _SQL / "classify.sql",
        day=day,
        version=version,
        previous=_night_in_a_row(day, version),
        abc_basis=rules.abc.basis,
        abc_a=rules.abc.a,
        abc_b=rules.abc.b,
        **ranked_by(rules),
        **_sized_by(rules),
        clear_share=held.share,
        clear_amount=held.amount,
        nights_up=held.nights_up,
        nights_down=held.nights_down,
        current=list(marks.current),
        potential=list(marks.potential),
        grade=list(marks.grade),
        least_known=marks.least_known,
        high=marks.high,
        mid=marks.mid,
        overlay=marks.overlay,
        new_days=lifecycle.NEW_DAYS,
        change=lifecycle.CHANGE,
    )


def ranked_by(rules: Ruleset) -> dict[str, int]:
    """The cuts of C1-C3 as whole numbers, for sql/portable/ranking.sql."""
    abc, cuts = rules.abc, rules.tiers
    shares = {"abc_a": abc.a, "abc_b": abc.b, "head_a": abc.head_a, "head_b": abc.head_b}
    millionths = {f"{name}_millionths": int(share * 10**6) for name, share in shares.items()}
    amounts = {"large_cents": ceil(cuts.large * 100), "medium_cents": ceil(cuts.medium * 100)}
    return {"head_minimum": abc.head_minimum, **millionths, **amounts}


def _sized_by(rules: Ruleset) -> dict[str, object]:
    """For the statements that size a value."""
    cuts = rules.tiers
    return {"tier_basis": cuts.basis, "large": cuts.large, "medium": cuts.medium}


def _night_in_a_row(day: dt.date, version: int) -> int | None:
    """The version that a night's classes are held against; None takes them as they are.

    The one before, if it is by the same rules and not so long ago that nights between are lost.
    """
    rule_version = Version.objects.values_list("rule_version", flat=True).get(pk=version)
    before = _night_before(day)
    if before is None or before.rule_version != rule_version:
        return None
    return before.pk if (day - before.business_date).days <= hysteresis.IN_A_ROW_DAYS else None


def _night_before(day: dt.date) -> Version | None:
    """The last published night before the day."""
    earlier = Version.objects.filter(status=Version.Status.PUBLISHED, business_date__lt=day)
    return earlier.order_by("-business_date").first()


def write_rhythm(day: dt.date, version: int, rules: Ruleset) -> int:
    """Write the rhythm (C9) of whoever shipped by `day`, after the version's figures.

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
        **_sized_by(rules),
        **asdict(rules.rhythm),
    )


def write_serving(day: dt.date, version: int, rules: Ruleset) -> int:
    """Write what serving costs and the lanes that lose; returns the rows of both."""
    terms = asdict(rules.serving)
    least = terms.pop("lane_shipments")
    del terms["free_minutes"], terms["free_days"]  # write_scores has counted by them
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


def fit_value_model(day: dt.date, version: int, rules: Ruleset) -> int:
    """Fit a model of customer value (C8) in the first night of a month; returns how many: 0 or 1.

    After the version's figures. The same night again replaces its own model.
    """
    earlier = ValueModel.objects.filter(basis=rules.abc.basis, as_of__lt=day)
    before = earlier.order_by("-as_of").values_list("as_of", flat=True).first()
    if not customer_value.is_due(day, before):
        return 0
    fit_model(day, version, rules)
    return 1


def write_customer_values(day: dt.date, version: int, rules: Ruleset) -> int:
    """Write what customers will bring (C8), by the model used on `day`; returns the rows.

    After the version's figures and rhythm.
    """
    model = ValueModel.objects.used_on(day, rules.abc.basis)
    parameters = ("r", "alpha", "a", "b", "p", "q", "gamma")
    return sql.run(
        _SQL / "customer_values.sql",
        day=day,
        version=version,
        basis=rules.abc.basis,
        ahead=customer_value.AHEAD_WEEKS,
        least_retention=customer_value.LEAST_RETENTION,
        most_retention=customer_value.MOST_RETENTION,
        least_contracts=rules.value.least_contracts,
        discount=rules.value.discount,
        **{name: getattr(model, name, None) for name in parameters},
    )


def write_retention(version: int) -> int:
    """Write who stayed (C13) by unit and manager, after the customer values; returns the rows."""
    return sql.run(_SQL / "retention.sql", version=version)


def write_moves(day: dt.date, version: int) -> int:
    """Write who has another tier than the night before `day` gave; returns how many.

    Nobody when no earlier night is published.
    """
    before = _night_before(day)
    return sql.run(_SQL / "moves.sql", version=version, previous=before.pk if before else None)


def write_curves(version: int) -> int:
    """Write every unit's Pareto curve from the version's classes; returns how many points."""
    return sql.run(
        _SQL / "curves.sql", version=version, fine=concentration.FINE, coarse=concentration.COARSE
    )


def freeze_rfm_cuts(day: dt.date, version: int) -> int:
    """Make the cuts of the day's quarter (C7) if it has none, after rhythm; returns 1 or 0."""
    return sql.run(
        _SQL / "rfm_cuts.sql",
        day=day,
        version=version,
        quarter=rfm.quarter(day),
        marks=list(rfm.MARKS),
    )


def write_standings(version: int) -> int:
    """Write the sums by value grade and lifecycle, after the classes; returns the rows."""
    return sql.run(_SQL / "standings.sql", version=version)


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
    """Give the customers what the version found of them where it differs; returns how many.

    Part of the publishing transaction; history records each move. Of what people decided counts
    what is in force when the tiers are given: on the morning after the business date, today if the
    night is late.
    """
    day = Version.objects.values_list("business_date", flat=True).get(pk=version)
    morning = max(day + dt.timedelta(1), timezone.localdate())
    return sql.run(_SQL / "merge_into_customers.sql", version=version, morning=morning)


def end_lapsed_decisions(day: dt.date) -> int:
    """End tier overrides and key accounts whose last day was `day` or before; returns how many.

    They count no longer anyway: this tells by whom they were ended, and when.
    """
    return TierOverride.objects.end_lapsed(day) + KeyAccount.objects.end_lapsed(day)


def counted_all(version: int) -> bool:
    """Whether the night knew all that moves tiers now; before an upgrade one may not have."""
    return Score.objects.filter(version=version).exists()


def publication_numbers(version: int) -> PublicationNumbers:
    """The numbers of a version that is written and not yet merged into the customers."""
    (row,) = sql.rows(_SQL / "publication_numbers.sql", version=version)
    return PublicationNumbers(*cast("tuple[int, int, int, Decimal, Decimal, int]", row))
