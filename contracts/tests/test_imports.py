"""Contracts, plan lines and receipts from files: repeatable, corrected, refused."""

import csv
import datetime as dt
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts import exports, reports
from contracts.imports import ContractImport, PlanLineImport, ReceiptImport
from contracts.models import Allocation, Contract, PlanLine, Receipt
from contracts.services import reverse_receipt
from contracts.services.invoices import Wanted, issue_invoice, request_invoice
from contracts.tests.make import day, make_line, pay
from core.tables.importer import run_import
from core.tables.write import ExportRequest, write_table
from customers.models import Customer
from engagement.models import Alert
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def take(tmp_path):
    """Import rows (dicts) of a kind; answers the report."""

    def run(handler, rows, *, actor=None, **options):
        path = tmp_path / "table.csv"
        columns = list(dict.fromkeys(name for row in rows for name in row))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)
        return run_import(handler(actor=actor), path, **options)

    return run


def counts(report):
    result = report.result
    return result.created, result.updated, result.unchanged, result.rejected


def errors(report):
    return [(error.line, error.column, error.message) for error in report.errors]


def line(number, due_on="2025-03-01", amount="100.00", **more):
    row = {"line_no": number, "customer_code": "ACME", "issued_on": "2025-01-01"}
    return row | {"due_on": due_on, "amount": amount} | more


def receipt(number, received_on="2025-02-01", amount="100.00", **more):
    row = {"receipt_no": number, "customer_code": "ACME", "received_on": received_on}
    return row | {"amount": amount} | more


def ledger():
    """Every line's money by receipt and day, cancelled rows left out."""
    sums: dict[tuple[str, str, dt.date], Decimal] = {}
    for row in Allocation.objects.select_related("receipt", "line"):
        key = (row.line.line_no, row.receipt.receipt_no, row.allocated_on.isoformat())
        sums[key] = sums.get(key, Decimal(0)) + row.amount
    return {key: str(amount) for key, amount in sums.items() if amount}


CONTRACT = {
    "contract_no": "K-1", "customer_code": "ACME", "kind": "Frame", "signed_on": "2024-12-01",
    "starts_on": "2025-01-01", "ends_on": "2025-12-31", "settlement": "monthly",
    "statement_day": "25", "credit_days": "30", "amount": "120000.00", "currency": "CNY",
}  # fmt: skip


def test_the_same_file_twice_changes_nothing(cast: Cast, take):
    lines = [line("L-1", contract_no="K-1", disputed="true", invoice_no="007"), line("L-2")]
    receipts = [receipt("R-1", line_no="L-2"), receipt("R-2", amount="30.00")]
    for handler, rows in (
        (ContractImport, [CONTRACT]),
        (PlanLineImport, lines),
        (ReceiptImport, receipts),
    ):
        assert counts(take(handler, rows)) == (len(rows), 0, 0, 0)
        before = ledger()
        assert counts(take(handler, rows)) == (0, 0, len(rows), 0)
        assert ledger() == before


def test_what_is_exported_can_be_imported_again(cast: Cast, take, tmp_path):
    take(
        ContractImport, [CONTRACT, CONTRACT | {"contract_no": "=K,2", "kind": "\"Ä'", "amount": ""}]
    )
    take(
        PlanLineImport,
        [line("-L1", contract_no="=K,2"), line("0002", amount="0.00", invoice_no="@x")],
    )
    bill = receipt("R-2", amount="3.01", method="acceptance_bill", matures_on="2025-06-01")
    take(ReceiptImport, [receipt("+R", line_no="-L1", method="wechat"), bill])
    for handler, exporter in (
        (ContractImport, exports.CONTRACTS),
        (PlanLineImport, exports.PLAN_LINES),
        (ReceiptImport, exports.RECEIPTS),
    ):
        for table_format in ("csv", "xlsx"):
            path = tmp_path / f"out.{table_format}"
            write_table(table_format, exporter.columns, exporter.rows(ExportRequest()), path)
            assert counts(run_import(handler(), path)) == (0, 0, 2, 0)


def test_an_extension_keeps_the_first_due_date(cast: Cast, take):
    take(PlanLineImport, [line("L-1", "2025-03-01")])
    assert counts(take(PlanLineImport, [line("L-1", "2025-04-01")])) == (0, 1, 0, 0)
    stored = PlanLine.objects.get()
    assert (stored.due_on, stored.original_due_on) == (day("2025-04-01"), day("2025-03-01"))


def test_a_column_that_is_not_there_leaves_the_field_alone_and_an_empty_cell_clears_it(
    cast: Cast, take
):
    take(PlanLineImport, [line("L-1", disputed="true", invoice_no="I-1")])
    take(PlanLineImport, [line("L-1", amount="90.00", invoice_no="")])
    stored = PlanLine.objects.get()
    assert (stored.amount, stored.disputed, stored.invoice_no) == (Decimal("90.00"), True, "")


def test_the_number_of_a_lines_tax_invoice_is_not_the_tables_to_tell(cast: Cast, take):
    take(PlanLineImport, [line("L-1", amount="90.00")])
    today, stored = day("2026-03-31"), PlanLine.objects.get()
    wanted = Wanted("ordinary", "Acme", "", Decimal("0.06"))
    asked = {"actor": cast.fiona, "today": today}
    invoice = request_invoice(cast.acme, wanted, {stored.pk: Decimal(90)}, **asked)
    issue_invoice(invoice, invoice_no="A-1", issued_on=today, today=today)
    assert counts(take(PlanLineImport, [line("L-1", amount="95.00", invoice_no="")])) == (
        0,
        1,
        0,
        0,
    )
    stored.refresh_from_db()
    assert (stored.amount, stored.invoice_no) == (95, "A-1")
    assert counts(take(PlanLineImport, [line("L-1", amount="95.00", invoice_no="B-1")]))[3] == 1


@pytest.mark.parametrize(
    ("handler", "row", "other"),
    [
        (ContractImport, CONTRACT, {"credit_days": "45"}),
        (PlanLineImport, line("L-1"), {"amount": "70.00"}),
        (ReceiptImport, receipt("R-1"), {"amount": "70.00"}),
    ],
)
def test_a_number_that_comes_twice_must_say_the_same(cast: Cast, take, handler, row, other):
    assert counts(take(handler, [row, row])) == (1, 0, 1, 0)
    contradiction = "line 2 has the same key and other values: keep one of them"
    key = next(iter(row))
    assert errors(take(handler, [row, row | other])) == [(3, key, contradiction)]
    assert counts(take(handler, [row | other])) == (0, 1, 0, 0)


def test_what_is_booked_holds_the_line(cast: Cast, take):
    make_line(cast.acme, "L-1", "2025-03-01", "100.00")
    pay(cast.acme, "R-1", "2025-02-10", "60.00")
    report = take(
        PlanLineImport,
        [line("L-1", amount="59.99"), line("L-1", currency="USD"),
         line("L-1", customer_code="BOLT"), line("L-1", issued_on="2025-02-11")],
        on_error="skip",
    )  # fmt: skip
    since = "money is allocated to this line since 2025-02-10: take it back first"
    assert errors(report) == [
        (2, "amount", "60.00 of this line is paid already: it cannot be less than that"),
        (3, "currency", since),
        (4, "customer_code", since),
        (5, "issued_on", since),
    ]
    assert counts(take(PlanLineImport, [line("L-1", amount="60.00")])) == (0, 1, 0, 0)


def test_a_line_is_never_less_than_was_once_paid_of_it(cast: Cast, take):
    make_line(cast.acme, "L-1", "2025-03-01", "100.00")
    reverse_receipt(
        pay(cast.acme, "R-1", "2025-02-10", "60.00"), on=day("2025-02-20"), reason="Bounced"
    )
    assert errors(take(PlanLineImport, [line("L-1", amount="59.99")])) == [
        (2, "amount", "60.00 of this line is paid already: it cannot be less than that")
    ]


def test_rows_that_refer_to_nothing_are_refused_with_line_and_column(cast: Cast, take):
    Contract.objects.create(contract_no="K-B", customer=cast.bolt, starts_on=day("2025-01-01"))
    report = take(
        PlanLineImport,
        [
            line("L-1", customer_code="NOBODY"),
            line("L-2", contract_no="K-0"),
            line("L-3", contract_no="K-B"),
        ],
    )
    assert errors(report) == [
        (2, "customer_code", "there is no customer “NOBODY”: import customers first"),
        (3, "contract_no", "this customer has no contract “K-0”: import contracts first"),
        (4, "contract_no", "this customer has no contract “K-B”: import contracts first"),
    ]
    assert not PlanLine.objects.exists()


def test_nobody_has_signed_a_contract_on_a_day_to_come(cast: Cast, take):
    today = timezone.localdate()
    signed = CONTRACT | {"signed_on": today.isoformat()}
    to_come = (today + dt.timedelta(1)).isoformat()
    report = take(
        ContractImport,
        [signed, CONTRACT | {"contract_no": "K-2", "signed_on": to_come}],
        on_error="skip",
    )
    assert errors(report) == [(3, "signed_on", "Nobody signs on a day that has not come yet.")]
    assert Contract.objects.get().contract_no == "K-1"


def test_receipts_that_cannot_be(cast: Cast, take):
    make_line(cast.bolt, "B-1", "2025-03-01", "100.00")
    make_line(cast.acme, "D-1", "2025-03-01", "100.00", currency="USD")
    make_line(cast.acme, "V-1", "2025-03-01", "100.00", state="void")
    rows = [
        receipt("R-1", line_no="L-0"),
        receipt("R-2", line_no="B-1"),
        receipt("R-3", line_no="D-1"),
        receipt("R-4", line_no="V-1"),
        receipt("R-5", amount="0.00"),
        receipt("R-6", method="acceptance_bill"),
        receipt("R-7", method="acceptance_bill", matures_on="2025-01-31"),
        receipt("R-8"),
    ]
    report = take(ReceiptImport, rows, on_error="skip")
    assert errors(report) == [
        (2, "line_no", "This customer has no plan line L-0."),
        (3, "line_no", "This customer has no plan line B-1."),
        (4, "line_no", "Line D-1 is in USD, the money in CNY."),
        (5, "line_no", "Line V-1 is Void; choose another line."),
        (6, "amount", "A receipt must be more than 0."),
        (7, "matures_on", "An acceptance bill needs the day it matures."),
        (8, "matures_on", "A bill cannot mature before it was received."),
    ]
    assert counts(report) == (1, 0, 0, 7)
    assert list(Receipt.objects.values_list("receipt_no", flat=True)) == ["R-8"]


def test_a_stored_receipt_that_now_names_an_unknown_line_is_refused(cast: Cast, take):
    take(ReceiptImport, [receipt("R-1")])
    assert errors(take(ReceiptImport, [receipt("R-1", line_no="L-0")])) == [
        (2, "line_no", "This customer has no plan line L-0.")
    ]


def test_more_than_the_named_line_needs_goes_to_the_oldest_due_then_to_credit(cast: Cast, take):
    for number, due_on in (("L-1", "2025-05-01"), ("L-2", "2025-03-01"), ("L-3", "2025-04-01")):
        make_line(cast.acme, number, due_on, "10.00")
    take(ReceiptImport, [receipt("R-1", amount="35.00", line_no="L-1")])
    day_of_it = "2025-02-01"
    assert ledger() == {(number, "R-1", day_of_it): "10.00" for number in ("L-1", "L-2", "L-3")}
    assert Receipt.objects.get().allocated == Decimal("30.00")


@pytest.mark.parametrize(
    ("correction", "expected"),
    [
        ({"amount": "40.00"}, {("L-1", "R-1", "2025-02-01"): "40.00"}),
        (
            {"amount": "140.00"},
            {("L-1", "R-1", "2025-02-01"): "100.00", ("L-2", "R-1", "2025-02-01"): "40.00"},
        ),
        ({"received_on": "2025-02-20"}, {("L-1", "R-1", "2025-02-20"): "60.00"}),
        ({"line_no": "L-2"}, {("L-2", "R-1", "2025-02-01"): "60.00"}),
        ({"currency": "USD"}, {("D-1", "R-1", "2025-02-01"): "60.00"}),
        ({"customer_code": "BOLT"}, {("B-1", "R-1", "2025-02-01"): "60.00"}),
        (
            {"method": "acceptance_bill", "matures_on": "2025-08-01"},
            {("L-1", "R-1", "2025-08-01"): "60.00"},
        ),
    ],
)  # fmt: skip
def test_a_corrected_receipt_shows_the_corrected_fact_on_every_day(
    cast: Cast, take, correction, expected
):
    make_line(cast.acme, "L-1", "2025-03-01", "100.00")
    make_line(cast.acme, "L-2", "2025-04-01", "100.00")
    make_line(cast.acme, "D-1", "2025-04-01", "100.00", currency="USD")
    make_line(cast.bolt, "B-1", "2025-04-01", "100.00")
    take(ReceiptImport, [receipt("R-1", amount="60.00")])
    assert counts(take(ReceiptImport, [receipt("R-1", amount="60.00") | correction])) == (
        0,
        1,
        0,
        0,
    )
    assert ledger() == expected
    kinds = dict(Allocation.objects.order_by("id").values_list("amount", "kind"))
    assert kinds.pop(Decimal("-60.00")) == "correction"


def test_the_money_a_correction_sets_free_serves_the_next_row(cast: Cast, take):
    make_line(cast.acme, "L-1", "2025-03-01", "100.00")
    take(ReceiptImport, [receipt("R-1")])
    take(
        ReceiptImport,
        [receipt("R-1", amount="30.00"), receipt("R-2", amount="90.00", line_no="L-1")],
    )
    assert ledger() == {
        ("L-1", "R-1", "2025-02-01"): "30.00",
        ("L-1", "R-2", "2025-02-01"): "70.00",
    }


def test_a_reversed_receipt_is_not_corrected(cast: Cast, take):
    made = pay(cast.acme, "R-1", "2025-02-01", "100.00")
    reverse_receipt(made, on=day("2025-02-05"), reason="Bounced")
    assert counts(take(ReceiptImport, [receipt("R-1")])) == (0, 0, 1, 0)
    assert errors(take(ReceiptImport, [receipt("R-1", amount="90.00")])) == [
        (2, "receipt_no", "the receipt was reversed on 2025-02-05: record a new one")
    ]


def test_a_paid_line_closes_its_alert_at_once(cast: Cast, take):
    make_line(cast.acme, "L-1", "2025-03-01", "100.00")
    Alert.objects.create(
        key="payment_due:L-1:+1", kind="payment_due", severity="medium", customer=cast.acme,
        subject="L-1", opened_on=day("2025-03-02"),
    )  # fmt: skip
    take(ReceiptImport, [receipt("R-1", "2025-03-05", "99.99")])
    assert Alert.objects.get().status == "open"
    take(ReceiptImport, [receipt("R-2", "2025-03-09", "0.01")])
    alert = Alert.objects.get()
    assert (alert.status, alert.closed_on, alert.closing_reason) == (
        "closed",
        day("2025-03-09"),
        "paid",
    )


def test_files_of_a_merged_customer_go_to_the_survivor(cast: Cast, take):
    Customer.objects.filter(pk=cast.bolt.pk).update(merged_into=cast.acme)
    take(PlanLineImport, [line("L-1", customer_code="BOLT")])
    assert PlanLine.objects.get().customer == cast.acme


def test_people_import_for_their_own_customers_only(cast: Cast, take):
    make_line(cast.wolf, "W-1", "2025-03-01", "100.00")
    report = take(
        PlanLineImport, [line("L-1", customer_code="WOLF"), line("W-1")], actor=cast.fiona
    )
    assert errors(report) == [
        (2, "customer_code", "there is no customer “WOLF”: import customers first"),
        (3, "line_no", "the number “W-1” is taken"),
    ]


def test_contracts_end_after_they_start(cast: Cast, take):
    report = take(ContractImport, [CONTRACT | {"ends_on": "2024-12-31"}])
    assert errors(report) == [(2, "ends_on", "lies before the start of the contract")]


def test_many_rows_take_as_many_queries_as_few(cast: Cast, take, django_assert_max_num_queries):
    for rows in (3, 300):
        lines = [line(f"L-{rows}-{number}") for number in range(rows)]
        receipts = [
            receipt(f"R-{rows}-{n}", line_no=f"L-{rows}-{n}" if n % 2 else "") for n in range(rows)
        ]
        with django_assert_max_num_queries(8):
            assert counts(take(PlanLineImport, lines)) == (rows, 0, 0, 0)
        with django_assert_max_num_queries(12):
            assert counts(take(ReceiptImport, receipts)) == (rows, 0, 0, 0)
        with django_assert_max_num_queries(16):
            corrected = [row | {"amount": "50.00"} for row in receipts]
            assert counts(take(ReceiptImport, corrected)) == (0, rows, 0, 0)


# --- one by one, or all at once -------------------------------------------------------------------

AMOUNTS = st.integers(1, 300).map(lambda number: f"{Decimal(number) / 2:.2f}")
DAYS = st.integers(0, 60).map(
    lambda number: (dt.date(2025, 1, 1) + dt.timedelta(number)).isoformat()
)
ISSUES = (("2025-02-01", 1), ("2025-01-20", 2), ("2025-02-01", 40))  # due on, issued on day
ROWS = st.lists(
    st.tuples(
        st.integers(1, 6), st.sampled_from(["ACME", "BOLT"]), DAYS, AMOUNTS,
        st.sampled_from(["", "", "A-1", "A-2", "B-1"]), st.sampled_from(["CNY", "CNY", "USD"]),
    ),
    min_size=1, max_size=6, unique_by=lambda row: row[0],
)  # fmt: skip


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first=ROWS, then=ROWS)
def test_receipts_all_at_once_go_where_they_would_go_one_by_one(cast: Cast, take, first, then):
    """A file and one that corrects it and goes on, against each of their rows in a file."""
    names = ("receipt_no", "customer_code", "received_on", "amount", "line_no", "currency")
    tables = [
        [dict(zip(names, (f"R-{number}", *rest), strict=True)) for number, *rest in rows]
        for rows in (first, then)
    ]

    def outcome(files):
        with transaction.atomic():
            for number, (due, issued) in enumerate(ISSUES, 1):
                when = dt.date(2025, 1, 1) + dt.timedelta(issued)
                make_line(cast.acme, f"A-{number}", due, "70.00", issued_on=when)
                make_line(cast.bolt, f"B-{number}", due, "50.00", issued_on=when)
            make_line(cast.acme, "A-USD", "2025-02-01", "40.00", currency="USD")
            for file in files:
                take(ReceiptImport, file, on_error="skip")
            facts = {r.receipt_no: (r.amount, r.allocated) for r in Receipt.objects.all()}
            found = ledger(), facts, reports.ageing(None, dt.date(2025, 2, 10))
            transaction.set_rollback(True)
        return found

    assert outcome(tables) == outcome([[row] for table in tables for row in table])
