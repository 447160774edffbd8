"""The clerk at the desk: receipts by keyboard, money moved, the list as a table."""

import csv
import datetime as dt
import io
import re
from decimal import Decimal
from html import unescape
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from contracts.models import Contract, Payer, Receipt
from contracts.tests.make import make_line, pay
from tests.cast import Cast
from tests.pages import client_of, text_of

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def clerk(cast: Cast) -> Client:
    return client_of(cast.fiona)


def typed(number: str, amount: str, **more: str) -> dict[str, str]:
    """A form with what was typed; the rest is there already."""
    day = timezone.localdate().isoformat()
    kept = {"received_on": day, "method": "transfer", "currency": "CNY"}
    return kept | {"receipt_no": number, "amount": amount} | more


def test_who_is_sure_is_booked_with_one_key_and_the_next_form_is_fresh(cast: Cast, clerk: Client):
    line = make_line(cast.acme, "L-77001", "2026-02-01", "1200.50")
    said = text_of(clerk.get("/receipts/guesses/", typed("", "1200.50", payer_name=cast.acme.name)))
    assert "L-77001" in said
    assert "sure" in said
    answer = clerk.post(
        "/receipts/desk/", typed("B-1", "1200.50", payer_name=cast.acme.name), **HTMX
    )
    page = answer.content.decode()
    line.refresh_from_db()
    assert line.paid == Decimal("1200.50")
    assert "¥1,200.50 booked for" in page  # the toast
    assert 'name="receipt_no" value' not in page
    assert "autofocus" in page
    again = text_of(
        clerk.post("/receipts/desk/", typed("B-2", "3.00", customer="ACME", sure="on"), **HTMX)
    )
    assert "B-2" in again
    assert "¥1,203.50" in again  # the running total


def test_without_a_sure_guess_somebody_is_chosen(cast: Cast, clerk: Client):
    """Two owe the same amount: nothing is booked until one is chosen."""
    make_line(cast.acme, "L-1", "2026-02-01", "500.00")
    make_line(cast.bolt, "L-2", "2026-02-01", "500.00")
    first = clerk.post("/receipts/desk/", typed("B-1", "500.00", payer_name="Somebody"))
    assert first.status_code == 422
    assert "choose whose money it is" in text_of(first)
    assert not Receipt.objects.exists()
    chosen = typed("B-1", "500.00", payer_name="Somebody", guess="BOLT", remember="on")
    chosen |= {"guessed_from": field_of(first, "guessed_from")}
    page = text_of(clerk.post("/receipts/desk/", chosen, follow=True))
    assert "B-1" in page
    assert "another payer" in page
    receipt = Receipt.objects.get()
    assert (receipt.customer, receipt.allocated) == (cast.bolt, Decimal("500.00"))
    assert Payer.objects.get().name == "Somebody"  # known from now on
    other = text_of(clerk.get("/receipts/guesses/", typed("", "7.00", payer_name="Somebody")))
    assert "BOLT" in other


def test_guesses_are_fetched_anew_when_anything_they_follow_from_changes(cast: Cast, clerk: Client):
    make_line(cast.acme, "L-1", "2026-02-01", "500.00", currency="USD")
    page = clerk.get("/receipts/desk/").content.decode()
    trigger = re.search(r'id="desk-guesses"[^>]*hx-trigger="([^"]*)"', page)[1]
    fields = re.findall(r"from:'#id_(\w+)'", trigger)
    assert fields == ["payer_name", "receipt_no", "amount", "currency"]
    for currency, known in (("CNY", False), ("USD", True)):
        told = text_of(clerk.get("/receipts/guesses/", typed("", "500.00", currency=currency)))
        assert ("ACME" in told) is known


def test_after_a_refusal_the_customer_follows_what_is_typed(cast: Cast, clerk: Client):
    """The payer is corrected in the form that came back: the money is the new one's."""
    make_line(cast.acme, "L-1", "2026-02-01", "500.00")
    make_line(cast.bolt, "L-2", "2026-02-01", "500.00")
    wrong_day = {"received_on": "2999-01-01", "payer_name": cast.acme.name}
    refused = clerk.post("/receipts/desk/", typed("B-1", "500.00", **wrong_day))
    assert refused.status_code == 422
    assert field_of(refused, "customer") == ""
    kept = {name: field_of(refused, name) for name in ("customer", "guess", "guessed_from")}
    assert kept["guess"] == "ACME"
    corrected = typed("B-1", "500.00", payer_name=cast.bolt.name) | kept
    again = clerk.post("/receipts/desk/", corrected)
    assert again.status_code == 422  # ACME was chosen for another payer: asked once more
    assert not Receipt.objects.exists()
    asked = {name: field_of(again, name) for name in kept}
    assert asked["guess"] == "BOLT"
    clerk.post("/receipts/desk/", corrected | asked)
    receipt = Receipt.objects.get()
    assert (receipt.customer, receipt.line.line_no) == (cast.bolt, "L-2")


def field_of(page: HttpResponse, name: str) -> str:
    """What a browser would send of a field of the form; "" for an empty one."""
    inputs = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page.content.decode())
    sent = [tag for tag in inputs if 'type="radio"' not in tag or " checked" in tag]
    found = re.search(r'value="([^"]*)"', sent[0]) if sent else None
    return unescape(found[1]) if found else ""


def test_the_desk_is_for_who_records_receipts_and_shows_nobody_elses_customers(
    cast: Cast, clerk: Client
):
    make_line(cast.wolf, "L-FAR", "2026-02-01", "500.00")
    assert "WOLF" not in text_of(clerk.get("/receipts/guesses/", typed("", "500.00")))
    assert client_of(cast.alice).get("/receipts/guesses/", typed("", "500.00")).status_code == 403


def test_who_pays_and_how_is_held_against_the_contract_in_force(cast: Cast, clerk: Client):
    """Flagged, not refused; once the contract is over, nothing was agreed."""
    Contract.objects.create(
        contract_no="HT-1", customer=cast.acme, starts_on="2025-01-01", ends_on="2026-01-31",
        payer_name="Acme Treasury", pay_method="transfer",
    )  # fmt: skip
    agreed = {"payer_name": "ACME TREASURY", "method": "transfer"}
    pay(cast.acme, "R-1", "2026-01-10", "1.00", **agreed)
    pay(cast.acme, "R-2", "2026-01-10", "1.00", payer_name=cast.acme.name, method="cash")
    pay(cast.acme, "R-3", "2026-02-10", "1.00", payer_name=cast.acme.name, method="cash")
    flags = Receipt.objects.order_by("receipt_no").values_list("other_payer", "other_method")
    assert list(flags) == [(False, False), (True, True), (False, False)]
    answer = clerk.get("/receipts/?state=flagged")
    page = text_of(answer)
    assert "R-2" in page
    assert "R-1" not in page
    on_phones = re.sub(r'<td class="[^"]*\bhm\b.*?</td>', "", answer.content.decode())
    assert "another payer" in on_phones
    assert "another method than agreed" in on_phones


def test_a_phone_says_when_a_bill_matures(cast: Cast, clerk: Client):
    later = timezone.localdate() + dt.timedelta(30)
    today = timezone.localdate().isoformat()
    pay(cast.acme, "R-1", today, "1.00", method="acceptance_bill", matures_on=later)
    for page in ("/receipts/", f"/customers/{cast.acme.pk}/receipts/"):
        html = clerk.get(page).content.decode()
        on_phones = re.sub(r'<td class="[^"]*\bhm\b.*?</td>', "", html)
        assert f'datetime="{later}"' in on_phones, page


def test_money_is_moved_from_the_page_and_its_way_is_told(cast: Cast, clerk: Client):
    first = make_line(cast.acme, "L-1", "2026-02-01", "500.00")
    second = make_line(cast.acme, "L-2", "2026-03-01", "300.00")
    receipt = pay(cast.acme, "R-1", "2026-02-10", "500.00", line_no="L-1")
    url = f"/receipts/{receipt.pk}/move/"
    asked = {"from_line": str(first.pk), "to_line": str(second.pk), "amount": "200.00"}
    preview = text_of(clerk.get(url, asked))
    assert "L-1 ¥0.00 ¥200.00" in preview
    assert "L-2 ¥300.00 ¥100.00" in preview
    over = clerk.post(url, asked | {"amount": "300.01", "reason": "Wrong line"})
    assert over.status_code == 422
    assert clerk.post(url, asked | {"reason": ""}).status_code == 422
    assert clerk.post(url, asked | {"reason": "Wrong line"}).status_code == 302
    for line, paid in ((first, "300.00"), (second, "200.00")):
        line.refresh_from_db()
        assert line.paid == Decimal(paid)
    credit = {"from_line": str(second.pk), "to_line": "", "amount": "50.00", "reason": "Waits"}
    clerk.post(url, credit)
    receipt.refresh_from_db()
    assert receipt.allocated == Decimal("450.00")
    told = text_of(clerk.get(url))
    assert "Wrong line" in told
    assert "Waits" in told


def test_the_list_of_receipts_is_a_table_of_what_is_filtered(cast: Cast, clerk: Client, settings):
    make_line(cast.acme, "L-1", "2026-02-01", "500.00")
    pay(cast.acme, "R-1", "2026-02-10", "500.00")
    pay(cast.acme, "R-2", "2026-02-11", "40.00", payer_name="=cmd()")
    content = clerk.get("/receipts/export/csv/?state=unapplied").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert [(row["receipt_no"], row["credit"]) for row in rows] == [("R-2", "40.00")]
    assert not rows[0]["payer"].startswith("=")
    assert clerk.get("/receipts/export/pdf/").status_code == 404
    settings.CONFIRM_MINUTES = -1  # the password was typed long ago
    asked = clerk.get("/receipts/export/csv/?state=unapplied")
    assert asked.url == f"/confirm/?{urlencode({'next': '/receipts/?state=unapplied'})}"
    assert clerk.get("/invoices/export/csv/").url.startswith("/confirm/?next=%2Finvoices%2F")
