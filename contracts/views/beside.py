"""What stands beside a contract on its page: service levels, rebate, amendments, extra work."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from contracts.messages import level_text
from contracts.models import (
    Amendment,
    Commitment,
    CommitmentResult,
    Contract,
    ExtraWork,
    RebateStep,
)
from contracts.reports.terms import as_on, term_value
from contracts.reports.worth import extra_sums, year_rebate
from contracts.rules.commitments import is_met
from core.formats import NOTHING, money_full
from core.tables import fields
from core.tables.errors import CellError
from organization.models import User
from organization.permissions import Action, can

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Level:
    """A service level as agreed and as kept; `month` is written like 2026-10."""

    label: str
    agreed: str
    kept: str
    kept_year: str
    met: bool | None
    met_year: bool | None
    month: str
    count: int


@dataclass(frozen=True, slots=True)
class TermChange:
    """A term that an amendment changed; `before` is empty until it is in force."""

    label: str
    before: str
    after: str


def beside(user: User, contract: Contract, asked: str, today: dt.date) -> dict[str, Any]:
    """Everything the cards show; `asked`: the day on which the terms are looked at, as typed."""
    amendments = list(
        Amendment.objects.visible_to(user).filter(contract=contract).select_related("written_by")
    )
    work = ExtraWork.objects.visible_to(user).filter(contract=contract)
    shown = list(work.select_related("allowed_by")[:SHOWN])
    steps = list(RebateStep.objects.visible_to(user).filter(contract=contract))
    on = _day(asked)
    return {
        "agreed": as_on(contract, amendments, on) if on else contract,
        "on": on,
        "amendments": [(each, list(_changes(contract, each))) for each in reversed(amendments)],
        "levels": list(_levels(user, contract)),
        "year_rebate": year_rebate(contract, steps, today),
        "extra": shown,
        "extra_sums": extra_sums(contract, work, today, with_margin=can(user, Action.VIEW_MARGIN))
        if shown
        else None,
    }


def _day(text: str) -> dt.date | None:
    try:
        day: dt.date | None = fields.date().parse(text.strip()) if text.strip() else None
    except CellError:
        return None
    return day


def _levels(user: User, contract: Contract) -> Iterator[Level]:
    promised = Commitment.objects.visible_to(user).filter(contract=contract)
    results = CommitmentResult.objects.visible_to(user).filter(commitment__contract=contract)
    latest = {
        each.commitment_id: each
        for each in results.order_by("commitment_id", "-month").distinct("commitment_id")
    }
    for each in promised:
        result = latest.get(each.pk)
        year_value = result.year_value if result else None
        year, month0 = divmod(result.month, 12) if result else (0, 0)
        yield Level(
            label=each.get_measure_display(),
            agreed=level_text(each.measure, each.agreed),
            kept=level_text(each.measure, result.value if result else None),
            kept_year=level_text(each.measure, year_value),
            met=result.met if result else None,
            met_year=is_met(each.measure, each.agreed, year_value),
            month=f"{year}-{month0 + 1:02d}" if result else "",
            count=result.count if result else 0,
        )


def _changes(contract: Contract, amendment: Amendment) -> Iterator[TermChange]:
    for name, (before, after) in amendment.changes.items():
        label = str(Contract._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # a field, no relation back
        was = "" if amendment.applied_on is None else _shown(contract, name, before)
        yield TermChange(label, was, _shown(contract, name, after))


def _shown(contract: Contract, name: str, text: str | None) -> str:
    if not text:
        return NOTHING
    if name == "amount":
        return money_full(term_value(name, text), contract.currency)
    return text
