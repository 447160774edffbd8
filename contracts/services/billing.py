"""From which day on a customer is billed by our statements, instead of elsewhere."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from contracts.models import Contract, Statement
from contracts.reports import SQL
from contracts.reports.terms import last_day_of
from contracts.rules.contracts import UNSIGNED
from contracts.services.statements import make_statements
from core import sql
from core.errors import RefusedError


@transaction.atomic
def bill_by_statements(contract: Contract, *, since: dt.date, today: dt.date) -> list[int]:
    """Bill what is shipped since that day by statements; returns those of what is over already.

    Refused where that would bill a waybill twice or take back what was billed: once statements
    exist, a contract that joins begins no earlier than they do, and one that has them stays.
    """
    of_customer = Contract.objects.with_renewal().filter(
        customer=contract.customer_id, currency=contract.currency
    )
    locked = list(of_customer.order_by("pk").select_for_update(no_key=True, of=("self",)))
    contract = next(one for one in locked if one.pk == contract.pk)
    if contract.stage in UNSIGNED or contract.settlement != Contract.Settlement.MONTHLY:
        raise RefusedError(_("Only a signed contract of monthly settlement has statements."))
    if not contract.starts_on <= since <= (last_day_of(contract) or since):
        raise RefusedError(_("Contract {no} is not in force then.").format(no=contract.contract_no))
    _check_stated(contract, locked, since)
    contract.statements_from = since
    contract.save(update_fields=["statements_from"])
    go_on_billing([contract.customer_id])
    return make_statements(today, customer_id=contract.customer_id, tried_for=None)


def _check_stated(contract: Contract, contracts: list[Contract], since: dt.date) -> None:
    """Statements that exist hold the first day they count from."""
    stated = Statement.objects.filter(customer=contract.customer_id, currency=contract.currency)
    latest = stated.order_by("-period_end").first()
    if latest is None or contract.statements_from == since:
        return
    days = (one.statements_from for one in contracts if one.statements_from is not None)
    begun = min(days, default=since)
    if contract.statements_from is not None or since < begun:
        message = _("Statement {no} exists already: the first day {day} stays as it is.")
        raise RefusedError(message.format(no=latest.statement_no, day=begun.isoformat()))


def go_on_billing(customers: list[int] | None = None) -> int:
    """What renews a contract billed by statements is so too; returns how many. None: of all.

    Not where something else has asked for money since the renewal began.
    """
    return sql.run(SQL / "go_on_billing.sql", customers=customers)
