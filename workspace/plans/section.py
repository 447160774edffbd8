"""What the section shows of the plan in force, and what a version shows of itself."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Customer
from organization.models import User
from organization.permissions import Action, can
from shipments.models import PlanGain, PlanStage, ServicePlan, Stage
from shipments.rules.plans import FEW, Passed, judge, trend
from workspace.header import Header
from workspace.plans.performance import DAYS, Period, measured_gains, performance
from workspace.plans.words import actual_text, standard_text
from workspace.profile import personal

_ICONS = {
    Stage.ORDER_INFORMATION: "file-text", Stage.INBOUND_SUPPLY: "download",
    Stage.PRODUCTION_FEED: "building-factory-2", Stage.PICKUP: "truck-loading",
    Stage.SHORT_HAUL: "truck", Stage.ACCEPTANCE: "arrows-exchange",
    Stage.SORTING: "sort-descending", Stage.PACKING: "package", Stage.PROCESSING: "settings",
    Stage.STORAGE: "building-warehouse", Stage.LINE_HAUL: "route", Stage.TRACKING: "map-pin",
    Stage.STOCK: "stack-2", Stage.ARRIVAL: "flag", Stage.DELIVERY: "checks",
    Stage.BILLING: "receipt-yuan",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One stage: what was agreed, how it is kept, who answers for it."""

    stage: PlanStage
    icon: str
    tone: str  # ok, warn, bad; empty where nothing is judged
    standard: str
    actual: str
    passed: Passed
    change: Decimal | None
    change_good: str  # whether more is better: up or down
    contact: str

    @property
    def share(self) -> Decimal | None:
        """The share its measure is about."""
        return self.passed.share(self.stage.measure) if self.stage.measure else None

    @property
    def is_weak(self) -> bool:
        """Whether the standard is not kept."""
        return self.tone in {"warn", "bad"}

    @property
    def is_thin(self) -> bool:
        """Whether there are waybills, too few to judge by."""
        return bool(self.stage.measure) and 0 < self.passed.count(self.stage.measure) < FEW


@dataclass(frozen=True, slots=True)
class GainRow:
    """What one side gains, and whether the last column was entered or counted."""

    gain: PlanGain
    measured: Decimal | None
    is_counted: bool


def supply(user: User, customer: Customer, above: Header) -> dict[str, Any]:
    """The plan in force with what waybills say; the versions; five queries."""
    today = timezone.localdate()
    versions = numbered(user, customer)
    current = next((each for each in versions if _holds(each.plan, today)), None)
    context: dict[str, Any] = {
        "versions": versions,
        "current": current,
        "days": DAYS,
        "may_edit_plan": can(user, Action.EDIT_SERVICE_PLAN),
        "may_plan_task": can(user, Action.HANDLE_TASK),
    }
    if current is not None:
        stages = stages_of(user, current.plan)
        day = max(above.day, min(today, above.day + dt.timedelta(days=1)))
        context["rows"] = rows_of(user, stages, *performance(customer, day, _hours(stages)))
        counted = measured_gains(user, customer, day)
        context["gains"] = [gain_row(gain, counted) for gain in gains_of(user, current.plan)]
    return context


@dataclass(frozen=True, slots=True)
class Version:
    """A version with its number, counted from the first."""

    number: int
    plan: ServicePlan


def numbered(user: User, customer: Customer) -> list[Version]:
    """The customer's versions, the latest first."""
    plans = ServicePlan.objects.visible_to(user).filter(customer=customer)
    found = list(plans.select_related("created_by").order_by("valid_from"))
    return [Version(number, plan) for number, plan in enumerate(found, start=1)][::-1]


def _holds(plan: ServicePlan, day: dt.date) -> bool:
    return plan.valid_from <= day and (plan.valid_until is None or plan.valid_until >= day)


def stages_of(user: User, plan: ServicePlan) -> list[PlanStage]:
    """The version's stages in their order, with who answers for them."""
    stages = PlanStage.objects.visible_to(user).filter(plan=plan)
    return list(stages.select_related("unit", "department__head", "contact", "colleague"))


def gains_of(user: User, plan: ServicePlan) -> list[PlanGain]:
    """What the version says of gains."""
    return list(PlanGain.objects.visible_to(user).filter(plan=plan))


def _hours(stages: Sequence[PlanStage]) -> dict[str, Decimal]:
    hours = PlanStage.Measure.HOURS
    return {each.stage: each.target for each in stages if each.measure == hours and each.target}


def rows_of(user: User, stages: Sequence[PlanStage], latest: Period, earlier: Period) -> list[Row]:
    """The stages as they are kept; without waybills only as agreed."""
    return [
        _row(user, each, latest.get(each.stage, Passed()), earlier.get(each.stage, Passed()))
        for each in stages
    ]


def _row(user: User, stage: PlanStage, passed: Passed, before: Passed) -> Row:
    contact = stage.contact
    name = "" if contact is None else _("Erased person") if contact.erased_on else contact.name
    return Row(
        stage=stage,
        icon=_ICONS[Stage(stage.stage)] if stage.stage else "circle-dashed",
        tone=judge(stage.measure, stage.target, passed),
        standard=standard_text(stage),
        actual=actual_text(stage, passed),
        passed=passed,
        change=trend(stage.measure, passed, before) if stage.measure else None,
        change_good="down" if stage.measure == PlanStage.Measure.EXCEPTIONS else "up",
        contact=personal(user, name),
    )


def gain_row(gain: PlanGain, counted: dict[str, Decimal]) -> GainRow:
    """As entered, else as counted from waybills."""
    if gain.measured is not None:
        return GainRow(gain, gain.measured, is_counted=False)
    return GainRow(gain, counted.get(gain.measure), is_counted=gain.measure in counted)
