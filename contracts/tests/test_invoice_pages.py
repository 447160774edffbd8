"""Tax invoices on pages: asked for by managers, exchanged with finance as a table, taken back."""

import csv
import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from contracts.models import Contract, Invoice, PlanLine
from contracts.tests.make import make_line
from tests.cast import Cast
from tests.pages import client_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(cast: Cast) -> PlanLine:
    contract = Contract.objects.create(
        contract_no="HT-1", customer=cast.acme, starts_on="2025-01-01"
    )
    return make_line(cast.acme, "L-1", "2025-04-30", "1060.00", contract=contract)


def ask(cast: Cast, line: PlanLine, amount: str, status: int = 302, **changes: str) -> str:
    """The account manager's drawer, without htmx."""
    data = {"kind": "special", "tax_rate": "0.06", "title": "Acme Ltd"} | changes
    data |= {f"part-{line.pk}": amount} | {"tax_no": data.get("tax_no", "91110000600037341L")}
    answer = client_of(cast.alice).post(f"/customers/{cast.acme.pk}/invoices/new/", data)
    assert answer.status_code == status
    return text_of(answer)


def table(clerk: Client, query: str = "?state=issuing") -> list[dict[str, str]]:
    """The table for finance, by English column or Chinese label as downloaded."""
    content = clerk.get(f"/invoices/export/csv/{query}").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def answer(clerk: Client, rows: list[dict[str, str]], status: int = 302) -> str:
    """The same table given back."""
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    file = SimpleUploadedFile("answers.csv", text.getvalue().encode())
    page = clerk.post("/invoices/answers/", {"file": file}, follow=status == 302)
    assert page.status_code == (200 if status == 302 else status)
    return text_of(page)


def test_an_invoice_goes_from_the_manager_to_finance_and_back_once(cast: Cast, line: PlanLine):
    chosen = client_of(cast.alice).get(f"/customers/{cast.acme.pk}/invoices/new/?line=L-1")
    assert 'value="1060.00"' in chosen.content.decode()
    ask(cast, line, "1060.00")
    clerk = client_of(cast.fiona)
    assert "1 request waits" in text_of(clerk.get("/invoices/"))
    clerk.post("/invoices/hand-over/")
    (row,) = table(clerk)
    assert (row["tax"], row["net"], row["lines"]) == ("60.00", "1000.00", "L-1")
    today = timezone.localdate().isoformat()
    filled = row | {"invoice_no": "26110000000000000001", "issued_on": today}
    assert "1 invoice issued." in answer(clerk, [filled])
    assert "1 was known already." in answer(clerk, [filled])
    assert "1 was known already." in answer(clerk, table(clerk, "?state=issued"))
    for page in (f"/contracts/{line.contract_id}/", f"/customers/{cast.acme.pk}/receivables/"):
        shown = text_of(client_of(cast.alice).get(page))
        assert "26110000000000000001" in shown
        assert "Billed, not invoiced" not in shown


def test_a_table_of_answers_is_taken_whole_or_not_at_all(cast: Cast, line: PlanLine):
    ask(cast, line, "500.00")
    ask(cast, line, "60.00")
    clerk = client_of(cast.fiona)
    clerk.post("/invoices/hand-over/")
    first, second = table(clerk)
    today = timezone.localdate().isoformat()
    good = first | {"invoice_no": "A-1", "issued_on": today}
    for bad, said in (
        (second | {"invoice_no": "A-1", "issued_on": today}, "another invoice"),
        (second | {"invoice_no": "A-2", "issued_on": ""}, "on which day"),
        (second | {"invoice_no": "A-2", "issued_on": today, "failure": "Title"}, "not both"),
        (second | {"request_no": "KP9999999", "invoice_no": "A-2"}, "no request KP9999999"),
        (first, "twice"),
    ):
        assert said in answer(clerk, [good, bad], status=422)
        assert not Invoice.objects.filter(state="issued").exists()
    failed = second | {"failure": "Tax number unknown"}
    said = answer(clerk, [good, failed])
    assert "1 invoice issued. 1 failed." in said
    assert "Tax number unknown" in said
    assert "2 were known already." in answer(clerk, [good, failed])
    line.refresh_from_db()
    assert (line.invoiced, line.invoice_no) == (Decimal("500.00"), "A-1")


def test_rows_that_finance_left_alone_hold_nothing_up(cast: Cast, line: PlanLine):
    """What became of their red letters meanwhile is no reason to refuse the table."""
    ask(cast, line, "1060.00")
    clerk, blue = client_of(cast.fiona), Invoice.objects.get()
    today = timezone.localdate().isoformat()
    clerk.post(f"/invoices/{blue.pk}/issue/", {"invoice_no": "A-1", "issued_on": today})
    row = blue.lines.get()
    for part in ("100.00", "200.00", "300.00"):
        asked = {f"part-{row.pk}": part, "reason": "allowance", "confirmation": "02"}
        client_of(cast.alice).post(f"/invoices/{blue.pk}/red-letter/", asked)
    reds = list(Invoice.objects.filter(corrects=blue).order_by("pk"))
    rows = table(clerk, "?state=red")
    for red, code in zip(reds, ("04", "05", "04"), strict=True):
        clerk.post(f"/invoices/{red.pk}/confirmation/", {"confirmation": code})
    issued = rows[2] | {"invoice_no": "A-3", "issued_on": today}
    said = answer(clerk, [rows[0], rows[1], issued])
    assert "1 invoice issued." in said
    assert "2 have no answer yet." in said
    states = Invoice.objects.filter(corrects=blue).order_by("pk")
    assert list(states.values_list("state", "confirmation", "note")) == [
        ("requested", "04", ""), ("failed", "05", ""), ("issued", "04", ""),
    ]  # fmt: skip
    assert "1 was known already." in answer(clerk, table(clerk, "?state=red"))
    assert "Denied by the buyer" in text_of(clerk.get("/invoices/?state=failed"))
    told = rows[1] | {"confirmation": "04"}  # control: what contradicts is refused
    assert "cannot become" in answer(clerk, [told], status=422)


def test_what_is_typed_wrongly_stands_beside_its_field(cast: Cast, line: PlanLine):
    assert "check character" in ask(cast, line, "1.00", 422, tax_no="91110000600037341M")
    assert "15, 18 or 20" in ask(cast, line, "1.00", 422, tax_no="123")
    assert "1060.00 can be invoiced" in ask(cast, line, "1060.01", 422)
    assert not Invoice.objects.exists()


def test_an_issued_invoice_is_taken_back_on_its_page(cast: Cast, line: PlanLine):
    ask(cast, line, "1060.00")
    clerk, invoice = client_of(cast.fiona), Invoice.objects.get()
    today = timezone.localdate().isoformat()
    page = f"/invoices/{invoice.pk}/"
    assert "Red letter" not in text_of(clerk.get(page))
    clerk.post(f"{page}issue/", {"invoice_no": "A-1", "issued_on": today})
    clerk.post(f"{page}deliver/", {"on": today, "how": "Courier"})
    row = invoice.lines.get()
    asked = {f"part-{row.pk}": "100.00", "reason": "allowance", "confirmation": "02"}
    client_of(cast.alice).post(f"{page}red-letter/", asked)
    red = Invoice.objects.get(corrects=invoice)
    shown = text_of(clerk.get(page))
    assert "taken back in part" in shown
    assert "Courier" in shown
    assert red.request_no in shown
    refused = clerk.post(f"/invoices/{red.pk}/issue/", {"invoice_no": "A-2", "issued_on": today})
    assert "not confirmed" in text_of(refused)
    clerk.post(f"/invoices/{red.pk}/confirmation/", {"confirmation": "04"})
    clerk.post(f"/invoices/{red.pk}/issue/", {"invoice_no": "A-2", "issued_on": today})
    listed = text_of(clerk.get("/invoices/?state=issued"))
    assert "2 invoices: ¥960.00 , tax ¥54.34" in listed
    assert "Billed, not invoiced ¥100.00" in text_of(
        client_of(cast.alice).get(f"/customers/{cast.acme.pk}/receivables/")
    )


def test_invoices_of_others_are_not_there(cast: Cast, line: PlanLine):
    ask(cast, line, "1060.00")
    invoice = Invoice.objects.get()
    bob = client_of(cast.bob)
    assert "Acme" not in text_of(bob.get("/invoices/"))
    for path in ("", "red-letter/", "cancel/", "deliver/"):
        assert bob.get(f"/invoices/{invoice.pk}/{path}").status_code == 404
    page = client_of(cast.alice).get(f"/invoices/{invoice.pk}/")
    assert page.status_code == 200  # control: its manager reads it
