"""What one version of a service plan changed of the one before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from core.formats import NOTHING
from shipments.models import PlanStage
from workspace.plans.words import target_text

_WORDS = ("requirement", "standard")


@dataclass(frozen=True, slots=True)
class Change:
    """A stage that came or went (no label), or one thing about it that is different."""

    stage: str
    kind: str  # added, removed, changed
    label: Any = ""
    old: str = ""
    new: str = ""


def changes_between(before: Sequence[PlanStage], after: Sequence[PlanStage]) -> list[Change]:
    """Stages that came, went, or say something else; in the order of the newer version."""
    old = {(each.stage, each.name): each for each in before}
    new = {(each.stage, each.name): each for each in after}
    found = [Change(str(each), "removed") for key, each in old.items() if key not in new]
    for key, each in new.items():
        if key not in old:
            found.append(Change(str(each), "added"))
        else:
            found += _changed(old[key], each)
    return found


def _changed(before: PlanStage, after: PlanStage) -> Iterator[Change]:
    labels = {field.name: field.verbose_name for field in PlanStage._meta.concrete_fields}
    for name in _WORDS:
        if getattr(before, name) != getattr(after, name):
            yield Change(
                str(after), "changed", labels[name],
                getattr(before, name) or NOTHING, getattr(after, name) or NOTHING,
            )  # fmt: skip
    if (before.measure, before.target) != (after.measure, after.target):
        yield Change(str(after), "changed", labels["target"], _target(before), _target(after))
    if (before.unit_id, before.department_id) != (after.unit_id, after.department_id):
        yield Change(str(after), "changed", labels["unit"], _unit(before), _unit(after))


def _target(stage: PlanStage) -> str:
    return NOTHING if stage.target is None else target_text(stage.measure, stage.target)


def _unit(stage: PlanStage) -> str:
    return str(stage.department or (stage.unit and stage.unit.name) or NOTHING)
