"""Doubtful debts (B15): what the page of them shows."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

from contracts.reports.doubtful import Doubtful, doubtful
from contracts.rules.doubtful import ProvisionRules
from core.rules import rate
from segmentation.services import active_rules
from workspace.receivables.asked import Asked
from workspace.receivables.listing import BUCKET_NAMES, TONES
from workspace.receivables.parts import Named, named_parts
from workspace.receivables.then import MOST_SHOWN


@dataclass(frozen=True, slots=True)
class Age:
    """One age of all open money: what of it is set aside, and by which rate."""

    label: object
    tone: str
    amount: Decimal
    rate: Decimal
    provision: Decimal


@dataclass(frozen=True, slots=True)
class Part:
    """One part with what is set aside for it."""

    named: Named[Doubtful]
    provision: Decimal

    @property
    def share(self) -> Decimal | None:
        """Of its open lines."""
        return rate(self.provision, self.named.sums.open.owed)


@dataclass(frozen=True, slots=True)
class Page:
    """All of the page in one currency, by a version of the rule set; `total` is of all parts."""

    total: Part
    ages: list[Age]
    parts: list[Part]
    hidden: int
    currencies: list[str]
    rules_version: int


def page_of(asked: Asked, *, shown: int | None = MOST_SHOWN) -> Page | None:
    """The doubtful debts asked for, the greatest provision first; None where there is nothing."""
    found = doubtful(asked.customers(), asked.day, asked.by)
    mine = found.get(asked.currency)
    if not mine:
        return None
    version, rules = active_rules()
    first, *others = mine.values()
    total = sum(others, first)
    found_parts = named_parts(asked.user, asked.by, asked.base(), mine)
    parts = [_part(named, rules.provision) for named in found_parts]
    parts.sort(key=lambda part: (-part.provision, -part.named.sums.bad.lost, part.named.label))
    return Page(
        total=_part(Named("", total, {}), rules.provision),
        ages=_ages(total, rules.provision),
        parts=parts[:shown],
        hidden=0 if shown is None else max(0, len(parts) - shown),
        currencies=sorted(found),
        rules_version=version,
    )


def _part(named: Named[Doubtful], rules: ProvisionRules) -> Part:
    return Part(named, named.sums.provision(rules))


def _ages(total: Doubtful, rules: ProvisionRules) -> list[Age]:
    rates = asdict(rules)
    return [
        Age(
            BUCKET_NAMES[name],
            TONES.get(name, "c4"),
            total.open.amounts[name],
            rates[name],
            total.open.amounts[name] * rates[name],
        )
        for name in BUCKET_NAMES
    ]


def bar(ages: Sequence[Age]) -> list[tuple[Decimal, str]]:
    """What is set aside by age, as one bar."""
    return [(age.provision, age.tone) for age in ages]
