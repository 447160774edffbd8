"""Promises in drawers, the collections worklist, approval of far days."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from django.utils import timezone

from contracts.jobs import open_payment_alerts
from contracts.models import PlanLine, Promise
from contracts.services import ReceiptEntry, post_receipt
from contracts.tests.make import make_line, pay
from core.errors import RefusedError
from organization.models import Approval
from tests.cast import Cast
from tests.pages import client_of, text_of
from workspace.approvals import approve_and_apply

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def in_days(n: int) -> str:
    return (timezone.localdate() + dt.timedelta(n)).isoformat()


@pytest.fixture
def late(cast: Cast) -> Cast:
    make_line(cast.acme, "A1", in_days(-20), "300.00")
    make_line(cast.bolt, "B1", in_days(-20), "90000.00")
    make_line(cast.wolf, "W1", in_days(-20), "7.00")
    open_payment_alerts(timezone.localdate())
    return cast


def promise(client, customer, **typed):
    url = f"/customers/{customer.pk}/promises/new/?line=A1"
    known = {"line": "A1", "amount": "300", "due_on": in_days(5), "note": "Li said so"}
    return client.post(url, known | typed, headers=HTMX)


def test_a_promise_is_noted_from_the_line_and_seen_wherever_the_line_is(late: Cast):
    client = client_of(late.alice)
    page = text_of(client.get(f"/customers/{late.acme.pk}/promises/new/?line=A1", headers=HTMX))
    assert "Promise to pay" in page
    assert promise(client, late.acme).status_code == 200
    drawer = text_of(client.get(f"/receivables/{late.acme.pk}/lines/"))
    assert "A1 promised ¥300.00" in drawer
    assert "Li said so" in drawer
    assert "promised" in text_of(client.get("/collections/"))
    section = text_of(client.get(f"/customers/{late.acme.pk}/receivables/"))
    assert "Promises to pay" in section
    timeline = text_of(client.get(f"/customers/{late.acme.pk}/timeline/"))
    assert "Promised ¥300.00" in timeline
    assert "Open · A1" in timeline
    again = promise(client, late.acme)
    assert again.status_code == 422
    assert "replace that one" in text_of(again)
    entry = ReceiptEntry("R1", timezone.localdate(), Decimal(300), line_no="A1")
    post_receipt(late.acme, entry, today=timezone.localdate())
    assert Promise.objects.get().state == "kept"


def test_a_promise_is_replaced_and_cancelled_in_the_drawer(late: Cast):
    client = client_of(late.alice)
    promise(client, late.acme)
    first = Promise.objects.get()
    typed = {"amount": "200", "due_on": in_days(9), "note": ""}
    answer = client.post(f"/promises/{first.pk}/replace/", typed, headers=HTMX)
    assert answer.status_code == 200
    second = Promise.objects.get(replaces=first)
    assert (second.line, second.amount, second.replacements) == (first.line, Decimal(200), 1)
    url = f"/promises/{second.pk}/cancel/"
    assert client.post(url, {"reason": ""}, headers=HTMX).status_code == 422
    assert client.post(url, {"reason": "a misunderstanding"}, headers=HTMX).status_code == 200
    assert sorted(Promise.objects.values_list("state", flat=True)) == ["cancelled", "replaced"]
    assert client_of(late.wendy).get(url).status_code == 404


def test_a_day_far_away_waits_for_a_head(late: Cast):
    answer = promise(client_of(late.alice), late.acme, due_on=in_days(40))
    assert "was asked to approve it" in answer.content.decode()
    assert not Promise.objects.exists()
    approval = Approval.objects.get()
    with pytest.raises(RefusedError, match="asked for this yourself"):
        approve_and_apply(approval, reason="", actor=late.alice)
    assert approval.addressee == late.east
    approve_and_apply(approval, reason="fine", actor=late.bruno)
    noted = Promise.objects.get()
    assert (noted.due_on.isoformat(), noted.noted_by) == (in_days(40), late.alice)


def test_the_list_ranks_what_one_may_see_and_says_why(late: Cast):
    page = client_of(late.bruno).get("/collections/")
    shown = [row.alert.subject for row in page.context["rows"]]
    assert set(shown) == {"A1", "B1"}
    assert "lateness × 1.60 · value × 1.00" in text_of(page)
    assert "Speak with the decider" in text_of(page)
    narrowed = client_of(late.bruno).get("/collections/?stage=last")
    assert "No line matches" in text_of(narrowed)
    assert "W1" not in text_of(page)


def test_the_statement_of_account_is_a_file_that_excel_reads(late: Cast):
    pay(late.acme, "R-1", in_days(-3), "120.00", line_no="A1")
    since = f"?first={PlanLine.objects.get(line_no='A1').issued_on}"
    page = text_of(client_of(late.bruno).get(f"/customers/{late.acme.pk}/account/{since}"))
    assert "A1" in page
    assert "¥180.00" in page  # the balance
    answer = client_of(late.bruno).get(f"/customers/{late.acme.pk}/account/csv/{since}")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    told = [(row["number"], row["amount"], row["balance"]) for row in rows]
    assert told == [("A1", "300.00", "300.00"), ("R-1", "-120.00", "180.00")]
