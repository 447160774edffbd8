"""What a customer can be asked for in a letter: overdue, not disputed, not promised for later."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet

from contracts.models import PlanLine, Promise
from contracts.reports.interest import memos
from contracts.rules.letters import Stage, stage_for
from core.rules import ZERO
from customers.models import Contact, Customer
from organization.models import User


@dataclass(frozen=True, slots=True)
class OverdueLine:
    """A line as a letter lists it; `interest` is a memo."""

    line_no: str
    due_on: dt.date
    days: int
    left: Decimal
    interest: Decimal


@dataclass(frozen=True, slots=True)
class Demand:
    """All a customer can be asked for in one currency, oldest due first; never empty."""

    customer: Customer
    currency: str
    lines: tuple[OverdueLine, ...]

    @property
    def amount(self) -> Decimal:
        """The sum of what is left."""
        return sum((line.left for line in self.lines), ZERO)

    @property
    def interest(self) -> Decimal:
        """The sum of the memos."""
        return sum((line.interest for line in self.lines), ZERO)

    @property
    def days(self) -> int:
        """How late the oldest line is."""
        return self.lines[0].days

    @property
    def stage(self) -> Stage:
        """The letter it is time for."""
        return stage_for(self.days)


def demands(user: User, customers: Collection[int], day: dt.date) -> list[Demand]:
    """The demands on those of the customers (ids) that the person sees, by name and currency."""
    lines = (
        PlanLine.objects.visible_to(user)
        .filter(customer__in=customers, customer__merged_into=None, disputed=False)
        .overdue(day)
        .exclude(Exists(_promised(day)))
    )
    interest = memos(lines, day)
    found: dict[tuple[int, str], list[PlanLine]] = {}
    ordered = lines.select_related("customer__org_unit").order_by(
        "customer__name", "customer", "currency", "due_on", "line_no"
    )
    for line in ordered:
        found.setdefault((line.customer_id, line.currency), []).append(line)
    return [
        Demand(
            several[0].customer,
            currency,
            tuple(_line(each, day, interest.get(each.pk, ZERO)) for each in several),
        )
        for (_customer, currency), several in found.items()
    ]


def _promised(day: dt.date) -> QuerySet[Promise]:
    """Open promises for the line of an outer query, its own or for all that was overdue (B8)."""
    waiting = Promise.objects.filter(state=Promise.State.OPEN, due_on__gte=day)
    own = waiting.filter(line=OuterRef("pk"))
    for_all = waiting.filter(
        line=None,
        covers_overdue=True,
        customer=OuterRef("customer"),
        currency=OuterRef("currency"),
        made_on__gt=OuterRef("due_on"),
    )
    return own | for_all


def _line(line: PlanLine, day: dt.date, interest: Decimal) -> OverdueLine:
    left, days = line.amount - line.paid, (day - line.due_on).days
    return OverdueLine(line.line_no, line.due_on, days, left, interest)


def billing_contacts(user: User, customers: Collection[int]) -> dict[int, Contact]:
    """Who gets e-mail about money, by customer: finance, else the primary contact.

    Only who may be mailed.
    """
    allowed = Contact.objects.visible_to(user).may_be_mailed().filter(customer__in=customers)
    fit = allowed.filter(Q(chain_role=Contact.ChainRole.FINANCE) | Q(is_primary=True))
    found: dict[int, Contact] = {}
    for contact in sorted(fit.order_by("pk"), key=_comes_first):
        found.setdefault(contact.customer_id, contact)
    return found


def _comes_first(contact: Contact) -> tuple[bool, bool]:
    return contact.chain_role != Contact.ChainRole.FINANCE, not contact.is_primary
