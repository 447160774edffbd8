"""How a stage of a service plan is kept: measured against its standard. Pure Python.

Fewer than FEW cases are shown and judge nobody.
"""

from dataclasses import dataclass
from decimal import Decimal

from core.rules import rate

FEW = 10
_KEPT = Decimal("0.90")  # share of the waybills within the hours agreed
_BROKEN = Decimal("0.75")
_NEAR = Decimal("0.05")  # a share on time that misses its target by no more is amber
_FAR = 2  # times the exceptions allowed


@dataclass(frozen=True, slots=True)
class Passed:
    """What the waybills of a time did at one stage; hours are since the stage before."""

    waybills: int = 0
    timed: int = 0  # those of which the stage before is known
    median: Decimal | None = None
    p90: Decimal | None = None
    within: int = 0  # of the timed ones, within the hours agreed
    promised: int = 0  # delivered ones with a promise
    on_time: int = 0
    exceptions: int = 0

    def count(self, measure: str) -> int:
        """How many cases a measure rests on."""
        cases = {"duration_hours": self.timed, "on_time_rate": self.promised}
        return cases.get(measure, self.waybills)

    def share(self, measure: str) -> Decimal | None:
        """The share within the hours, on time, or with an exception; None without cases."""
        good = {"duration_hours": self.within, "on_time_rate": self.on_time}
        return rate(good.get(measure, self.exceptions), self.count(measure))


def judge(measure: str, target: Decimal | None, passed: Passed) -> str:
    """ok, warn or bad; "" where nothing was agreed or too few waybills say nothing."""
    share = passed.share(measure)
    if target is None or share is None or passed.count(measure) < FEW:
        return ""
    if measure == "duration_hours":
        return _graded(share >= _KEPT, share >= _BROKEN)
    if measure == "on_time_rate":
        return _graded(share >= target, share >= target - _NEAR)
    return _graded(share <= target, share <= target * _FAR)


def _graded(is_kept: bool, is_near: bool) -> str:
    return "ok" if is_kept else "warn" if is_near else "bad"


def trend(measure: str, now: Passed, before: Passed) -> Decimal | None:
    """By how much the share changed; None where either time has too few waybills."""
    if min(now.count(measure), before.count(measure)) < FEW:
        return None
    share, earlier = now.share(measure), before.share(measure)
    return None if share is None or earlier is None else share - earlier
