"""Promises to pay: noted at once, or after approval where the day is far away (B8)."""

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.models import PlanLine, Promise
from contracts.rules.promises import LONGEST_DAYS
from contracts.services import Word, make_promise, replace_promise
from core.formats import money_full
from customers.models import Customer
from organization.models import Approval, ApprovalKind, User
from organization.services.approvals import may_decide
from workspace.asking import ask_about, customer_of
from workspace.words import day_text


@transaction.atomic
def give_word(
    customer: Customer, word: Word, *, replaces: Promise | None, today: dt.date, actor: User
) -> Promise | Approval:
    """Note a promise, or another in place of one; a far day is asked for where one may not decide.

    RefusedError as of `make_promise`, and when the same is being asked for already.
    """
    is_far = (word.due_on - today).days > LONGEST_DAYS
    if is_far and not may_decide(actor, ApprovalKind.POLICY_DEVIATION):
        return _ask(customer, word, replaces, actor)
    return _note(customer, word, replaces, today, actor, is_approved=is_far)


def _note(
    customer: Customer,
    word: Word,
    replaces: Promise | None,
    today: dt.date,
    actor: User,
    *,
    is_approved: bool,
) -> Promise:
    if replaces is None:
        return make_promise(customer, word, today=today, actor=actor, is_approved=is_approved)
    return replace_promise(replaces, word, today=today, actor=actor, is_approved=is_approved)


def _ask(customer: Customer, word: Word, replaces: Promise | None, actor: User) -> Approval:
    about = word.line.line_no if word.line else word.currency
    return ask_about(
        customer,
        kind=ApprovalKind.POLICY_DEVIATION,
        section="receivables",
        key=f"promise:{customer.code}:{about}",
        reason=word.note
        or _("A promise for a day more than {n} days away.").format(n=LONGEST_DAYS),
        wish={
            "amount": str(word.amount),
            "currency": word.currency,
            "due_on": word.due_on.isoformat(),
            "line": word.line and word.line.pk,
            "line_no": word.line.line_no if word.line else "",
            "replaces": replaces and replaces.pk,
            "note": word.note,
        },
        actor=actor,
    )


def apply_promise(approval: Approval, actor: User) -> None:
    """Note what was approved; RefusedError when it no longer fits."""
    payload = approval.payload
    customer = customer_of(approval, actor)
    word = Word(
        Decimal(payload["amount"]),
        payload["currency"],
        dt.date.fromisoformat(payload["due_on"]),
        PlanLine.objects.visible_to(actor).filter(pk=payload["line"], customer=customer).first(),
        payload["note"],
    )
    replaces = Promise.objects.visible_to(actor).filter(pk=payload["replaces"]).first()
    today = timezone.localdate()
    _note(customer, word, replaces, today, approval.asked_by, is_approved=True)


def promise_facts(approval: Approval) -> list[tuple[str, str]]:
    """The request in words: how much, for what, by when."""
    payload = approval.payload
    return [
        (_("Promised"), money_full(Decimal(payload["amount"]), payload["currency"])),
        (_("Line"), payload["line_no"] or _("all that is open")),
        (_("Promised for"), day_text(dt.date.fromisoformat(payload["due_on"]))),
    ]
