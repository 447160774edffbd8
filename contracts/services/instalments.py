"""Plan lines made from a contract's amount, once."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from contracts.models import Contract, PlanLine
from contracts.reports.terms import agreed_terms
from contracts.rules.contracts import Stage
from contracts.rules.instalments import Gap, Instalment, Schedule, instalments
from core.errors import RefusedError
from core.formats import money_full
from core.rules import ZERO
from organization.reports import work_calendar


def plan_gap(contract: Contract) -> Gap | None:
    """What of its amount is in its plan, in its currency; None where no amount was agreed."""
    if contract.amount is None:
        return None
    lines = PlanLine.objects.filter(contract=contract, currency=contract.currency)
    counted = lines.exclude(state=PlanLine.State.VOID)
    planned: Decimal | None = counted.aggregate(total=Sum("amount"))["total"]
    return Gap(contract.amount, planned or ZERO)


def propose_instalments(contract: Contract, schedule: Schedule) -> list[Instalment]:
    """What is not planned yet, in parts; RefusedError where nothing may be made."""
    gap = plan_gap(contract)
    if contract.stage != Stage.SIGNED:
        raise RefusedError(_("Only a signed contract that is not suspended gets a plan."))
    if contract.settlement == Contract.Settlement.MONTHLY:
        raise RefusedError(_("Monthly settlement is billed by what is shipped: no instalments."))
    if gap is None:
        raise RefusedError(_("The contract says no amount: enter it first."))
    if gap.missing <= 0:
        message = _("The plan holds {planned} of {agreed} already: nothing is left to plan.")
        raise RefusedError(
            message.format(
                planned=money_full(gap.planned, contract.currency),
                agreed=money_full(gap.agreed, contract.currency),
            )
        )
    first = contract.plan_lines.count() + 1
    return instalments(gap.missing, schedule, agreed_terms(contract), work_calendar(), first)


@transaction.atomic
def make_instalments(
    contract: Contract, schedule: Schedule, *, seen: Sequence[Instalment]
) -> list[PlanLine]:
    """The lines, as they were `seen` before. RefusedError when the plan has changed since."""
    contract = Contract.objects.select_for_update(no_key=True).get(pk=contract.pk)
    parts = propose_instalments(contract, schedule)
    if parts != list(seen):
        raise RefusedError(_("The plan or the contract has changed: look at the lines again."))
    lines = [_line(contract, part) for part in parts]
    taken = PlanLine.objects.filter(line_no__in=[line.line_no for line in lines])
    if (first := taken.first()) is not None:
        raise RefusedError(_("There is a line {line} already.").format(line=first.line_no))
    return PlanLine.objects.bulk_create(lines)


def _line(contract: Contract, part: Instalment) -> PlanLine:
    return PlanLine(
        line_no=f"{contract.contract_no[:96]}-{part.number:02}",
        customer_id=contract.customer_id,
        contract=contract,
        issued_on=part.issued_on,
        due_on=part.due_on,
        original_due_on=part.due_on,
        amount=part.amount,
        currency=contract.currency,
    )
