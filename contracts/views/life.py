"""The life of a contract on its page: where it stands, how it came there, what may be decided."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from contracts.models import Contract, ContractDecision
from contracts.reports.terms import agreed_terms, last_day_of, life_of, renewed_from
from contracts.rules.contracts import (
    EXPIRING,
    UNSIGNED,
    Act,
    Life,
    acts_from,
)
from contracts.rules.contracts import Stage as Decided
from contracts.rules.terms import CREDIT_DAYS, DueKind
from contracts.services.contracts import may_write
from contracts.views.contract_edit import DECIDED
from core.fields import MASK
from customers.models import Attachment, Contact
from customers.reports.policies import policy_on
from organization.models import User
from organization.permissions import Action, can, may_read

_DRAFT, _REVIEW, _SIGNED, _FORCE, _WINDOW, _END = range(6)
_REACHED = {
    Life.DRAFT: _DRAFT,
    Life.IN_REVIEW: _REVIEW,
    Life.PLANNED: _SIGNED,
    Life.ACTIVE: _FORCE,
    Life.SUSPENDED: _FORCE,
    Life.EXPIRING: _WINDOW,
}


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the contract's life: done, now, next or later."""

    label: str
    day: dt.date | None
    state: str


def life_context(user: User, contract: Contract, today: dt.date) -> dict[str, Any]:
    """Where it stands, the steps there, decisions (latest first), and what the person may do."""
    decisions = list(
        ContractDecision.objects.visible_to(user)
        .filter(contract=contract)
        .select_related("decided_by")
    )
    successor = successor_of(contract)
    now = life_of(contract, today)
    files = Attachment.objects.visible_to(user).filter(
        customer=contract.customer_id, contract_no=contract.contract_no
    )
    may_draft = can(user, Action.EDIT_CONTRACT)
    is_unsigned = contract.stage in UNSIGNED
    return {
        "life": now.value,
        "stages": stages(contract, decisions, now),
        "decisions": decisions[::-1],
        "successor": successor,
        "files": files.exclude(kind=Attachment.Kind.STATEMENT),
        "acts": [
            (act.value, DECIDED[act][0])
            for act in acts_from(Decided(contract.stage))
            if can(user, DECIDED[act][1])
        ],
        "their_signatory": _their_signatory(user, contract),
        "notice_by": _notice_by(contract),
        "is_unsigned": is_unsigned,
        "most_credit_days": _most_credit_days(contract, today) if is_unsigned else None,
        "may_edit": may_write(user, contract),
        "may_log_work": may_draft and not is_unsigned,
        "may_renew": may_draft and successor is None and now in (Life.ACTIVE, Life.EXPIRING),
        "may_discard": may_draft and contract.stage == Decided.DRAFT,
        "may_keep": can(user, Action.KEEP_FILES),
    }


def successor_of(contract: Contract) -> Contract | None:
    """The contract that renews it, if there is one."""
    return getattr(contract, "renewed_by", None)


def stages(contract: Contract, decisions: Sequence[ContractDecision], now: Life) -> list[Stage]:
    """From the draft to the end, as far as days are known; what came by import was signed."""
    reached = _REACHED.get(now, _END)
    steps = [
        *_before_signature(contract, decisions, reached),
        (_("In force"), contract.starts_on, _FORCE),
    ]
    last = last_day_of(contract)
    if last is not None:
        label = (
            pgettext("contract", "Terminated")
            if contract.stage == Decided.TERMINATED
            else _("Ends")
        )
        if renewed_from(contract) is None:
            steps.append((_("Renewal window"), last - EXPIRING, _WINDOW))
        steps.append((label, last, _END))
    return [Stage(label, day, _state(number, reached)) for label, day, number in steps]


def _before_signature(
    contract: Contract, decisions: Sequence[ContractDecision], reached: int
) -> list[tuple[str, dt.date | None, int]]:
    steps: list[tuple[str, dt.date | None, int]] = []
    sent = next((d.on for d in reversed(decisions) if d.act == Act.SUBMIT), None)
    if reached < _SIGNED or sent is not None:
        steps.append((pgettext("contract", "Draft"), None, _DRAFT))
        steps.append((_("In review"), sent if reached >= _REVIEW else None, _REVIEW))
    if contract.signed_on is not None or reached < _SIGNED:
        steps.append((pgettext("contract", "Signed"), contract.signed_on, _SIGNED))
    return steps


def _state(number: int, reached: int) -> str:
    if number < reached:
        return "done"
    if number == reached:
        return "now"
    return "next" if number == reached + 1 else "later"


def due_words(contract: Contract) -> str:
    """When money is due, in a few words."""
    terms = agreed_terms(contract)
    days = CREDIT_DAYS if terms.credit_days is None else terms.credit_days
    months, roll = terms.months or 0, contract.get_roll_display()
    said = {
        DueKind.DAYS: ngettext("{n} day later", "{n} days later", days).format(n=days),
        DueKind.WORKDAYS: ngettext("{n} workday later", "{n} workdays later", days).format(n=days),
        DueKind.END_OF_MONTH: ngettext(
            "{n} day after the end of the month", "{n} days after the end of the month", days
        ).format(n=days),
        DueKind.LAST_DAY: ngettext(
            "on the last day of the month, {n} month later",
            "on the last day of the month, {n} months later",
            months,
        ).format(n=months),
        DueKind.PAY_DAY: ngettext(
            "on day {day}, {n} month after the period",
            "on day {day}, {n} months after the period",
            months,
        ).format(day=terms.pay_day, n=months),
    }[terms.kind]
    return _("{when}; on a holiday: {roll}").format(when=said, roll=roll)


def _their_signatory(user: User, contract: Contract) -> str:
    person = contract.their_signatory
    if person is None:
        return ""
    if person.erased_on:
        return _("Erased person")
    return person.name if may_read(user, Contact.field_classes["name"]) else MASK


def _most_credit_days(contract: Contract, today: dt.date) -> int | None:
    """The most the customer's service policy gives, where the contract gives more."""
    if contract.settlement != Contract.Settlement.MONTHLY and contract.credit_days is None:
        return None
    most = policy_on(contract.customer, today).credit_days
    given = CREDIT_DAYS if contract.credit_days is None else contract.credit_days
    return most if given > most else None


def _notice_by(contract: Contract) -> dt.date | None:
    if contract.ends_on is None or not contract.renewal_months:
        return None
    return contract.ends_on - dt.timedelta(contract.notice_days or 0)
