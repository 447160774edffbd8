"""What makes a customer of the demonstration behave as it does."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from workspace.demo.names import Trade
from workspace.demo.places import City

YEAR = 365


@dataclass(frozen=True, slots=True)
class Trend:
    """How what a customer sends changes; days count from the first day of the demonstration."""

    growth: float = 0.0  # a year
    since: int | None = None  # sends nothing before
    until: int | None = None  # sends nothing from then on
    fades_from: int | None = None  # falls from then on, by a half every `half_life` days
    half_life: int = 45
    climbs_from: int | None = None  # rises tenfold from then on, within nine months
    rests: int = 0  # sends nothing in the last days of each year before the first day

    def at(self, day: int) -> float:
        """What the customer sends then, against an ordinary day of the last year."""
        if (self.since is not None and day < self.since) or (
            self.until is not None and day >= self.until
        ):
            return 0.0
        if day % YEAR >= YEAR - self.rests:
            return 0.0
        level: float = (1 + self.growth) ** ((day + YEAR / 2) / YEAR)
        if self.fades_from is not None and day > self.fades_from:
            level *= max(0.5 ** ((day - self.fades_from) / self.half_life), 0.2)
        if self.climbs_from is not None:
            level *= 0.2 + 1.8 * min(max(day - self.climbs_from, 0) / 270, 1.3)
        return level


@dataclass(frozen=True, slots=True)
class Habit:
    """How a customer pays: days late with their spread, chances of doing otherwise."""

    late: float = 2.0
    spread: float = 5.0
    part: float = 0.05  # chance of paying a line in two parts
    never: float = 0.0  # chance of not paying a line at all
    bills: float = 0.0  # chance of paying by an acceptance bill
    worsens_from: int | None = None  # lines of each later day are 0.6 days later
    disputes: frozenset[int] = frozenset()  # how many periods ago lines are in dispute


@dataclass(frozen=True, slots=True)
class Settlement:
    """What the contract says about paying; `kind` as contracts have it, "" without one."""

    kind: str = ""
    statement_day: int = 31
    credit_days: int = 30
    starts_month: int = 1  # the contract's year begins with it


_STEADY, _ORDINARY, _AT_ONCE = Trend(), Habit(), Settlement()


@dataclass(frozen=True, slots=True)
class Lane:
    """Where a customer sends to, how often, and who receives it there (number of a profile)."""

    city: City
    weight: float
    consignee: int | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """One customer: who they are, what they send, how they pay and what they think."""

    number: int
    code: str
    name: str
    short: str
    trade: Trade
    city: City
    outlet: str
    manager: str  # user name
    status: str
    party_role: str
    revenue: float  # of an ordinary year, CNY
    margin: float
    mood: float  # 0 dissatisfied .. 1 delighted
    since: dt.date
    trend: Trend = _STEADY
    habit: Habit = _ORDINARY
    settlement: Settlement = _AT_ONCE
    account: str = ""
    parent: str = ""
    credit_limit: Decimal | None = None
    advance: Decimal = Decimal(0)  # money that came without a word
    story: str = ""
    tags: tuple[str, ...] = ()
    attention: str = ""
    lanes: tuple[Lane, ...] = field(default=(), repr=False)

    @property
    def ships(self) -> bool:
        """Whether waybills are made out to the customer as shipper."""
        return self.status != "prospect" and self.party_role != "consignee"

    @property
    def is_monthly(self) -> bool:
        """Whether the customer settles by the month."""
        return self.settlement.kind == "monthly"
