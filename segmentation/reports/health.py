"""How well it stands with one customer: the last two nights, and how far one may trust them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.models import Version
from core.rules import rate
from customers.models import Customer
from organization.models import User
from segmentation.models import Health, HealthTest
from segmentation.reports.worth import rules_of
from segmentation.rules.health import PARTS, HealthRules

_WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class HealthPart:
    """One part: its score (None: unknown), weight, the fact that decides it, the score before."""

    name: str
    score: Decimal | None
    weight: Decimal
    reason: dict[str, Any]
    before: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """By how much it moved since the night before; None where it did not, or is new."""
        if self.score is None or self.before is None or self.score == self.before:
            return None
        return self.score - self.before

    @property
    def lost(self) -> Decimal:
        """What it takes from the score while all parts are known."""
        return Decimal(0) if self.score is None else self.weight * (_WHOLE - self.score)


@dataclass(frozen=True, slots=True)
class BackTest:
    """What the grades of a quarter ago told of the customers that were lost since."""

    then_on: dt.date
    customers: int  # that had a health then
    flagged: int  # of these red or yellow
    lost: int  # of these lost since
    hits: int  # of the lost red or yellow then

    @property
    def hit_rate(self) -> Decimal | None:
        """Of the lost the share that was red or yellow; None when nobody was lost."""
        return rate(self.hits, self.lost)

    @property
    def flagged_rate(self) -> Decimal | None:
        """Of all the share that was red or yellow: what a guess would have hit."""
        return rate(self.flagged, self.customers)


@dataclass(frozen=True, slots=True)
class Standing:
    """A customer's health as of the night everyone reads."""

    row: Health
    before: Health | None  # of the published night before
    parts: list[HealthPart]
    rules: HealthRules
    test: BackTest | None  # None while no night of a quarter ago is kept

    @property
    def worst(self) -> HealthPart | None:
        """The part that takes most from the score; None where all known ones are whole."""
        found = max(self.parts, key=lambda part: part.lost)
        return found if found.lost else None

    @property
    def known(self) -> Decimal:
        """The weight of the parts that are known, of 1."""
        return sum((part.weight for part in self.parts if part.score is not None), Decimal(0))


def standing_of(user: User, customer: Customer) -> Standing | None:
    """The health of the current night and the one before; None for who has none. Three queries."""
    nights = Health.objects.visible_to(user).filter(
        customer=customer, version__status=Version.Status.PUBLISHED
    )
    latest = list(nights.select_related("version").order_by("-version__business_date")[:2])
    if not latest or not latest[0].version.is_current:
        return None
    row, before = latest[0], latest[1] if len(latest) > 1 else None
    rules = rules_of(row.version.rule_version).health
    parts = [
        HealthPart(
            name, getattr(row, name), weight, row.reasons.get(name, {}), getattr(before, name, None)
        )
        for name, weight in zip(PARTS, rules.weights, strict=True)
    ]
    return Standing(row, before, parts, rules, back_test(row.version_id))


def back_test(version: int) -> BackTest | None:
    """What became of the grades of a quarter before that night; None while none is kept."""
    rows = list(HealthTest.objects.filter(version=version))
    if not rows:
        return None
    flagged = [row for row in rows if row.grade in (Customer.Health.RED, Customer.Health.YELLOW)]
    graded = [row for row in rows if row.grade]
    return BackTest(
        then_on=rows[0].then_on,
        customers=_sum(row.customers for row in graded),
        flagged=_sum(row.customers for row in flagged),
        lost=_sum(row.lost for row in graded),
        hits=_sum(row.lost for row in flagged),
    )


def _sum(numbers: Iterable[int]) -> int:
    return sum(numbers)
