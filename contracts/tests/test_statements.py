"""A month of waybills becomes one statement and one line, right to the cent (B2, B13)."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db.models import Sum

from contracts import jobs
from contracts.models import Contract, PlanLine, Statement
from contracts.reports.unbilled import unbilled
from contracts.rules.contracts import RENEWED_WITHIN
from contracts.services import statements
from contracts.services.billing import bill_by_statements
from contracts.tests.make import day
from core.errors import RefusedError
from customers.models import Customer
from engagement.models import Alert
from shipments.tests.make import load, waybill
from tests.cast import Cast

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER = day("2025-10-26"), day("2025-11-26")  # the days after the cut-offs


@pytest.fixture
def contract(cast: Cast) -> Contract:
    """Monthly settlement to the 25th with 30 days, by statements since the period of October."""
    return Contract.objects.create(
        contract_no="HT-1",
        customer=cast.acme,
        starts_on=day("2025-01-01"),
        settlement="monthly",
        statement_day=25,
        credit_days=30,
        statements_from=day("2025-09-26"),
    )


def ship(customer: Customer, **revenue_by_number: str) -> None:
    """Waybills named like w1011: accepted on October 11, with their revenue; two tell more."""
    load(
        *(
            waybill(
                number,
                customer,
                f"2025-{number[1:3]}-{number[3:5]} 10:00",
                revenue=Decimal(revenue),
            )
            for number, revenue in revenue_by_number.items()
        )
    )


def items_of(statement: Statement) -> dict[str, tuple[str, Decimal]]:
    """Waybill number -> why it is there and what it adds."""
    return {item.waybill_no: (item.kind, item.amount) for item in statement.items.all()}


def made(today: dt.date) -> Statement:
    """The one statement that the night makes."""
    (number,) = statements.make_statements(today)
    return Statement.objects.get(pk=number)


def agreed(statement: Statement, cast: Cast, today: dt.date) -> PlanLine:
    """Sent and confirmed; its line."""
    sent = statements.send_statement(statement, actor=cast.fiona, today=today)
    line = statements.confirm_statement(sent, actor=None, today=today).line
    assert line is not None
    return line


def test_a_late_and_a_corrected_waybill_come_with_the_next_statement(cast, contract):
    acme = cast.acme
    ship(acme, w0925="9.99", w0926="100.01", w1010="20.02", w1025="30.03", w1026="5.05")
    october = made(OCTOBER)
    assert (october.period_start, october.period_end) == (day("2025-09-26"), day("2025-10-25"))
    line = agreed(october, cast, OCTOBER)
    assert (line.amount, line.due_on) == (Decimal("150.06"), day("2025-11-24"))
    assert statements.make_statements(OCTOBER) == []  # nothing is made twice

    ship(acme, w1012="7.77", w1010="18.00")  # came late; was billed 2.02 too much
    load(waybill("w1025", acme, "2025-10-25 10:00", revenue=Decimal("30.03"), status="cancelled"))
    assert unbilled(day("2025-11-01")) == {(acme.pk, "CNY"): Decimal("-19.23")}
    ship(acme, w1120="50.00")
    november = made(NOVEMBER)
    assert items_of(november) == {
        "w1026": ("new", Decimal("5.05")),
        "w1120": ("new", Decimal("50.00")),
        "w1012": ("late", Decimal("7.77")),
        "w1010": ("corrected", Decimal("-2.02")),
        "w1025": ("cancelled", Decimal("-30.03")),
    }
    agreed(november, cast, NOVEMBER)
    billed = PlanLine.objects.aggregate(sum=Sum("amount"))["sum"]
    assert billed == Decimal("180.83")  # what is to be paid for all of them, to the cent
    assert unbilled(NOVEMBER) == {}


def test_a_disputed_waybill_waits_for_the_next_statement(cast, contract):
    ship(cast.acme, w1001="10.00", w1002="20.00")
    statement = statements.send_statement(made(OCTOBER), actor=cast.fiona, today=OCTOBER)
    wrong = statement.items.get(waybill_no="w1002")
    statements.dispute_items(statement, {wrong.pk: "weighed 2 kg"}, actor=None, today=OCTOBER)
    with pytest.raises(RefusedError, match="Decide on them first"):
        statements.confirm_statement(statement, actor=cast.fiona, today=OCTOBER)
    statement = statements.settle_item(wrong, set_aside=True)
    line = statements.confirm_statement(statement, actor=None, today=OCTOBER).line
    assert line.amount == Decimal("10.00")
    assert statements.confirm_statement(statement, actor=None, today=OCTOBER).line == line
    ship(cast.acme, w1002="15.00")
    assert items_of(made(NOVEMBER)) == {"w1002": ("late", Decimal("15.00"))}


def test_a_statement_confirmed_late_is_late_from_the_agreed_day(cast, contract):
    ship(cast.acme, w1001="10.00")
    line = agreed(made(OCTOBER), cast, day("2025-11-29"))  # a Saturday, after the agreed day
    assert (line.issued_on, line.due_on) == (day("2025-11-29"), day("2025-12-01"))
    assert line.original_due_on == day("2025-11-24")
    ship(cast.acme, w1101="10.00")
    line = agreed(made(NOVEMBER), cast, day("2025-12-25"))  # on the agreed day itself
    assert line.issued_on == line.due_on == line.original_due_on == day("2025-12-25")


def test_a_statement_without_an_answer_for_a_week_calls_for_somebody(cast, contract):
    ship(cast.acme, w1001="10.00")
    statement = statements.send_statement(made(OCTOBER), actor=cast.fiona, today=OCTOBER)
    week_later = OCTOBER + dt.timedelta(days=7)
    nights = [OCTOBER + dt.timedelta(days=6), week_later, week_later]
    assert [jobs.open_unanswered_alerts(night) for night in nights] == [0, 1, 0]
    assert jobs.close_unanswered_alerts(week_later) == 0
    statements.confirm_statement(statement, actor=None, today=week_later)
    assert jobs.close_unanswered_alerts(week_later) == 1
    alert = Alert.objects.get()
    assert (alert.subject, alert.closing_reason) == (statement.statement_no, "answered")


def test_what_comes_to_less_than_nothing_is_not_billed(cast, contract):
    ship(cast.acme, w1001="10.00")
    agreed(made(OCTOBER), cast, OCTOBER)
    ship(cast.acme, w1001="4.00")
    assert statements.make_statements(NOVEMBER) == []
    ship(cast.acme, w1130="9.00")
    assert made(day("2025-12-26")).amount == Decimal("3.00")


def test_a_customer_billed_elsewhere_is_unbilled_since_its_newest_line(cast, contract):
    Contract.objects.update(statements_from=None)
    ship(cast.acme, w1001="10.00", w1102="20.00")
    assert unbilled(NOVEMBER, [cast.acme.pk]) == {(cast.acme.pk, "CNY"): Decimal("30.00")}
    PlanLine.objects.create(
        customer=cast.acme,
        line_no="L-1",
        issued_on=day("2025-10-28"),
        due_on=NOVEMBER,
        original_due_on=NOVEMBER,
        amount=Decimal(10),
    )
    assert unbilled(NOVEMBER) == {(cast.acme.pk, "CNY"): Decimal("20.00")}
    assert unbilled(NOVEMBER, []) == {}
    assert statements.make_statements(NOVEMBER) == []


def follows(contract: Contract, first: str, **fields: object) -> Contract:
    """A contract of prepayment from that day on, which renews the other."""
    facts = {"contract_no": "HT-2", "customer": contract.customer, "settlement": "prepaid"}
    return Contract.objects.create(**facts, renews=contract, starts_on=day(first), **fields)


def test_what_was_shipped_before_prepayment_is_billed_to_the_end_and_nothing_after(cast, contract):
    renewal = follows(contract, "2025-10-16", ends_on=day("2025-12-31"))
    ship(cast.acme, w1001="10.00", w1015="5.00", w1016="20.00", w1101="40.00")
    assert unbilled(day("2025-10-20")) == {(cast.acme.pk, "CNY"): Decimal("15.00")}
    october = made(OCTOBER)
    assert set(items_of(october)) == {"w1001", "w1015"}
    agreed(october, cast, OCTOBER)
    assert statements.make_statements(NOVEMBER) == []
    assert unbilled(NOVEMBER) == {}
    ship(cast.acme, w1002="3.00")  # came late: owed all the same
    assert unbilled(NOVEMBER) == {(cast.acme.pk, "CNY"): Decimal("3.00")}
    with pytest.raises(RefusedError, match="not in force then"):
        bill_by_statements(contract, since=day("2025-10-26"), today=NOVEMBER)

    Contract.objects.create(  # monthly again from the new year on
        contract_no="HT-3", customer=cast.acme, settlement="monthly", statement_day=25,
        renews=renewal, starts_on=day("2026-01-01"), statements_from=day("2026-01-01"),
    )  # fmt: skip
    load(waybill("w2026", cast.acme, "2026-01-05 10:00", revenue=Decimal(7)))
    assert unbilled(day("2026-01-06")) == {(cast.acme.pk, "CNY"): Decimal("10.00")}
    assert set(items_of(made(day("2026-01-26")))) == {"w1002", "w2026"}


def test_prepayment_beside_a_monthly_contract_counts_while_it_lasts(cast, contract):
    Contract.objects.create(
        contract_no="SALE", customer=cast.acme, settlement="prepaid",
        starts_on=day("2025-10-10"), ends_on=day("2025-10-12"),
    )  # fmt: skip
    ship(cast.acme, w1009="1.00", w1010="10.00", w1012="10.00", w1013="2.00")
    assert unbilled(day("2025-10-20")) == {(cast.acme.pk, "CNY"): Decimal("3.00")}
    assert set(items_of(made(OCTOBER))) == {"w1009", "w1013"}


def test_what_statements_billed_stays_billed_when_prepayment_is_entered_late(cast, contract):
    ship(cast.acme, w1001="10.00", w1020="5.00")
    agreed(made(OCTOBER), cast, OCTOBER)
    renewal = follows(contract, "2025-10-16", ends_on=day("2025-10-31"))
    Contract.objects.create(
        contract_no="HT-3", customer=cast.acme, settlement="monthly", statement_day=25,
        renews=renewal, starts_on=day("2025-11-01"), statements_from=day("2025-11-01"),
    )  # fmt: skip
    ship(cast.acme, w1020="4.00", w1028="9.00", w1105="3.00")
    assert items_of(made(NOVEMBER)) == {
        "w1020": ("corrected", Decimal("-1.00")),  # and not taken back
        "w1105": ("new", Decimal("3.00")),
    }


def test_months_that_somebody_else_billed_are_not_billed_again(cast, contract):
    Contract.objects.filter(pk=contract.pk).update(ends_on=day("2025-10-31"))
    later = Contract.objects.create(
        contract_no="HT-2", customer=cast.acme, settlement="monthly", statement_day=25,
        renews=contract, starts_on=day("2025-11-01"),
    )  # fmt: skip
    ship(cast.acme, w1001="10.00", w1103="20.00", w1205="30.00")
    agreed(made(OCTOBER), cast, OCTOBER)
    bill_by_statements(later, since=day("2025-12-01"), today=day("2025-12-02"))
    assert items_of(made(day("2025-12-26"))) == {"w1205": ("new", Decimal("30.00"))}


def test_billed_elsewhere_until_prepayment_begins_only_what_was_shipped_before_is_unbilled(
    cast, contract
):
    Contract.objects.update(statements_from=None)
    follows(contract, "2025-10-26")
    ship(cast.acme, w1001="10.00", w1101="20.00")
    assert unbilled(day("2026-01-01")) == {(cast.acme.pk, "CNY"): Decimal("10.00")}
    assert unbilled(day("2026-01-02")) == {}  # more than three months ago


def test_what_is_shipped_before_a_renewal_begins_is_owed_and_billed_with_it(cast, contract):
    Contract.objects.filter(pk=contract.pk).update(ends_on=day("2025-10-25"))
    renewal = Contract.objects.create(
        contract_no="HT-2", customer=cast.acme, settlement="monthly", statement_day=25,
        renews=contract, starts_on=day("2025-11-10"), statements_from=day("2025-11-10"),
    )  # fmt: skip
    ship(cast.acme, w1020="10.00", w1030="20.00", w1112="40.00")
    assert unbilled(day("2025-11-05")) == {(cast.acme.pk, "CNY"): Decimal("30.00")}
    agreed(made(OCTOBER), cast, OCTOBER)
    november = made(NOVEMBER)
    assert november.contract == renewal
    assert set(items_of(november)) == {"w1030", "w1112"}


@pytest.mark.parametrize(
    ("stage", "goes_on"),
    [("signed", RENEWED_WITHIN), ("suspended", RENEWED_WITHIN), ("terminated", dt.timedelta(0))],
)
def test_nobody_owes_for_ever_what_comes_after_a_contract(cast, contract, stage, goes_on):
    ends_on = day("2025-10-25")
    last = ends_on + goes_on
    Contract.objects.filter(pk=contract.pk).update(stage=stage, ends_on=ends_on, signed_on=None)
    first_too_late = last + dt.timedelta(1)
    ship(cast.acme, **{f"w{last:%m%d}": "10.00", f"w{first_too_late:%m%d}": "20.00"})
    assert unbilled(day("2025-12-31")) == {(cast.acme.pk, "CNY"): Decimal("10.00")}


def test_another_contract_settles_what_comes_after_one_that_ended(cast, contract):
    Contract.objects.filter(pk=contract.pk).update(ends_on=day("2025-10-25"))
    Contract.objects.create(  # billed elsewhere at first, and not told whose place it takes
        contract_no="HT-2", customer=cast.acme, settlement="monthly", statement_day=25,
        starts_on=day("2025-10-26"), statements_from=day("2025-11-26"),
    )  # fmt: skip
    ship(cast.acme, w1020="10.00", w1101="20.00", w1201="30.00")
    agreed(made(OCTOBER), cast, OCTOBER)
    assert statements.make_statements(NOVEMBER) == []
    assert items_of(made(day("2025-12-26"))) == {"w1201": ("new", Decimal("30.00"))}


def test_until_statements_begin_somebody_else_bills(cast, contract):
    ship(cast.acme, w0920="5.00", w0928="10.00")
    assert unbilled(day("2025-09-30")) == {(cast.acme.pk, "CNY"): Decimal("15.00")}
    october = made(OCTOBER)
    assert set(items_of(october)) == {"w0928"}
    agreed(october, cast, OCTOBER)
    assert unbilled(OCTOBER) == {}  # the other's bill is older than ours


def test_what_waits_when_a_contract_has_ended_comes_with_the_statements_after_it(cast, contract):
    Contract.objects.filter(pk=contract.pk).update(ends_on=day("2025-10-20"))
    ship(cast.acme, w1001="10.00", w1002="20.00")
    statement = statements.send_statement(made(OCTOBER), actor=cast.fiona, today=OCTOBER)
    wrong = statement.items.get(waybill_no="w1002")
    statements.dispute_items(statement, {wrong.pk: "weighed 2 kg"}, actor=None, today=OCTOBER)
    statement = statements.settle_item(wrong, set_aside=True)
    statements.confirm_statement(statement, actor=None, today=OCTOBER)
    ship(cast.acme, w1003="5.00", w1002="15.00", w1105="4.00")
    november = made(NOVEMBER)
    assert items_of(november) == {
        "w1002": ("late", Decimal("15.00")),
        "w1003": ("late", Decimal("5.00")),
        "w1105": ("new", Decimal("4.00")),  # nobody had said that it is over
    }
    agreed(november, cast, NOVEMBER)
    assert unbilled(NOVEMBER) == {}
    ship(cast.acme, w1004="1.00")
    agreed(made(day("2025-12-26")), cast, day("2025-12-26"))
    ship(cast.acme, w1005="1.00")
    assert statements.make_statements(day("2026-01-26")) == []  # two months are enough


def test_a_contract_that_ended_states_nothing_once_its_renewal_does(cast, contract):
    Contract.objects.filter(pk=contract.pk).update(ends_on=day("2025-10-31"))
    renewal = Contract.objects.create(  # to the end of the month instead of the 25th
        contract_no="HT-2", customer=cast.acme, settlement="monthly", statement_day=31,
        renews=contract, starts_on=day("2025-11-01"), statements_from=day("2025-11-01"),
    )  # fmt: skip
    ship(cast.acme, w1028="10.00", w1110="20.00")
    assert made(NOVEMBER).contract == contract  # the period in which it ended
    Statement.objects.all().delete()
    Contract.objects.filter(pk=contract.pk).update(ends_on=day("2025-10-25"))
    assert statements.make_statements(NOVEMBER) == []
    november = made(day("2025-12-01"))
    assert november.contract == renewal
    assert set(items_of(november)) == {"w1028", "w1110"}
