"""Service levels, rebates, amendments and work beyond a contract. The contract is locked first."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from contracts.models import Amendment, Commitment, Contract, RebateStep
from contracts.reports.terms import term_value
from contracts.rules.contracts import UNSIGNED, Stage
from core.errors import RefusedError
from organization.models import User

AMENDED = ("ends_on", "amount", "credit_days", "price_basis")


@transaction.atomic
def set_levels(contract: Contract, levels: Mapping[str, Decimal]) -> None:
    """Promise these service levels and no others; what was measured of one that stays stays."""
    contract = _locked(contract)
    kept = Commitment.objects.filter(contract=contract)
    kept.exclude(measure__in=levels).delete()
    for measure, agreed in levels.items():
        Commitment.objects.update_or_create(
            contract=contract,
            measure=measure,
            defaults={"agreed": agreed, "customer_id": contract.customer_id},
        )


@transaction.atomic
def set_rebate(contract: Contract, steps: Sequence[tuple[Decimal, Decimal]]) -> None:
    """These steps of the year-end rebate and no others: (from revenue, rate)."""
    contract = _locked(contract)
    RebateStep.objects.filter(contract=contract).delete()
    RebateStep.objects.bulk_create(
        RebateStep(
            contract=contract, customer_id=contract.customer_id, from_revenue=first, rate=rate
        )
        for first, rate in steps
    )


@dataclass(frozen=True, slots=True)
class AmendmentEntry:
    """A change as somebody wrote it down; `changes`: the new values by field."""

    signed_on: dt.date
    in_force_from: dt.date
    text: str
    changes: Mapping[str, Any]


@transaction.atomic
def write_amendment(
    contract: Contract, entry: AmendmentEntry, *, today: dt.date, actor: User
) -> Amendment:
    """Keep a change of a signed contract under the next number, in force at once or by night.

    RefusedError for drafts (edit them) and ended contracts, and before the one that came last.
    """
    contract = _locked(contract)
    if contract.stage in (*UNSIGNED, Stage.TERMINATED):
        raise RefusedError(_("Only signed contracts are amended; a draft is edited."))
    earlier = Amendment.objects.filter(contract=contract)
    last = earlier.aggregate(day=Max("in_force_from"), number=Max("number"))
    if last["day"] is not None and entry.in_force_from < last["day"]:
        message = _("An amendment is in force from {day} already: choose that day or a later one.")
        raise RefusedError(message.format(day=last["day"].isoformat()))
    amendment = Amendment.objects.create(
        contract=contract,
        customer_id=contract.customer_id,
        number=(last["number"] or 0) + 1,
        signed_on=entry.signed_on,
        in_force_from=entry.in_force_from,
        text=entry.text,
        changes={name: [None, str(value)] for name, value in entry.changes.items()},
        written_by=actor,
    )
    if entry.in_force_from <= today:
        _apply(contract, amendment)
    return amendment


@transaction.atomic
def apply_amendments(day: dt.date) -> int:
    """Put those in force whose day has come; returns how many. The same day again: none."""
    waiting = Amendment.objects.filter(applied_on=None, in_force_from__lte=day)
    ids = sorted(set(waiting.values_list("contract", flat=True)))
    contracts = Contract.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    applied = 0
    for contract in contracts:
        for amendment in waiting.filter(contract=contract).order_by("number"):
            _apply(contract, amendment)
            applied += 1
    return applied


def _apply(contract: Contract, amendment: Amendment) -> None:
    """Write the new values, and keep the ones before. A terminated contract keeps its end."""
    names = [name for name in AMENDED if name in amendment.changes]
    if contract.stage == Stage.TERMINATED:
        names = [name for name in names if name != "ends_on"]
    for name in names:
        before, after = getattr(contract, name), amendment.changes[name][1]
        amendment.changes[name] = [None if before is None else str(before), after]
        setattr(contract, name, term_value(name, after))
    if names:
        contract.save(update_fields=names)
    amendment.applied_on = amendment.in_force_from
    amendment.save(update_fields=["changes", "applied_on"])


def _locked(contract: Contract) -> Contract:
    return Contract.objects.select_for_update(no_key=True).get(pk=contract.pk)
