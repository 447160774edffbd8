"""Tax invoices for lists and cards: which, what they come to, and what is not invoiced yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from contracts.models import Invoice, InvoiceLine, PlanLine
from contracts.models.invoice import UNDER_WAY
from contracts.querysets import TO_INVOICE, PlanLineQuerySet
from contracts.rules.invoices import Confirmation
from core.rules import ZERO
from customers.querysets import CustomerScopedQuerySet
from organization.models import OrgUnit, User
from organization.permissions import Action, can

STATES: Mapping[str, Any] = {
    "requested": Invoice.State.REQUESTED.label,
    "waiting": _("Red letters to be confirmed"),
    "issuing": Invoice.State.ISSUING.label,
    "issued": Invoice.State.ISSUED.label,
    "undelivered": _("Issued, not delivered"),
    "red": _("Red letters"),
    "failed": Invoice.State.FAILED.label,
    "cancelled": Invoice.State.CANCELLED.label,
}
_LATEST = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the list somebody wants to see; "" and None: all."""

    state: str = ""
    q: str = ""
    unit: OrgUnit | None = None

    @property
    def is_narrowed(self) -> bool:
        """Whether anything was chosen."""
        return bool(self.state or self.q or self.unit)


@dataclass(frozen=True, slots=True)
class Total:
    """What invoices of one currency come to, red letters taken off."""

    currency: str
    count: int
    amount: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Uninvoiced:
    """Billed in one currency and not on an issued invoice; `asked_for` of it is under way."""

    currency: str
    amount: Decimal
    asked_for: Decimal


def invoices(user: User, asked: Asked) -> CustomerScopedQuerySet[Invoice]:
    """Visible invoices; `q` begins a number or a title, or is a customer or a request."""
    found = Invoice.objects.visible_to(user)
    if asked.q:
        found = found.filter(_called(asked.q))
    if asked.unit is not None:
        found = found.filter(customer__org_unit__path__startswith=asked.unit.path)
    match asked.state:
        case "waiting":
            return found.filter(state=Invoice.State.REQUESTED, confirm_until__isnull=False)
        case "undelivered":
            return found.filter(state=Invoice.State.ISSUED, delivered_on=None)
        case "red":
            return found.filter(corrects__isnull=False)
        case "":
            return found
    return found.filter(state=asked.state)


def to_hand_over(found: QuerySet[Invoice]) -> QuerySet[Invoice]:
    """Those of the requests that finance can issue: no red letter that is not confirmed."""
    ready = ["", *(code for code in Confirmation if code.may_be_issued)]
    return found.filter(state=Invoice.State.REQUESTED, confirmation__in=ready)


def _called(q: str) -> Q:
    named = Q(invoice_no__startswith=q) | Q(title__startswith=q)
    named |= Q(customer__code=q) | Q(customer__name=q)
    number = request_id(q)
    return named if number is None else named | Q(pk=number)


def request_id(text: str) -> int | None:
    """The id in a request's number such as KP0000012; None for other texts."""
    digits = text.strip().upper().removeprefix("KP")
    is_one = digits != text.strip().upper() and digits.isascii() and digits.isdigit()
    return int(digits) if is_one and len(digits) <= 18 else None


def totals(found: QuerySet[Invoice]) -> list[Total]:
    """Sums by currency of what stands: neither failed nor cancelled."""
    counted = found.exclude(state__in=[Invoice.State.FAILED, Invoice.State.CANCELLED])
    sums = (
        counted.order_by()
        .values("currency")
        .annotate(n=Count("pk"), gross=Sum("amount"), taxes=Sum("tax"))
        .order_by("currency")
    )
    return [Total(row["currency"], row["n"], row["gross"], row["taxes"]) for row in sums]


def uninvoiced(lines: PlanLineQuerySet[PlanLine]) -> list[Uninvoiced]:
    """What of these plan lines is billed and not invoiced, by currency; one query."""
    under_way = InvoiceLine.objects.filter(
        line=OuterRef("pk"), corrects=None, invoice__state__in=UNDER_WAY
    )
    asked = under_way.order_by().values("line").values_list(Sum("amount"))
    left = Case(When(TO_INVOICE, then=F("amount") - F("invoiced")), default=ZERO)
    sums = (
        lines.annotate(left=left, asked=Coalesce(Subquery(asked), ZERO))
        .order_by()
        .values("currency")
        .annotate(to_ask=Sum("left"), asked_for=Sum("asked"))
        .order_by("currency")
    )
    return [
        Uninvoiced(row["currency"], row["to_ask"] + row["asked_for"], row["asked_for"])
        for row in sums
        if row["to_ask"] or row["asked_for"]
    ]


def invoicing(user: User, lines: PlanLineQuerySet[PlanLine]) -> dict[str, Any]:
    """What a card shows of these plan lines: not invoiced, the latest invoices; two queries."""
    found = Invoice.objects.visible_to(user).filter(
        pk__in=InvoiceLine.objects.filter(line__in=lines.values("pk")).values("invoice")
    )
    return {
        "uninvoiced": uninvoiced(lines),
        "invoices": list(found.order_by("-requested_on", "-pk")[:_LATEST]),
        "may_ask": can(user, Action.REQUEST_INVOICE),
    }
