"""Standards and what came of them, in a few words."""

from decimal import Decimal

from django.utils.translation import gettext as _

from core.rules import percent
from shipments.models import PlanStage
from shipments.rules.plans import Passed

Measure = PlanStage.Measure


def standard_text(stage: PlanStage) -> str:
    """What was agreed: the target by which it is measured, else the words."""
    if stage.target is None:
        return stage.standard
    return target_text(stage.measure, stage.target)


def target_text(measure: str, target: Decimal) -> str:
    """A target with its sign and unit."""
    if measure == Measure.HOURS:
        return _("≤ {hours} h").format(hours=_plain(target))
    if measure == Measure.ON_TIME:
        return _("≥ {share} on time").format(share=_share(target))
    return _("≤ {share} exceptions").format(share=_share(target))


def actual_text(stage: PlanStage, passed: Passed) -> str:
    """What waybills did, by the stage's measure; "" where none say anything."""
    share = passed.share(stage.measure) if stage.measure else None
    if stage.measure == Measure.HOURS and passed.median is not None:
        return _("{hours} h").format(hours=_plain(passed.median))
    if share is None:
        return ""
    return _share(share)


def _share(fraction: Decimal) -> str:
    return f"{_plain(percent(fraction))}%"


def _plain(value: Decimal | None) -> str:
    """Without zeros at the end."""
    return "" if value is None else f"{value.normalize():f}"
