"""What goes along with customers that are handed over."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from contracts.models import Contract, PlanLine
from customers.models import Contact, Customer, Share
from engagement.models import Alert, Note, Task
from organization.models import User
from surveys.models import Response


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of thing: how many, what they come to by currency."""

    label: str
    number: int
    money: list[tuple[Decimal, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Preview:
    """Of how many customers, from how many each, and what hangs on them."""

    customers: int
    managers: list[tuple[str, int]]  # whose they are, most first; "" for nobody's
    parts: list[Part]


def preview(user: User, customers: QuerySet[Customer]) -> Preview:
    """Counted among what the person sees; one query a kind, whatever the number of customers."""
    ids = list(customers.order_by().values_list("pk", flat=True))

    def of(model: Any) -> Any:
        return model.objects.visible_to(user).filter(customer__in=ids)

    lines = of(PlanLine).open()
    owed = lines.values("currency").annotate(rest=Sum(F("amount") - F("paid"))).order_by("currency")
    kept = Q(status__in=["open", "acknowledged", "snoozed"])
    parts = [
        Part(_("Contacts"), of(Contact).count()),
        Part(_("Contracts"), of(Contract).count()),
        Part(
            _("Open plan lines"),
            lines.count(),
            [(row["rest"], row["currency"]) for row in owed],
        ),
        Part(_("Open alerts"), of(Alert).filter(kept).count()),
        Part(_("Open tasks"), of(Task).filter(state=Task.State.OPEN).count()),
        Part(_("Notes and visits"), of(Note).count()),
        Part(_("Survey answers"), of(Response).count()),
        Part(_("Helpers"), of(Share).count()),
    ]
    return Preview(len(ids), _by_manager(user, ids), [part for part in parts if part.number])


def _by_manager(user: User, ids: list[int]) -> list[tuple[str, int]]:
    rows = Customer.objects.visible_to(user).filter(pk__in=ids).order_by()
    counted = rows.values("account_manager__name", "account_manager__username").annotate(
        number=Count("pk")
    )
    named = [
        (row["account_manager__name"] or row["account_manager__username"] or "", row["number"])
        for row in counted
    ]
    return sorted(named, key=lambda pair: (-pair[1], pair[0]))
