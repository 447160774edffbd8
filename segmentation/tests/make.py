"""A small book of waybills, plan lines and payments, and the night that computes it."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from itertools import count

from django.db import connection

from contracts.models import Allocation, PlanLine, Receipt
from core.models import Version
from core.versions import open_partitions, seal_partitions
from customers.models import Customer
from segmentation.jobs import (
    classify,
    end_lapsed_decisions,
    merge_into_customers,
    write_company_totals,
    write_figures,
    write_moves,
    write_scores,
)
from segmentation.models import Classification, Figures
from segmentation.reports import indicators
from segmentation.rules.hysteresis import HysteresisRules
from segmentation.rules.indicators import Indicators
from segmentation.ruleset import DEFAULT_RULES, Ruleset

# Classes and sizes that follow the value at once, one step a night.
AT_ONCE = replace(
    DEFAULT_RULES, hysteresis=HysteresisRules(Decimal(0), Decimal(0), nights_up=1, nights_down=1)
)
_number = count(1)
_WAYBILL = """
INSERT INTO shipments_waybill (
    waybill_no, month, customer_id, shipper_id, accepted_at, promised_at, delivered_at, revenue,
    cost, currency, status, exception, payer, billed_code, service, origin, destination, source
) VALUES (
    %(no)s, shipments_month((%(accepted_at)s::timestamptz AT TIME ZONE 'Asia/Shanghai')::date),
    %(customer)s, %(customer)s, %(accepted_at)s, %(promised_at)s, %(delivered_at)s, %(revenue)s,
    %(cost)s, %(currency)s, %(status)s, %(exception)s, 'shipper', '', 'standard', '', '', ''
)
"""


def ship(customer: Customer, day: str, revenue: object = "1.00", **parts: object) -> None:
    """One waybill accepted at noon of the day (or at a moment given with its zone)."""
    at = day if "T" in day else f"{day}T12:00+08:00"
    parts = {
        "promised_at": None,
        "delivered_at": None,
        "cost": None,
        "currency": "CNY",
        "status": "accepted",
        "exception": "",
    } | parts
    values = parts | {
        "no": f"W{next(_number)}",
        "customer": customer.pk,
        "accepted_at": at,
        "revenue": revenue,
    }
    month = dt.date.fromisoformat(day[:10])
    with connection.cursor() as cursor:
        for near in range(-1, 2):  # a zone may move the moment into a neighbouring month
            number = month.year * 12 + month.month - 1 + near
            cursor.execute("SELECT shipments_make_partition(%s)", [number])
        cursor.execute(_WAYBILL, values)


def owe(customer: Customer, amount: object, issued: str, due: str, **parts: object) -> PlanLine:
    """One plan line."""
    return PlanLine.objects.create(
        line_no=f"L{next(_number)}",
        customer=customer,
        amount=Decimal(str(amount)),
        issued_on=issued,
        due_on=due,
        **{"original_due_on": due} | parts,
    )


def pay(line: PlanLine, amount: object, day: str) -> Receipt:
    """Money allocated to the line on the day."""
    receipt = Receipt.objects.create(
        receipt_no=f"R{next(_number)}",
        customer=line.customer,
        received_on=day,
        amount=Decimal(str(amount)),
        currency=line.currency,
    )
    book(receipt, line, amount, day)
    return receipt


def book(receipt: Receipt, line: PlanLine, amount: object, day: str) -> None:
    """One row of the ledger, negative when money is taken back."""
    Allocation.objects.create(
        receipt=receipt,
        line=line,
        customer=line.customer,
        amount=Decimal(str(amount)),
        allocated_on=day,
    )


def night(day: dt.date | str, rules: Ruleset = DEFAULT_RULES) -> int:
    """Figures and classes of a day as the night computes them; returns the version."""
    day = dt.date.fromisoformat(day) if isinstance(day, str) else day
    version = Version.objects.create(business_date=day, rule_version=1)
    open_partitions(version.pk)
    write_figures(day, version.pk)
    write_company_totals(version.pk)
    write_scores(day, version.pk, rules)
    classify(day, version.pk, rules)
    seal_partitions(version.pk)
    return version.pk


def figures(version: int) -> dict[str, Indicators]:
    """Indicators by customer code."""
    rows = Figures.objects.filter(version=version).select_related("customer")
    return {row.customer.code: indicators(row) for row in rows}


def classes(version: int) -> dict[str, Classification]:
    """Classes by customer code."""
    rows = Classification.objects.filter(version=version).select_related("customer")
    return {row.customer.code: row for row in rows}


def publish(version: int) -> None:
    """Make it the version that is read."""
    Version.objects.filter(pk=version).update(status="published", is_current=True)


def run_night(day: dt.date) -> int:
    """A night that is published and gives tiers, as far as what people decided is concerned."""
    version = night(day)
    write_moves(day, version)
    Version.objects.filter(is_current=True).update(is_current=False)
    publish(version)
    merge_into_customers(version)
    end_lapsed_decisions(day)
    return version
