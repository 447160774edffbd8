"""The ageing of many customers at the end of any day, from the ledger, summed as asked."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Literal

from django.db.models import QuerySet

from contracts.models import PlanLine, Receipt
from contracts.reports.ageing import SQL
from contracts.reports.coming import Counted, bills_in_transit
from contracts.reports.receivables import AMOUNTS, Narrowed, Sums
from core import sql
from core.rules import ZERO
from customers.models import Customer
from organization.models import User
from organization.permissions import sees_all

Split = Literal["", "unit", "manager", "tier", "customer"]
Key = int | str | None  # an id; a tier; None: nobody's, or all together


def chosen_customers(user: User, narrowed: Narrowed) -> list[int] | None:
    """The ids of the customers that the person sees and the choice means; None: all there are.

    Few or many, they are named one by one: indexes find their lines, and the planner looks a long
    list up by hash.
    """
    if sees_all(user) and narrowed == Narrowed():
        return None
    rows = narrowed.customers(Customer.objects.visible_to(user))
    return list(rows.order_by().values_list("pk", flat=True))


def ageing_by(
    customers: list[int] | None, day: dt.date, by: Split = ""
) -> dict[str, dict[Key, Sums]]:
    """Sums by currency and key at the end of `day` (B4); the week sums are not known here."""
    found: dict[str, dict[Key, Sums]] = {}
    for key, currency, number, *amounts in sql.rows(
        SQL / "ageing_by.sql", customers=customers, day=day, by=by
    ):
        sums = Sums(number, dict(zip(AMOUNTS, amounts, strict=True)))
        found.setdefault(currency, {})[key_of(key, by)] = sums
    return found


def key_of(text: str | None, by: Split) -> Key:
    """The key as the statements write it."""
    return int(text) if text is not None and by != "tier" else text


def bills_held(customers: list[int] | None, day: dt.date, currency: str) -> Counted:
    """Acceptance bills held at the end of `day` that had not matured."""
    return bills_in_transit(among(Receipt.objects.filter(currency=currency), customers), day)


def disputed_then(customers: list[int] | None, day: dt.date, currency: str) -> Counted:
    """What was open at the end of `day` of lines that are disputed now: when a dispute began and
    ended is not part of the ledger."""
    lines = among(PlanLine.objects.filter(currency=currency), customers)
    argued = lines.filter(disputed=True, issued_on__lte=day).open_by(day)
    rows = argued.values_list("amount", "received")
    return Counted(len(rows), sum((amount - received for amount, received in rows), ZERO))


def among(rows: QuerySet[Any], customers: Iterable[int] | None) -> Any:
    """Of rows that hang on a customer, those of these customers; None: all."""
    return rows if customers is None else rows.filter(customer__in=list(customers))
