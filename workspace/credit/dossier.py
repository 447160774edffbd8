"""The sections "Credit" and "Credit record": what we decide, and what we know and since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.formats import signed
from customers.models import (
    BankAccount,
    CreditEvent,
    CreditFact,
    CreditLimitChange,
    CreditReview,
    Customer,
    DangerSign,
    Guarantee,
    Qualification,
    Statement,
)
from customers.rules.integrity import Evidence, integrity
from customers.rules.statements import Ratios, Year, ratios
from organization.models import Approval, ApprovalKind, User
from organization.permissions import Action, can
from workspace.credit.standing import standing
from workspace.credit.suggestion import suggestion
from workspace.header import Header

Topic = CreditFact.Topic
GROUPS: tuple[tuple[Any, tuple[CreditFact.Topic, ...]], ...] = (
    (
        _("Capital and business"),
        (Topic.PAID_IN_CAPITAL, Topic.POSITION, Topic.BUSINESS_STATE, Topic.GROWTH_PLAN),
    ),
    (_("Bank and funds"), (Topic.BANK_LINE, Topic.BANK_STANDING, Topic.FUNDS)),
    (_("Tax"), (Topic.TAX_STATUS, Topic.TAX_RATING)),
    (
        _("Conduct"),
        (Topic.PAYMENT_ATTITUDE, Topic.PEERS_OPINION, Topic.DEBTS, Topic.INTEGRITY),
    ),
)
YEARS, CHANGES, EVENTS = 5, 8, 50
EXPIRING_DAYS = 60


@dataclass(frozen=True, slots=True)
class FactRow:
    """A topic and what is known of it, perhaps nothing."""

    topic: CreditFact.Topic
    fact: CreditFact | None


@dataclass(frozen=True, slots=True)
class Expiring:
    """A row with an end, and how near that is: bad once past, warn within two months."""

    row: Any
    tone: str


def credit(user: User, customer: Customer, above: Header) -> dict[str, Any]:
    """What we decide about the customer's credit and from what; 13 queries whatever there is."""
    today, now = timezone.localdate(), standing(user, customer)
    events = list(_of(CreditEvent, user, customer))
    record = integrity(
        (Evidence(event.kind, event.as_of, event.settled_on is not None) for event in events),
        today,
    )
    rows = _of(CreditLimitChange, user, customer).select_related("changed_by", "approved_by")
    changes = list(rows[:CHANGES])
    return {
        "today": today,
        "events": [
            (event, signed(Decimal(points), 0), _sign_tone(points))
            for event, points in zip(events[:EVENTS], record.points, strict=False)
        ],
        "evidence": len(events),
        "integrity": record.score,
        "integrity_tone": _tone(record.score),
        "signs": _of(DangerSign, user, customer).filter(gone_on=None).select_related("seen_by"),
        "review": _of(CreditReview, user, customer).select_related("reviewed_by").first(),
        "changes": changes,
        "present": next((row for row in changes if row.amount == customer.credit_limit), None),
        "asked": _asked(user, customer),
        "may_edit_credit": can(user, Action.EDIT_CREDIT),
        "may_hold": can(user, Action.HOLD_CREDIT),
        **now,
        **suggestion(user, customer, above, now["night"]),
    }


def dossier(user: User, customer: Customer, _above: Header) -> dict[str, Any]:
    """What we know of the customer's money, with source and day; five queries."""
    today = timezone.localdate()
    return {
        "groups": _facts(user, customer),
        "accounts": _of(BankAccount, user, customer),
        "qualifications": _expiring(_of(Qualification, user, customer), today),
        "guarantees": _expiring(_of(Guarantee, user, customer), today),
        "years": years(list(_of(Statement, user, customer)[:YEARS])),
        "may_edit_credit": can(user, Action.EDIT_CREDIT),
    }


def _of(model: Any, user: User, customer: Customer) -> Any:
    return model.objects.visible_to(user).filter(customer=customer)


def _facts(user: User, customer: Customer) -> list[tuple[Any, list[FactRow]]]:
    known = {fact.topic: fact for fact in _of(CreditFact, user, customer)}
    return [
        (label, [FactRow(topic, known.get(topic)) for topic in topics]) for label, topics in GROUPS
    ]


def _expiring(rows: Any, today: date) -> list[Expiring]:
    return [Expiring(row, _nearness(row.expires_on, today)) for row in rows]


def _nearness(day: date | None, today: date) -> str:
    if day is None:
        return ""
    days = (day - today).days
    return "bad" if days < 0 else "warn" if days <= EXPIRING_DAYS else ""


def years(statements: Sequence[Statement]) -> list[tuple[Statement, Ratios]]:
    """Statements, latest year first, each with its ratios."""
    figures = [_figures(statement) for statement in statements]
    before: list[Year | None] = [*figures[1:], None]
    return [
        (statement, ratios(year, last))
        for statement, year, last in zip(statements, figures, before[: len(figures)], strict=True)
    ]


def _figures(row: Statement) -> Year:
    return Year(
        row.year, row.currency, row.assets, row.liabilities, row.revenue, row.profit, row.cash
    )


def _tone(score: int | None) -> str:
    if score is None:
        return ""
    return "ok" if score >= 70 else "warn" if score >= 40 else "bad"


def _sign_tone(points: int) -> str:
    return "ok" if points > 0 else "bad" if points < 0 else "muted"


def _asked(user: User, customer: Customer) -> Approval | None:
    """The request for another limit that waits, if the person may see it."""
    waiting = Approval.objects.visible_to(user).filter(state=Approval.State.WAITING)
    found = waiting.filter(kind=ApprovalKind.CREDIT_LIMIT, key=limit_key(customer))
    return found.select_related("addressee", "asked_by").first()


def limit_key(customer: Customer) -> str:
    """What a request for another limit of this customer is known by."""
    return f"{ApprovalKind.CREDIT_LIMIT}:{customer.code}"
