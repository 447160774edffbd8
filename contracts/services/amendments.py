"""Amendments: judged when they are written, and again when their day comes."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from contracts.models import Amendment, Contract
from contracts.reports.terms import term_value
from contracts.rules.amendments import Refusal, refusal
from contracts.rules.contracts import UNSIGNED, Stage
from contracts.services.contracts import check_signature, contract_to_write
from core.errors import RefusedError
from customers.models import Customer
from engagement.services import ask
from organization.models import User
from organization.reports import heads_above

AMENDED = ("ends_on", "amount", "credit_days", "price_basis")


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

    RefusedError for drafts (edit them) and ended contracts, before the contract begins or the
    amendment that came last, for a signature on a day to come, and where it could not come into
    force as things stand.
    """
    contract = contract_to_write(contract, actor)
    if contract.stage in (*UNSIGNED, Stage.TERMINATED):
        raise RefusedError(_("Only signed contracts are amended; a draft is edited."))
    check_signature(entry.signed_on, today)
    if entry.in_force_from < contract.starts_on:
        raise RefusedError(_("The contract has not begun by then."))
    earlier = Amendment.objects.filter(contract=contract)
    last = earlier.filter(refusal="").aggregate(day=Max("in_force_from"))["day"]
    if last is not None and entry.in_force_from < last:
        message = _("An amendment is in force from {day} already: choose that day or a later one.")
        raise RefusedError(message.format(day=last.isoformat()))
    amendment = Amendment(
        contract=contract,
        customer_id=contract.customer_id,
        number=(earlier.aggregate(number=Max("number"))["number"] or 0) + 1,
        signed_on=entry.signed_on,
        in_force_from=entry.in_force_from,
        text=entry.text,
        changes={name: [None, str(value)] for name, value in entry.changes.items()},
        written_by=actor,
    )
    if (found := _refusal(contract, amendment)) is not None:
        raise RefusedError(str(Amendment.Refusal(found).label))
    amendment.save()
    if entry.in_force_from <= today:
        _apply(contract, amendment)
    return amendment


@transaction.atomic
def apply_amendments(day: dt.date) -> int:
    """Put those in force whose day has come; returns how many. The same day again: none.

    One that cannot come into force any more is refused, and its author is told.
    """
    waiting = Amendment.objects.waiting().filter(in_force_from__lte=day)
    ids = sorted(set(waiting.values_list("contract", flat=True)))
    contracts = Contract.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    applied = 0
    for contract in contracts:
        for amendment in waiting.filter(contract=contract).order_by("number"):
            if (found := _refusal(contract, amendment)) is not None:
                _refuse(contract, amendment, found, day)
                continue
            _apply(contract, amendment)
            applied += 1
    return applied


def _refusal(contract: Contract, amendment: Amendment) -> Refusal | None:
    _before, text = amendment.changes.get("ends_on", (None, None))
    return refusal(
        Stage(contract.stage),
        contract.starts_on,
        in_force_from=amendment.in_force_from,
        new_end=term_value("ends_on", text),
    )


def _apply(contract: Contract, amendment: Amendment) -> None:
    """Write the new values, and keep the ones before."""
    names = [name for name in AMENDED if name in amendment.changes]
    for name in names:
        before, after = getattr(contract, name), amendment.changes[name][1]
        amendment.changes[name] = [None if before is None else str(before), after]
        setattr(contract, name, term_value(name, after))
    if names:
        contract.save(update_fields=names)
    amendment.applied_on = amendment.in_force_from
    amendment.save(update_fields=["changes", "applied_on"])


def _refuse(contract: Contract, amendment: Amendment, found: Refusal, day: dt.date) -> None:
    """Say why, and tell the author, or who looks after the customer by now."""
    amendment.refusal = found.value
    amendment.save(update_fields=["refusal"])
    customer = Customer.objects.select_related("org_unit", "account_manager").get(
        pk=contract.customer_id
    )
    people = (amendment.written_by, customer.account_manager)
    ask(
        customer,
        chain(people, heads_above(customer.org_unit)),
        lambda: _("Amendment {n} of contract {no} is not in force: {why}").format(
            n=amendment.number, no=contract.contract_no, why=amendment.get_refusal_display()
        ),
        due_on=day,
    )
