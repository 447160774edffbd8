"""Statements of monthly settlement: made, sent, answered, billed.

Locks: contracts, then statements, then lines, each in id order.
"""

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from contracts.models import Contract, PlanLine, Statement, StatementItem
from contracts.reports import SQL
from contracts.reports.terms import agreed_terms, last_day_of
from contracts.rules.statements import TRIED_FOR, Period, Settled, period_to_state
from contracts.services.credit import keep_credit
from core import sql
from core.errors import RefusedError
from core.rules import add_months
from organization.models import User
from organization.reports import work_calendar

State = Statement.State


@transaction.atomic
def make_statements(
    day: dt.date, *, customer_id: int | None = None, tried_for: dt.timedelta | None = TRIED_FOR
) -> list[int]:
    """State the last period that is over before `day`, where that is not done; returns the ids.

    One for each customer and currency, by the contract of monthly settlement that began last;
    once none is in force, for a while by the one that ended last.
    What comes to nothing or less is not stated: it waits for the next period. Only periods
    that ended at most `tried_for` ago (None: any). Who comes second makes none.
    """
    wanted = _wanted(day, customer_id, tried_for)
    locked = Contract.objects.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True)
    contracts = [contract for contract in locked if contract.pk in wanted]
    stated = set(_stated(day).filter(contract__in=wanted).values_list("contract", "period_end"))
    made = Statement.objects.bulk_create(
        _draft(contract, wanted[contract.pk])
        for contract in contracts
        if (contract.pk, wanted[contract.pk].end) not in stated
    )
    return _filled([statement.pk for statement in made])


def _wanted(
    day: dt.date, customer_id: int | None, tried_for: dt.timedelta | None
) -> dict[int, Period]:
    """The periods to be stated by the id of their contract."""
    contracts = (
        Contract.objects.agreed()
        .with_renewal()
        .filter(settlement=Contract.Settlement.MONTHLY, statements_from__lt=day, starts_on__lt=day)
    )
    if customer_id is not None:
        contracts = contracts.filter(customer=customer_id)
    stated = set(_stated(day).values_list("customer", "currency", "period_end"))
    begun = list(contracts.order_by("starts_on", "pk"))
    by_end = sorted(begun, key=lambda contract: last_day_of(contract) or dt.date.max)
    ends_last = {(contract.customer_id, contract.currency): contract.pk for contract in by_end}
    found: dict[tuple[int, str], tuple[int, Period]] = {}
    for contract in begun:
        goes_on = ends_last[contract.customer_id, contract.currency] == contract.pk
        period = period_to_state(settled(contract), day, goes_on=goes_on)
        if period and (tried_for is None or day - period.end <= tried_for):
            found[contract.customer_id, contract.currency] = contract.pk, period
    return {
        contract: period
        for (customer, currency), (contract, period) in found.items()
        if (customer, currency, period.end) not in stated
    }


def _stated(day: dt.date) -> QuerySet[Statement]:
    """Statements of the last periods."""
    return Statement.objects.filter(period_end__gte=add_months(day, -2)).order_by()


def settled(contract: Contract) -> Settled:
    """What the rules want to know of a contract with statements, read by `with_renewal()`."""
    return Settled(
        contract.starts_on,
        last_day_of(contract),
        contract.statements_from or contract.starts_on,
        contract.statement_day,
    )


def _draft(contract: Contract, period: Period) -> Statement:
    return Statement(
        statement_no=f"DZ{period.end:%y%m%d}-{contract.pk}",
        customer_id=contract.customer_id,
        contract=contract,
        period_start=period.start,
        period_end=period.end,
        currency=contract.currency,
    )


def _filled(made: list[int]) -> list[int]:
    """Put the waybills on new statements; those that come to nothing or less are not kept."""
    if not made:
        return made
    sql.run(SQL / "fill_statements.sql", statements=made)
    sql.run(SQL / "total_statements.sql", statements=made)
    Statement.objects.filter(pk__in=made, amount__lte=0).delete()
    return list(Statement.objects.filter(pk__in=made).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def send_statement(statement: Statement, *, actor: User, today: dt.date) -> Statement:
    """Give it a link for the customer; one that was given before no longer opens.

    Refused once it is confirmed.
    """
    statement = _locked(statement, {State.DRAFT, State.SENT, State.DISPUTED})
    if statement.state == State.DRAFT:
        statement.state = State.SENT
    statement.sent_on, statement.sent_by = today, actor
    statement.link_key = secrets.token_hex(16)
    statement.save(update_fields=["state", "sent_on", "sent_by", "link_key"])
    return statement


@transaction.atomic
def revoke_link(statement: Statement) -> Statement:
    """The link that was given opens nothing any more."""
    statement = _locked(statement, set(State))
    statement.link_key = ""
    statement.save(update_fields=["link_key"])
    return statement


@transaction.atomic
def dispute_items(
    statement: Statement, notes: Mapping[int, str], *, actor: User | None, today: dt.date
) -> Statement:
    """The customer says what is wrong with some items, by their id. Refused without words."""
    statement = _locked(statement, {State.SENT, State.DISPUTED})
    items = list(statement.items.filter(pk__in=notes, set_aside=False))
    if not items or not all(notes[item.pk].strip() for item in items):
        raise RefusedError(_("Say which waybills are wrong, and what is wrong with each."))
    for item in items:
        item.disputed, item.dispute_note = True, notes[item.pk].strip()[:500]
    StatementItem.objects.bulk_update(items, ["disputed", "dispute_note"])
    return _answered(statement, State.DISPUTED, actor, today)


@transaction.atomic
def settle_item(item: StatementItem, *, set_aside: bool) -> Statement:
    """Decide on a disputed item: it stays as it is, or waits for the next statement."""
    statement = _locked(item.statement, {State.DISPUTED})
    item = StatementItem.objects.get(pk=item.pk)
    if not item.disputed:
        raise RefusedError(_("Waybill {no} is not disputed.").format(no=item.waybill_no))
    item.disputed, item.set_aside = False, set_aside
    item.save(update_fields=["disputed", "set_aside"])
    sql.run(SQL / "total_statements.sql", statements=[statement.pk])
    if not statement.items.filter(disputed=True).exists():
        Statement.objects.filter(pk=statement.pk).update(state=State.SENT)
    return Statement.objects.get(pk=statement.pk)


@transaction.atomic
def confirm_statement(statement: Statement, *, actor: User | None, today: dt.date) -> Statement:
    """The customer agrees: one line of its plan over the whole amount. Sent again, nothing more.

    `actor` None: the customer itself, by the link. Refused before it is sent, while items are
    disputed, and where nothing is left to bill.
    """
    statement = _locked(statement, {State.SENT, State.DISPUTED, State.BILLED})
    if statement.state == State.BILLED:
        return statement
    if statement.items.filter(disputed=True).exists():
        raise RefusedError(_("Some waybills are disputed. Decide on them first."))
    if statement.amount <= 0:
        raise RefusedError(_("Nothing is left to bill; the rest comes with the next statement."))
    statement.line = _bill(statement, today)
    answered = _answered(statement, State.BILLED, actor, today)
    keep_credit([statement.customer_id], cause="statement")
    return answered


def agreed_due(statement: Statement) -> dt.date:
    """When its amount is due by the contract, whenever it is confirmed."""
    return agreed_terms(statement.contract).due(statement.period_end, work_calendar()).on


def _bill(statement: Statement, today: dt.date) -> PlanLine:
    agreed = agreed_due(statement)
    return PlanLine.objects.create(
        line_no=statement.statement_no,
        customer_id=statement.customer_id,
        contract=statement.contract,
        issued_on=today,
        # Confirmed late, it falls due at once; it is late from the agreed day on all the same.
        due_on=agreed if today <= agreed else work_calendar().next_workday(today),
        original_due_on=agreed,
        amount=statement.amount,
        currency=statement.currency,
    )


def _answered(
    statement: Statement, state: Statement.State, actor: User | None, today: dt.date
) -> Statement:
    statement.state, statement.answered_on, statement.answered_by = state, today, actor
    statement.save(update_fields=["state", "line", "answered_on", "answered_by"])
    return statement


def _locked(statement: Statement, allowed: Iterable[Statement.State]) -> Statement:
    found = Statement.objects.select_for_update(no_key=True).get(pk=statement.pk)
    if found.state not in set(allowed):
        message = _("Statement {no} is {state}: that is not possible any more or not yet.")
        raise RefusedError(
            message.format(no=found.statement_no, state=found.get_state_display().lower())
        )
    return found
