"""Who is told of a late line, from which stage on, and tiers with a ladder of their own (B9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from contracts.rules.alerts import severity


class Told(StrEnum):
    """Posts, the nearest first: a stage tells all up to one of them."""

    MANAGER = "manager"
    UNIT_HEAD = "unit_head"
    BRANCH = "branch"
    FINANCE = "finance"
    GROUP = "group"


ToldFrom = Mapping[str, int]
# The account manager is told of every stage; the others from their day on (ours).
DEFAULT_TOLD_FROM: ToldFrom = {
    Told.UNIT_HEAD.value: 7,
    Told.BRANCH.value: 30,
    Told.FINANCE.value: 45,
    Told.GROUP.value: 90,
}
_SOONER: ToldFrom = {
    Told.UNIT_HEAD.value: 1,
    Told.BRANCH.value: 15,
    Told.FINANCE.value: 30,
    Told.GROUP.value: 60,
}


@dataclass(frozen=True, slots=True)
class TierLadder:
    """What is another for a tier; None: as for everybody."""

    stages: tuple[int, ...] | None = None
    told_from: ToldFrom | None = None


@dataclass(frozen=True, slots=True)
class LadderRules:
    """From which stage on each post is told, and what is another for some tiers."""

    told_from: ToldFrom = field(default_factory=lambda: DEFAULT_TOLD_FROM)
    tiers: Mapping[str, TierLadder] = field(
        default_factory=lambda: {"risk": TierLadder(told_from=_SOONER)}
    )


@dataclass(frozen=True, slots=True)
class Rung:
    """A stage, days from the due date: how loud it is, and who is told."""

    stage: int
    severity: str
    told: tuple[str, ...]


def rungs(rules: LadderRules, tier: str, stages: Sequence[int]) -> list[Rung]:
    """The ladder of a tier ("": customers without one), lowest first; `stages` are everybody's."""
    own = rules.tiers.get(tier, TierLadder())
    told_from = own.told_from or rules.told_from
    return [
        Rung(stage, severity(stage), _told(stage, told_from))
        for stage in sorted(own.stages or stages)
    ]


def _told(stage: int, told_from: ToldFrom) -> tuple[str, ...]:
    others = (post.value for post in Told if post is not Told.MANAGER)
    return (Told.MANAGER.value, *(post for post in others if stage >= told_from[post]))
