"""What people decide about a contract, and what the night does with one that goes on by itself."""

import datetime as dt

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from contracts.models import Contract, ContractDecision, PlanLine
from contracts.rules.contracts import MOST_NOTICE_DAYS, MOVES, Act, Stage, extended_end
from contracts.services.billing import go_on_billing
from core.errors import RefusedError, given_reason
from engagement.models import Task
from engagement.services import ask
from organization.models import User
from organization.permissions import Action, can
from organization.reports import heads_above

_DAY = dt.timedelta(days=1)


def may_write(user: User, contract: Contract) -> bool:
    """Whether the person may change what it says: of a draft who writes contracts, else heads."""
    is_draft = contract.stage == Stage.DRAFT
    return can(user, Action.EDIT_CONTRACT) and (is_draft or can(user, Action.DECIDE_CONTRACT))


def contract_to_write(contract: Contract, actor: User) -> Contract:
    """The contract as it stands, locked. RefusedError for those who may not change it now."""
    contract = Contract.objects.select_for_update(no_key=True).get(pk=contract.pk)
    if not may_write(actor, contract):
        message = _("Contract {no} is no draft any more: a head changes it.")
        raise RefusedError(message.format(no=contract.contract_no))
    return contract


@transaction.atomic
def decide_contract(
    contract: Contract, act: Act, *, on: dt.date, today: dt.date, actor: User, reason: str = ""
) -> Contract:
    """Move it on, and keep who did so, when and why.

    `on` is the day of the signature, or the last day of a terminated contract. RefusedError from
    a stage that the act does not start from, without a reason where one is needed, for a signature
    by whoever sent it for review or on a day to come, and for an end outside of its term.
    """
    contract = Contract.objects.select_for_update(no_key=True).get(pk=contract.pk)
    move = MOVES[act]
    if Stage(contract.stage) not in move.before:
        message = _("Contract {no} is {state}: that is not possible any more or not yet.")
        state = contract.get_stage_display().lower()
        raise RefusedError(message.format(no=contract.contract_no, state=state))
    if move.needs_reason:
        reason = given_reason(reason)
    changed = ["stage", *_effects(contract, act, on, today, actor)]
    contract.stage = move.after.value
    contract.save(update_fields=changed)
    if act == Act.SIGN and go_on_billing([contract.customer_id]):
        contract.refresh_from_db(fields=["statements_from"])
    task = _ask_a_head(contract, on, actor) if act == Act.SUBMIT else None
    if act in (Act.SIGN, Act.RETURN):
        asked = contract.decisions.filter(act=Act.SUBMIT).values("task")
        Task.objects.open().filter(pk__in=asked).update(
            state=Task.State.DONE, closed_at=Now(), closed_by=actor
        )
    _keep(contract, act, on, reason, actor, task)
    return contract


def check_signature(on: dt.date, today: dt.date) -> None:
    """Refused on a day to come."""
    if on > today:
        raise RefusedError(_("Nobody signs on a day that has not come yet."))


def _effects(contract: Contract, act: Act, on: dt.date, today: dt.date, actor: User) -> list[str]:
    """What else the act changes; the names of the fields."""
    if act == Act.SIGN:
        _refuse_own_signature(contract, actor)
        check_signature(on, today)
        contract.signed_on = on
        return ["signed_on"]
    if act == Act.TERMINATE:
        if not contract.starts_on <= on <= (contract.ends_on or on):
            message = _("Its last day lies within its term: choose a day from {first} to its end.")
            raise RefusedError(message.format(first=contract.starts_on.isoformat()))
        contract.ends_on, contract.renewal_months = on, None
        return ["ends_on", "renewal_months"]
    return []


def _refuse_own_signature(contract: Contract, actor: User) -> None:
    sent = contract.decisions.filter(act=Act.SUBMIT).order_by("-pk").first()
    if sent is not None and sent.decided_by_id == actor.pk:
        raise RefusedError(
            _("You sent it for review yourself: a second person signs it, or sends it back.")
        )


def _ask_a_head(contract: Contract, on: dt.date, actor: User) -> Task | None:
    """A task for the nearest head besides the sender; None where there is nobody else."""
    customer = contract.customer
    return ask(
        customer,
        heads_above(customer.org_unit).exclude(pk=actor.pk),
        lambda: _("Contract {no} is in review: sign it or send it back").format(
            no=contract.contract_no
        ),
        due_on=on,
        actor=actor,
    )


def _keep(  # what a decision is made of
    contract: Contract,
    act: Act,
    on: dt.date,
    reason: str,
    actor: User | None,
    task: Task | None = None,
) -> None:
    ContractDecision.objects.create(
        contract=contract,
        customer_id=contract.customer_id,
        act=act.value,
        on=on,
        reason=reason.strip(),
        decided_by=actor,
        task=task,
    )


@transaction.atomic
def discard_draft(contract: Contract) -> None:
    """Take away a draft; the history keeps it. RefusedError once it was sent for review."""
    contract = Contract.objects.select_for_update().get(pk=contract.pk)
    if contract.stage != Stage.DRAFT or PlanLine.objects.filter(contract=contract).exists():
        message = _("Contract {no} is no draft any more: it stays.")
        raise RefusedError(message.format(no=contract.contract_no))
    contract.delete()


@transaction.atomic
def extend_contracts(day: dt.date) -> int:
    """Let those go on by `day` whose time for giving notice is over; returns how many.

    Not those that a signed contract renews. The same day again extends none.
    """
    going_on = Contract.objects.filter(
        stage=Stage.SIGNED.value,
        renewal_months__isnull=False,
        ends_on__lt=day + MOST_NOTICE_DAYS * _DAY,
    ).not_renewed()
    late = [contract.pk for contract in going_on if _new_end(contract, day)]
    locked = going_on.filter(pk__in=late).order_by("pk").select_for_update(of=("self",))
    return sum(_extend(contract, day) for contract in locked)


def _new_end(contract: Contract, day: dt.date) -> dt.date | None:
    if contract.ends_on is None or contract.renewal_months is None:
        return None
    notice_days = contract.notice_days or 0
    return extended_end(contract.ends_on, contract.renewal_months, notice_days, day)


def _extend(contract: Contract, day: dt.date) -> bool:
    before, end = contract.ends_on, _new_end(contract, day)
    if before is None or end is None:
        return False
    contract.ends_on = end
    contract.save(update_fields=["ends_on"])
    _keep(contract, Act.EXTEND, before + _DAY, "", None)
    return True
