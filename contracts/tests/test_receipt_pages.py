"""Recording and taking back receipts in the browser: what is shown, refused, and told."""

import datetime as dt
import json
import re
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from contracts.models import PlanLine, Receipt
from contracts.tests.make import make_line, pay
from core.models import History
from customers.models import Customer
from tests.cast import Cast
from tests.pages import client_of, text_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
URL = "/receipts/new/"


@pytest.fixture
def finance(cast: Cast) -> Client:
    """Fiona of branch EAST; ACME owes 300 and 50, WOLF of the other branch 7."""
    make_line(cast.acme, "A1", "2025-06-30", "300.00")
    make_line(cast.acme, "A2", "2025-07-31", "50.00")
    make_line(cast.wolf, "W1", "2025-06-30", "7.00")
    return client_of(cast.fiona)


def form(**changed: str) -> dict[str, str]:
    """What one types for 320 yuan of ACME."""
    return {
        "customer": "ACME",
        "received_on": timezone.localdate().isoformat(),
        "amount": "320.00",
        "currency": "CNY",
        "method": "transfer",
        "matures_on": "",
        "receipt_no": "BANK-1",
        "line": "",
    } | changed


def errors_of(response) -> dict[str, list[str]]:
    assert response.status_code == 422
    return {
        name: list(map(str, errors)) for name, errors in response.context["form"].errors.items()
    }


def test_a_receipt_is_recorded_put_on_the_oldest_lines_and_told_with_an_undo(finance: Client):
    answer = finance.post(URL, form(), headers=HTMX)
    assert answer.status_code == 200
    receipt = Receipt.objects.get()
    assert (receipt.receipt_no, receipt.amount) == ("BANK-1", Decimal("320.00"))
    paid = dict(PlanLine.objects.values_list("line_no", "paid"))
    assert paid == {"A1": Decimal("300.00"), "A2": Decimal("20.00"), "W1": 0}
    assert "¥320.00 recorded and settled on open lines." in text_of(answer)
    assert f"/receipts/{receipt.pk}/undo/" in answer.content.decode()
    assert {"receipts-changed", "drawer-close"} <= set(json.loads(answer["HX-Trigger"]))


def test_without_htmx_it_leads_to_the_customers_receipts(finance: Client, cast: Cast):
    answer = finance.post(URL, form())
    assert answer.status_code == 302
    assert answer["Location"] == f"/customers/{cast.acme.pk}/receipts/"


def test_sending_the_form_twice_records_one_receipt(finance: Client):
    assert finance.post(URL, form(), headers=HTMX).status_code == 200
    assert finance.post(URL, form(), headers=HTMX).status_code == 200
    assert Receipt.objects.count() == 1
    assert PlanLine.objects.get(line_no="A2").paid == Decimal("20.00")


def test_a_number_that_is_taken_by_other_money_is_refused(finance: Client):
    finance.post(URL, form())
    errors = errors_of(finance.post(URL, form(amount="5")))
    assert errors == {
        "receipt_no": ["Receipt BANK-1 is already recorded with other facts; check its number."]
    }
    assert Receipt.objects.count() == 1


def test_the_named_line_is_paid_first(finance: Client):
    finance.post(URL, form(amount="60", line="A2"))
    paid = dict(PlanLine.objects.values_list("line_no", "paid"))
    assert paid == {"A1": Decimal("10.00"), "A2": Decimal("50.00"), "W1": 0}


def test_more_than_is_owed_is_asked_about_and_then_kept_as_credit(finance: Client):
    answer = finance.post(URL, form(amount="3500"), headers=HTMX)
    assert errors_of(answer) == {"amount": ["Over the ¥350.00 that is open. One zero too many?"]}
    assert 'name="sure"' in answer.content.decode()
    assert Receipt.objects.count() == 0
    answer = finance.post(URL, form(amount="3500", sure="on"), headers=HTMX)
    assert "¥3,500.00 recorded; ¥3,150.00 of it stays as credit." in text_of(answer)
    assert Receipt.objects.get().allocated == Decimal("350.00")


def test_what_is_owed_exactly_needs_no_question(finance: Client):
    assert "sure" not in finance.get(URL).content.decode()
    assert finance.post(URL, form(amount="350")).status_code == 302


def tomorrow() -> str:
    return (timezone.localdate() + dt.timedelta(1)).isoformat()


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"customer": "NOBODY"}, "customer", "There is no such customer among those you may see."),
        ({"customer": "WOLF"}, "customer", "There is no such customer among those you may see."),
        ({"customer": ""}, "customer", "This field is required."),
        ({"amount": "0"}, "amount", "A receipt must be more than 0."),
        ({"amount": "-5"}, "amount", "A receipt must be more than 0."),
        ({"amount": "1.005"}, "amount", "Ensure that there are no more than 2 decimal places."),
        ({"amount": "NaN"}, "amount", "Enter a number."),
        ({"amount": "1" * 30}, "amount", "Ensure that there are no more than 18 digits"),
        ({"currency": "yuan"}, "currency", "Three capital letters, such as CNY."),
        ({"receipt_no": " "}, "receipt_no", "Every receipt needs its number."),
        ({"method": "barter"}, "method", "Select a valid choice."),
        ({"line": "W1"}, "receipt_no", "This customer has no plan line W1."),
        ({"received_on": "2199-01-01"}, "received_on", "This day has not come yet."),
        (
            {"method": "acceptance_bill"},
            "matures_on",
            "An acceptance bill needs the day it matures.",
        ),
        (
            {"method": "acceptance_bill", "matures_on": "2020-01-01"},
            "matures_on",
            "A bill matures on or after the day it was received, within a year or so.",
        ),
        (
            {"method": "acceptance_bill", "matures_on": "2199-01-01"},
            "matures_on",
            "A bill matures on or after the day it was received, within a year or so.",
        ),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(finance: Client, changed, field, message):
    errors = errors_of(finance.post(URL, form(**changed)))
    assert any(error.startswith(message) for error in errors[field]), errors
    assert Receipt.objects.count() == 0


def test_a_maturity_is_forgotten_where_the_money_is_no_bill(finance: Client):
    assert finance.post(URL, form(matures_on="2199-01-01")).status_code == 302
    assert Receipt.objects.get().matures_on is None


def test_a_name_shared_by_two_customers_needs_the_code(finance: Client, cast: Cast):
    Customer.objects.filter(pk__in=[cast.acme.pk, cast.bolt.pk]).update(name="Twins Ltd")
    errors = errors_of(finance.post(URL, form(customer="Twins Ltd")))
    assert "give the code (ACME, BOLT)" in errors["customer"][0]
    assert finance.post(URL, form(customer="acme")).status_code == 302  # codes in any case


def test_the_drawer_begins_with_the_line_it_was_opened_for(finance: Client):
    page = finance.get(f"{URL}?line=A2").content.decode()
    assert 'value="ACME"' in page
    assert 'value="50.00"' in page
    assert '<option value="A2" selected>' in page
    assert "settled" in page
    foreign = text_of(finance.get(f"{URL}?line=W1&customer=WOLF"))
    assert foreign == text_of(finance.get(f"{URL}?line=NO&customer=NO"))


def test_the_preview_shows_what_will_be_booked(finance: Client):
    typed = form(receipt_no="")
    text = text_of(finance.get("/receipts/preview/", typed))
    assert "open ¥350.00" in text
    assert "A1 30 Jun 2025 ¥300.00 settled" in text
    assert "A2 31 Jul 2025 ¥20.00 ¥30.00" in text
    assert Receipt.objects.count() == 0
    over = text_of(finance.get("/receipts/preview/", typed | {"amount": "400"}))
    assert "Stays as credit ¥50.00" in over
    named = text_of(finance.get("/receipts/preview/", typed | {"line": "A2", "amount": "60"}))
    assert "A2 31 Jul 2025 ¥50.00 settled A1 30 Jun 2025 ¥10.00 ¥290.00" in named


@pytest.mark.parametrize("typed", [{}, {"customer": "WOLF"}, {"customer": "NOBODY"}])
def test_the_preview_says_nothing_of_customers_one_does_not_see(finance: Client, typed):
    text = text_of(finance.get("/receipts/preview/", typed))
    assert text.strip().startswith("Which lines the money pays is shown here")


def test_the_customer_box_finds_ones_own_by_code_and_name(finance: Client, cast: Cast):
    Customer.objects.filter(pk=cast.wolf.pk).update(name="Acme West")
    Customer.objects.filter(pk=cast.acme.pk).update(name="蓝汀医药")

    def found(text: str) -> list[str]:
        page = finance.get("/receipts/customers/", {"q": text}).content.decode()
        return re.findall(r'data-value="(\w+)"', page)

    assert found("ac") == ["ACME"]
    assert found("医") == ["ACME"]
    assert found("West") == found("") == found("%") == []
    assert "No customer fits." in text_of(finance.get("/receipts/customers/", {"q": "zzz"}))


def test_undo_takes_the_receipt_back_today_with_a_reason(finance: Client):
    finance.post(URL, form())
    receipt = Receipt.objects.get()
    answer = finance.post(f"/receipts/{receipt.pk}/undo/", headers=HTMX)
    assert answer.status_code == 200
    assert "Receipt BANK-1 was taken back." in text_of(answer)
    receipt.refresh_from_db()
    assert receipt.reversed_on == timezone.localdate()
    assert receipt.reversal_reason == "Undone right after it was recorded."
    assert set(PlanLine.objects.values_list("paid", flat=True)) == {Decimal("0.00")}
    again = finance.post(f"/receipts/{receipt.pk}/undo/", headers=HTMX)
    assert again.status_code == 422
    assert "already reversed" in text_of(again)


def test_money_is_not_recorded_again_under_the_number_of_a_reversed_receipt(finance: Client):
    finance.post(URL, form())
    finance.post(f"/receipts/{Receipt.objects.get().pk}/undo/")
    errors = errors_of(finance.post(URL, form()))
    assert errors["receipt_no"][0].startswith("Receipt BANK-1 was reversed on")
    assert finance.post(URL, form(receipt_no="BANK-1a")).status_code == 302


def test_a_receipt_is_taken_back_with_a_day_and_a_reason(finance: Client, cast: Cast):
    receipt = pay(cast.acme, "BILL", "2025-08-01", "300.00")
    url = f"/receipts/{receipt.pk}/reverse/"
    assert "¥300.00" in text_of(finance.get(url, headers=HTMX))
    today = timezone.localdate().isoformat()
    for wrong in ({"on": today, "reason": " "}, {"on": "2025-07-31", "reason": "Bounced"},
                  {"on": tomorrow(), "reason": "Bounced"}):  # fmt: skip
        assert finance.post(url, wrong, headers=HTMX).status_code == 422
    answer = finance.post(url, {"on": "2025-08-05", "reason": "Bounced"}, headers=HTMX)
    assert "receipts-changed" in json.loads(answer["HX-Trigger"])
    receipt.refresh_from_db()
    assert (receipt.reversed_on, receipt.reversal_reason) == (dt.date(2025, 8, 5), "Bounced")
    actors = History.objects.filter(table_name="contracts_receipt", operation="U")
    assert actors.get().actor == "fiona"


@pytest.mark.parametrize("act", ["reverse", "undo"])
def test_another_branchs_receipt_is_not_there(finance: Client, cast: Cast, act: str):
    receipt = pay(cast.wolf, "W", "2025-08-01", "7.00")
    data = {"on": "2025-08-05", "reason": "Bounced"}
    assert finance.post(f"/receipts/{receipt.pk}/{act}/", data).status_code == 404
    receipt.refresh_from_db()
    assert receipt.reversed_on is None


def test_who_is_not_finance_neither_records_nor_takes_back(finance: Client, cast: Cast):
    receipt = pay(cast.acme, "R", "2025-08-01", "1.00")
    for person in (cast.alice, cast.bruno, cast.ann, cast.sam):
        client = client_of(person)
        assert client.post(URL, form()).status_code == 403
        assert client.post(f"/receipts/{receipt.pk}/undo/").status_code == 403
    assert Receipt.objects.count() == 1


def test_finance_takes_receipts_back_from_the_customers_file(finance: Client, cast: Cast):
    receipt = pay(cast.acme, "R", "2025-08-01", "1.00")
    section = f"/customers/{cast.acme.pk}/receipts/"
    assert f"/receipts/{receipt.pk}/reverse/" in finance.get(section).content.decode()
    assert "/reverse/" not in client_of(cast.alice).get(section).content.decode()
