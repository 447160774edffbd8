"""Interest for paying late becomes a line of the plan once somebody approves it (B7)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from contracts.models import InterestCharge, PlanLine
from contracts.reports.interest import bearing, daily_rate, memo
from core.errors import RefusedError
from core.formats import money_full
from core.rules import ZERO
from customers.models import Customer
from organization.models import User
from organization.permissions import Action, can
from organization.reports import work_calendar

PAY_WITHIN = 15  # days the new line gives, then the next workday (ours)


@transaction.atomic
def charge_interest(
    customer: Customer, amounts: Mapping[int, Decimal], *, today: dt.date, actor: User
) -> PlanLine:
    """One line for the interest of lines (id -> amount approved), grown to the end of `today`.

    The same approval again gives the same line. RefusedError where an amount is another by now
    (money came, a dispute, charged meanwhile), for lines of several currencies and without a right.
    """
    if not can(actor, Action.APPROVE_INTEREST):
        raise RefusedError(_("Your role may not do this."))
    Customer.objects.select_for_update(of=("self",), no_key=True).get(pk=customer.pk)
    lines = PlanLine.objects.filter(customer=customer, pk__in=amounts)
    locked = list(lines.order_by("pk").select_for_update(no_key=True))
    amounts = {line.pk: amounts[line.pk] for line in locked if amounts[line.pk] > 0}
    late = [line for line in bearing(lines, today) if line.pk in amounts]
    grown = {line.pk: memo(line, today) for line in late}
    if grown != amounts and (known := _charged(amounts, today)) is not None:
        return known
    _check(locked, grown, amounts)
    billed = _billed_line(customer, late[0].currency, sum(amounts.values(), ZERO), today)
    InterestCharge.objects.bulk_create(
        InterestCharge(
            line=line,
            billed_as=billed,
            customer=customer,
            until=today,
            amount=amounts[line.pk],
            daily_rate=daily_rate(line),
            approved_by=actor,
        )
        for line in late
    )
    return billed


def _charged(amounts: Mapping[int, Decimal], today: dt.date) -> PlanLine | None:
    """The line that these amounts became today already."""
    approvals: dict[PlanLine, dict[int, Decimal]] = {}
    rows = InterestCharge.objects.filter(billed_as__interest_of__line__in=amounts, until=today)
    for row in rows.distinct().select_related("billed_as"):
        approvals.setdefault(row.billed_as, {})[row.line_id] = row.amount
    return next((line for line, charged in approvals.items() if charged == dict(amounts)), None)


def _check(
    lines: Sequence[PlanLine], grown: Mapping[int, Decimal], amounts: Mapping[int, Decimal]
) -> None:
    """RefusedError unless what was approved is what has grown."""
    if not amounts:
        raise RefusedError(_("Choose at least one line."))
    if len({line.currency for line in lines}) > 1:
        raise RefusedError(_("Charge each currency by itself."))
    for line in lines:
        now = grown.get(line.pk, ZERO)
        if now != amounts.get(line.pk):
            message = _("Interest of line {line} is {amount} by now: look at it again.")
            amount = money_full(now, line.currency)
            raise RefusedError(message.format(line=line.line_no, amount=amount))


def _billed_line(customer: Customer, currency: str, amount: Decimal, today: dt.date) -> PlanLine:
    """The line that asks for it, of no contract: a contract's lines are what was agreed."""
    begin = f"INT-{customer.code[:70]}-{today:%Y%m%d}"
    number = PlanLine.objects.filter(line_no__startswith=f"{begin}-").count() + 1
    due_on = work_calendar().next_workday(today + dt.timedelta(PAY_WITHIN))
    return PlanLine.objects.create(
        line_no=f"{begin}-{number}",
        customer=customer,
        issued_on=today,
        due_on=due_on,
        original_due_on=due_on,
        amount=amount,
        currency=currency,
    )
