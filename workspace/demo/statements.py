"""Three customers that are billed by statements: one confirmed, one asked, one that disputes."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from contracts.models import Contract, PlanLine, Statement
from contracts.rules.due_dates import last_period_end, period_start
from contracts.services.billing import bill_by_statements
from contracts.services.statements import confirm_statement, dispute_items, send_statement
from organization.models import User
from workspace.demo.money import BILLING_DAYS
from workspace.demo.seasons import DAY

_CLERK = "qianwen"
_WRONG = ("重量不对：我们称的是 2 公斤", "这票是到付，不该计入月结")
_AMOUNTS = (Decimal(8_000), Decimal(60_000))


def write_statements(first_day: dt.date) -> None:
    """Statements of the period that is over last take the place of its plan lines."""
    clerk = User.objects.select_related("org_unit").get(username=_CLERK)
    found = _to_be_billed(clerk, first_day)
    for answer, (contract, line, end) in zip(("confirmed", "", "disputed"), found, strict=False):
        line.delete()
        since = period_start(end, contract.statement_day or 31)
        for number in bill_by_statements(contract, since=since, today=first_day):
            made = Statement.objects.filter(pk=number)
            made.update(statement_no=f"DZ{end:%y%m%d}-{contract.customer.code}")  # in every load
            _send(made.get(), answer, clerk, end + BILLING_DAYS * DAY)


def billed_by_statements() -> set[str]:
    """The codes of customers for whom no plan line is made besides."""
    contracts = Contract.objects.filter(statements_from__isnull=False)
    return set(contracts.values_list("customer__code", flat=True))


def _to_be_billed(clerk: User, day: dt.date) -> Iterator[tuple[Contract, PlanLine, dt.date]]:
    """Contracts in force with the unpaid line of their last period, and when that ended."""
    contracts = Contract.objects.visible_to(clerk).filter(
        settlement=Contract.Settlement.MONTHLY,
        ends_on__gt=day + 60 * DAY,
        starts_on__lt=day - 60 * DAY,
        customer__merged_into=None,
    )
    for contract in contracts.select_related("customer").order_by("-ends_on", "contract_no"):
        end = last_period_end(day, contract.statement_day or 31)
        line = PlanLine.objects.filter(
            line_no=f"ZD{end:%y%m}-{contract.customer.code}",
            customer=contract.customer_id,
            amount__range=_AMOUNTS,
            paid=0,
            disputed=False,
            due_on__gt=day,
        ).first()
        if line is not None:
            yield contract, line, end


def _send(statement: Statement, answer: str, clerk: User, day: dt.date) -> None:
    """Sent by the clerk; what the customer said the same day, by the link."""
    statement = send_statement(statement, actor=clerk, today=day)
    if answer == "confirmed":
        confirm_statement(statement, actor=None, today=day)
    if answer == "disputed":
        wrong = statement.items.order_by("-amount", "pk")[: len(_WRONG)]
        notes = {item.pk: said for item, said in zip(wrong, _WRONG, strict=False)}
        dispute_items(statement, notes, actor=None, today=day)
