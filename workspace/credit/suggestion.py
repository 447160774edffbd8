"""The limit we would give, with what it is made of (B11)."""

from decimal import Decimal
from typing import Any

from django.conf import settings

from contracts.models import Contract, Credit
from contracts.reports import group_room
from contracts.reports.terms import agreed_terms
from contracts.rules.suggested_limit import BY_RATING, Basis, suggested_limit
from customers.models import CreditFact, Customer
from organization.models import User
from organization.reports import work_calendar
from segmentation.reports import HeaderFigures
from workspace.header import Header

_MONTHS, _QUARTERS = 12, 4
_DAYS = 30  # to pay, without a contract of monthly settlement


def suggestion(
    user: User, customer: Customer, above: Header, night: Credit | None
) -> dict[str, Any]:
    """`suggested` (None without a rating) and its `basis`, of the night's rating.

    Two queries, and one more in a group.
    """
    if above.figures is None or night is None or night.rating not in BY_RATING:
        return {"suggested": None}
    basis = Basis(
        mean_month=above.figures.indicators.revenue_12m / _MONTHS,
        days_to_pay=_days_to_pay(user, customer, above),
        season=_season(above.figures),
        rating=night.rating,
        paid_in_capital=_capital(user, customer),
        group_room=group_room(customer) if customer.parent_id else None,
    )
    factor = BY_RATING[night.rating]
    return {"suggested": suggested_limit(basis), "basis": basis, "rating_factor": factor}


def _days_to_pay(user: User, customer: Customer, above: Header) -> int:
    contracts = Contract.objects.visible_to(user).in_force(above.day).filter(customer=customer)
    latest = contracts.filter(settlement="monthly").order_by("-starts_on", "-pk").first()
    if latest is None:
        return _DAYS
    return agreed_terms(latest).days_to_pay(above.day, work_calendar())


def _season(figures: HeaderFigures) -> Decimal:
    """The last three months against a mean quarter: before a busy season more is asked for."""
    year = figures.indicators.revenue_12m
    recent = figures.row.revenue_3m
    return recent * _QUARTERS / year if recent is not None and year > 0 else Decimal(1)


def _capital(user: User, customer: Customer) -> Decimal | None:
    facts = CreditFact.objects.visible_to(user).filter(
        customer=customer,
        topic=CreditFact.Topic.PAID_IN_CAPITAL,
        currency=settings.COMPANY_CURRENCY,
    )
    return facts.values_list("amount", flat=True).first()
