"""Tax invoices (B13): asked for, issued, taken back in part and whole; never above a line."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from contracts.models import Invoice, InvoiceLine, PlanLine
from contracts.rules.invoices import Confirmation, Taxed, red_part, take_tax_out
from contracts.services import invoices as services
from contracts.services import red_letters
from contracts.tests.make import day, make_line
from core.errors import RefusedError
from tests.cast import Cast

pytestmark = pytest.mark.django_db
TODAY = day("2026-03-31")
NOW = dt.datetime(2026, 3, 31, 9, tzinfo=dt.UTC)
CENT = Decimal("0.01")
SIX = Decimal("0.06")


@pytest.fixture
def line(cast: Cast) -> PlanLine:
    return make_line(cast.acme, "L-1", "2026-04-30", "1000.00")


def ask(cast: Cast, parts: dict[PlanLine, str], **changes: object) -> Invoice:
    """A special invoice at 6 % for Acme, unless said otherwise."""
    facts = {"kind": "special", "title": "Acme Ltd", "tax_no": "91110000600037341L"}
    facts |= {"tax_rate": SIX} | changes
    return services.request_invoice(
        cast.acme,
        services.Wanted(**facts),
        {line.pk: Decimal(part) for line, part in parts.items()},
        actor=cast.fiona,
        today=TODAY,
    )


def issue(invoice: Invoice, number: str) -> bool:
    return services.issue_invoice(invoice, invoice_no=number, issued_on=TODAY, today=TODAY)


def take_back(cast: Cast, invoice: Invoice, part: str, code: str = "01") -> Invoice:
    return red_letters.request_red_letter(
        invoice,
        {invoice.lines.get().pk: Decimal(part)},
        reason="wrong",
        confirmation=Confirmation(code),
        actor=cast.fiona,
        now=NOW,
    )


def invoiced(line: PlanLine) -> tuple[Decimal, str]:
    line.refresh_from_db()
    return line.invoiced, line.invoice_no


@given(
    st.lists(st.tuples(st.integers(1, 10**7), st.booleans()), min_size=1, max_size=6),
    st.sampled_from(["0.06", "0.09", "0.13", "0.03", "0.01", "0"]),
)
def test_red_letters_take_back_the_tax_to_the_cent(parts: list[tuple[int, bool]], rate: str):
    """In whatever parts, and when some of them come to nothing later; never with another sign."""
    standing: list[Taxed] = []

    def take(part: Decimal) -> Taxed:
        tax = sum((each.tax for each in standing), Decimal("0.00"))
        before = tax + sum(each.net for each in standing)
        red = red_part(Decimal(rate), before=before, tax_before=tax, part=part)
        assert red.net + red.tax == part
        assert red.tax >= 0
        standing.append(red)
        return red

    whole = sum(cents for cents, _comes_to_nothing in parts) + 1
    for cents, comes_to_nothing in parts:
        take(Decimal(cents).scaleb(-2))
        if comes_to_nothing:
            standing.pop(0)
    taken = sum(each.net + each.tax for each in standing)
    take(Decimal(whole).scaleb(-2) - taken)
    together = sum(each.tax for each in standing)
    assert together == take_tax_out(Decimal(whole).scaleb(-2), Decimal(rate)).tax


def test_a_red_letter_has_no_tax_of_another_sign_when_one_before_it_failed():
    """0.04 and 0.01 at 13 % took 0.00 and 0.01; without the first, 0.02 has 0.00 of tax."""
    red = red_part(Decimal("0.13"), before=Decimal("0.01"), tax_before=Decimal("0.01"), part=CENT)
    assert (red.net, red.tax) == (CENT, 0)


def test_the_tax_of_an_invoice_is_taken_back_to_the_cent_after_a_red_letter_failed(cast: Cast):
    """0.10 at 13 % has 0.01 of tax; each half by itself would have 0.01 too."""
    line = make_line(cast.acme, "L-1", "2026-04-30", "0.10")
    blue = ask(cast, {line: "0.10"}, tax_rate=Decimal("0.13"))
    issue(blue, "A-1")
    first, second = take_back(cast, blue, "0.05", "02"), take_back(cast, blue, "0.05", "02")
    assert (first.tax, second.tax) == (Decimal("-0.01"), 0)
    red_letters.note_confirmation(first, Confirmation("05"))
    assert take_back(cast, blue, "0.05").tax == Decimal("-0.01")


def test_an_invoice_is_asked_for_issued_and_known_on_its_line(cast: Cast, line: PlanLine):
    invoice = ask(cast, {line: "1000.00"})
    assert (invoice.net, invoice.tax) == (Decimal("943.40"), Decimal("56.60"))
    assert invoiced(line) == (Decimal("1000.00"), "")
    assert not PlanLine.objects.to_invoice().exists()
    assert services.hand_over(Invoice.objects.all()) == 1
    assert services.hand_over(Invoice.objects.all()) == 0
    assert issue(invoice, "2611000001") is True
    assert issue(invoice, "2611000001") is False  # the same answer again
    assert invoiced(line) == (Decimal("1000.00"), "2611000001")
    with pytest.raises(RefusedError, match="2611000001"):
        issue(invoice, "2611000002")


def test_invoices_never_exceed_their_line(cast: Cast, line: PlanLine):
    ask(cast, {line: "600.00"})
    with pytest.raises(RefusedError, match=r"400\.00"):
        ask(cast, {line: "400.01"})
    failed = ask(cast, {line: "400.00"})
    services.fail_invoice(failed, reason="Title unknown to the bureau")
    assert invoiced(line)[0] == Decimal("600.00")  # what failed gives its part back
    cancelled = ask(cast, {line: "400.00"})
    services.cancel_invoice(cancelled, reason="Wrong customer")
    ask(cast, {line: "400.00"})
    assert invoiced(line)[0] == Decimal("1000.00")


def test_a_line_is_changed_by_a_red_letter_and_a_new_invoice(cast: Cast, line: PlanLine):
    first = ask(cast, {line: "1000.00"})
    issue(first, "A-1")
    red = take_back(cast, first, "300.00")
    assert (red.amount, red.net, red.tax) == (
        Decimal("-300.00"), Decimal("-283.02"), Decimal("-16.98"),
    )  # fmt: skip
    assert invoiced(line) == (Decimal("1000.00"), "A-1")  # stands until the red letter is issued
    with pytest.raises(RefusedError, match=r"700\.00"):
        take_back(cast, first, "700.01")
    issue(red, "A-2")
    assert invoiced(line) == (Decimal("700.00"), "A-1")
    rest = take_back(cast, first, "700.00")
    issue(rest, "A-3")
    assert invoiced(line) == (Decimal("0.00"), "")
    assert sum(i.tax for i in Invoice.objects.all()) == 0
    issue(ask(cast, {line: "950.00"}), "A-4")
    assert invoiced(line) == (Decimal("950.00"), "A-4")


@pytest.mark.parametrize(
    ("first", "then", "state"),
    [("02", "04", "requested"), ("02", "05", "failed"), ("03", "06", "failed"),
     ("02", "08", "failed"), ("01", "10", "failed")],
)  # fmt: skip
def test_a_red_letter_waits_for_its_confirmation(
    cast: Cast, line: PlanLine, first: str, then: str, state: str
):
    blue = ask(cast, {line: "1000.00"})
    issue(blue, "A-1")
    red = take_back(cast, blue, "1000.00", first)
    if first != "01":
        assert services.hand_over(Invoice.objects.all()) == 0
        with pytest.raises(RefusedError, match="not confirmed"):
            issue(red, "A-2")
    assert red_letters.note_confirmation(red, Confirmation(then)) is True
    assert red_letters.note_confirmation(red, Confirmation(then)) is False
    red.refresh_from_db()
    assert red.state == state
    with pytest.raises(RefusedError):
        red_letters.note_confirmation(red, Confirmation("02"))
    assert blue.lines.get().reddened == (1000 if state == "requested" else 0)


def test_a_confirmation_lapses_after_72_hours(cast: Cast, line: PlanLine):
    blue = ask(cast, {line: "1000.00"})
    issue(blue, "A-1")
    red = take_back(cast, blue, "1000.00", "02")
    assert red_letters.lapse_confirmations(NOW + dt.timedelta(hours=71, minutes=59)) == 0
    assert red_letters.lapse_confirmations(NOW + dt.timedelta(hours=72)) == 1
    assert red_letters.lapse_confirmations(NOW + dt.timedelta(hours=72)) == 0
    red.refresh_from_db()
    assert (red.state, red.confirmation) == ("failed", "07")
    with translation.override("en"):
        assert red.why_not == "Lapsed: not confirmed within 72 hours"
    with translation.override("zh-hans"):
        assert "72 小时" in red.why_not
    take_back(cast, blue, "1000.00", "02")  # asked for anew


def test_the_database_holds_what_the_services_promise(cast: Cast, line: PlanLine):
    """Control: each is written past the services."""
    blue = ask(cast, {line: "1000.00"})
    issue(blue, "A-1")
    row = blue.lines.get()
    other = make_line(cast.acme, "L-2", "2026-04-30", "10.00", currency="USD")
    again = {"state": "requested", "invoice_no": "", "issued_on": None}
    past = (
        lambda: Invoice.objects.filter(pk=blue.pk).update(title="Somebody else"),
        lambda: Invoice.objects.filter(pk=blue.pk).update(**again),
        lambda: InvoiceLine.objects.filter(pk=row.pk).update(amount=Decimal("1.00")),
        lambda: InvoiceLine.objects.filter(pk=row.pk).update(reddened=Decimal("1.00")),
        lambda: PlanLine.objects.filter(pk=line.pk).update(invoiced=0),
        lambda: PlanLine.objects.filter(pk=line.pk).update(amount=Decimal("999.99")),
        lambda: PlanLine.objects.filter(pk=line.pk).update(state="void"),
        lambda: _row(blue, other, "10.00"),
        lambda: _row(_draft(cast, "0.01"), line, "0.01"),  # a cent above the line
        lambda: _row(_draft(cast, "5.00"), line, "4.00"),  # not what the invoice comes to
    )  # fmt: skip
    for change in past:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def _draft(cast: Cast, amount: str) -> Invoice:
    return Invoice.objects.create(
        customer=cast.acme, kind="ordinary", title="Acme", amount=Decimal(amount), tax_rate=0,
        tax=0, net=Decimal(amount), currency="CNY", requested_on=TODAY, requested_by=cast.fiona,
    )  # fmt: skip


def _row(invoice: Invoice, line: PlanLine, amount: str) -> None:
    InvoiceLine.objects.create(
        invoice=invoice, line=line, customer_id=invoice.customer_id, amount=Decimal(amount)
    )


@pytest.mark.parametrize(
    ("changes", "parts", "said"),
    [
        ({"tax_no": ""}, {"L-1": "1.00"}, "tax number"),
        ({"title": " "}, {"L-1": "1.00"}, "to whom"),
        ({}, {}, "Choose lines"),
        ({}, {"L-1": "0.00"}, "can be invoiced"),
        ({}, {"L-1": "1.00", "L-USD": "1.00"}, "one currency"),
        ({}, {"L-ELSEWHERE": "1.00"}, "F-9"),
        ({}, {"L-OTHERS": "1.00"}, "Choose lines"),
    ],
)
def test_what_cannot_be_invoiced_is_refused(
    cast: Cast, line: PlanLine, changes: dict, parts: dict, said: str
):
    make_line(cast.acme, "L-USD", "2026-04-30", "10.00", currency="USD")
    make_line(cast.acme, "L-ELSEWHERE", "2026-04-30", "10.00", invoice_no="F-9")
    make_line(cast.bolt, "L-OTHERS", "2026-04-30", "10.00")
    lines = PlanLine.objects.in_bulk(parts, field_name="line_no")
    with pytest.raises(RefusedError, match=said):
        ask(cast, {lines[number]: part for number, part in parts.items()}, **changes)
    assert not Invoice.objects.exists()
