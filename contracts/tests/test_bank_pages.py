"""The clerk's way from the bank's file to receipts, as on the pages."""

import io
import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook

from contracts.models import BankLine, Payer, PlanLine, Receipt
from contracts.tests.make import make_line
from customers.models import Customer
from organization.models import Approval
from tests.cast import Cast
from tests.pages import text_of

pytestmark = pytest.mark.django_db

HEADER = ["交易日期", "交易流水号", "贷方发生额", "借方发生额", "对方户名", "摘要"]


def statement(encoding: str, *rows: list[str]) -> SimpleUploadedFile:
    text = "\n".join(",".join(cells) for cells in [HEADER, *rows]) + "\n"
    return SimpleUploadedFile("流水.csv", text.encode(encoding))


def workbook(*rows: list[str]) -> SimpleUploadedFile:
    book, content = Workbook(), io.BytesIO()
    for cells in [HEADER, *rows]:
        book.active.append(cells)
    book.save(content)
    return SimpleUploadedFile("流水.xlsx", content.getvalue())


@pytest.fixture
def clerk(cast: Cast, client: Client) -> Client:
    client.force_login(cast.fiona)
    return client


def upload(clerk: Client, file: SimpleUploadedFile, status: int = 302) -> str:
    answer = clerk.post("/bank/upload/", {"account": "6222", "file": file})
    assert answer.status_code == status
    return answer.content.decode()


def test_a_statement_is_taken_matched_and_booked_once(cast: Cast, clerk: Client):
    make_line(cast.acme, "L-77001", "2026-02-01", "1200.50")
    rows = (
        ["20260302", "B-1", '"1200.50"', "", cast.acme.name, "运费"],
        ["2026-03-02 10:11:12", "B-2", '"8,000.00"', "", "某人", ""],
        ["2026-03-02", "B-3", "", "45.00", "", "手续费"],
    )
    upload(clerk, statement("gb18030", *rows))
    upload(clerk, workbook(*([cell.strip('"') for cell in row] for row in rows)))
    assert sorted(BankLine.objects.values_list("reference", "amount", "is_incoming")) == [
        ("B-1", Decimal("1200.50"), True),
        ("B-2", Decimal("8000.00"), True),
        ("B-3", Decimal("45.00"), False),
    ]
    page = clerk.get("/bank/").content.decode()
    assert "sure" in page
    clerk.post("/bank/book/")
    clerk.post("/bank/book/")
    assert list(Receipt.objects.values_list("receipt_no", "allocated")) == [
        ("B-1", Decimal("1200.50"))
    ]
    fee = BankLine.objects.get(reference="B-3")
    assert "Set aside" in text_of(clerk.get(f"/bank/{fee.pk}/"))
    assert clerk.post(f"/bank/{fee.pk}/", {"customer": cast.acme.code}).status_code == 422
    assert clerk.post(f"/bank/{fee.pk}/", {"note": "Charges"}).status_code == 302
    fee.refresh_from_db()
    assert (fee.state, fee.note, Receipt.objects.count()) == ("set_aside", "Charges", 1)


def _numbers(answer: HttpResponse) -> list[str]:
    """The receipts on the page."""
    return re.findall(r'<th scope="row">([^<]*)<', answer.content.decode())


def test_a_stranger_is_remembered_once_the_clerk_has_said_who_it_is(cast: Cast, clerk: Client):
    upload(clerk, statement("utf-8", ["2026-03-02", "B-1", "70", "", "Uncle Wang", ""]))
    line = BankLine.objects.get()
    url = f"/bank/{line.pk}/"
    assert clerk.post(url, {"customer": "", "note": ""}).status_code == 422
    posted = {"customer": cast.acme.code, "line": "", "remember": "on", "note": ""}
    assert clerk.post(url, posted).status_code == 302
    assert Payer.objects.get().customer == cast.acme
    assert Receipt.objects.get().other_payer
    upload(clerk, statement("utf-8", ["2026-03-03", "B-2", "71", "", "Uncle Wang", ""]))
    page = clerk.get(f"/bank/{BankLine.objects.get(reference='B-2').pk}/").content.decode()
    assert cast.acme.code in page
    # The credit goes on lines that come later.
    make_line(cast.acme, "L-1", "2026-04-01", "50.00")
    receipt = Receipt.objects.get()
    assert _numbers(clerk.get("/receipts/?state=unapplied")) == ["B-1"]
    assert clerk.post(f"/receipts/{receipt.pk}/apply/").status_code == 302
    assert PlanLine.objects.get().paid == Decimal("50.00")
    day = timezone.localdate().isoformat()
    back = {"amount": "20.00", "on": day, "reason": "Paid twice"}
    assert clerk.post(f"/receipts/{receipt.pk}/refund/", back | {"amount": "21"}).status_code == 422
    assert clerk.post(f"/receipts/{receipt.pk}/refund/", back).status_code == 302
    assert _numbers(clerk.get("/receipts/?state=unapplied")) == []


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["2026-03-02", "", "70", "", "", ""]], "the bank reference is empty"),
        ([["2026-13-02", "B-1", "70", "", "", ""]], "line 2"),
        ([["2026-03-02", "B-1", "7,0x", "", "", ""]], "line 2"),
        ([["2026-03-02", "B-1", "70", "", "", ""]] * 2, "twice"),
    ],
)
def test_a_bad_statement_is_refused_whole(clerk: Client, rows: list[list[str]], said: str):
    rows = [[f'"{cell}"' for cell in row] for row in rows]
    assert said in upload(clerk, statement("utf-8", *rows), status=422)
    assert not BankLine.objects.exists()


def test_bank_lines_are_for_finance_of_the_unit(cast: Cast, clerk: Client, client: Client):
    upload(clerk, statement("utf-8", ["2026-03-02", "B-1", "70", "", "", ""]))
    url = f"/bank/{BankLine.objects.get().pk}/"
    assert clerk.get(url).status_code == 200
    other = cast.fiona
    other.org_unit = cast.west
    other.save(update_fields=["org_unit"])
    client.force_login(other)
    assert client.get(url).status_code == 404
    assert "B-1" not in client.get("/bank/").content.decode()


def test_a_line_is_given_up_by_a_second_person(cast: Cast, clerk: Client, client: Client):
    line = make_line(cast.acme, "L-1", "2026-02-01", "300.00")
    asked = {"kind": "lost", "reason": "Bankrupt"}
    assert clerk.post(f"/lines/{line.pk}/write-off/", asked).status_code == 302
    assert clerk.post(f"/lines/{line.pk}/write-off/", asked).status_code == 422  # waits already
    approval = Approval.objects.get()
    assert approval.asked_by == cast.fiona
    assert PlanLine.objects.get().state == "open"
    client.force_login(cast.bruno)
    answer = client.post(f"/approvals/{approval.pk}/", {"decision": "approve", "answer": "Yes"})
    assert answer.status_code == 302
    line.refresh_from_db()
    assert (line.state, line.waived, line.write_off_reason) == ("written_off", False, "Bankrupt")


def test_money_for_a_merged_file_goes_to_the_one_that_stays_and_says_so(cast: Cast, clerk: Client):
    Customer.objects.filter(pk=cast.bolt.pk).update(merged_into=cast.acme)
    posted = {
        "customer": cast.bolt.code, "received_on": "2026-03-02", "amount": "10.00",
        "currency": "CNY", "method": "transfer", "receipt_no": "R-1", "sure": "on",
    }  # fmt: skip
    answer = clerk.post("/receipts/new/", posted, follow=True)
    assert Receipt.objects.get().customer == cast.acme
    assert f"{cast.bolt.code} was merged" in answer.content.decode()
