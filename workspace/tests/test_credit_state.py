"""Pages of credit: who is on hold and why, stopped by hand, released by a second person."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from contracts.models import CreditHold, CreditRelease, CreditState
from contracts.services.credit import keep_credit
from contracts.tests.make import make_line
from customers.models import Customer
from organization.models import Approval
from tests.cast import Cast
from tests.pages import client_of, text_of
from workspace.approvals import approve_and_apply

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(cast: Cast) -> Customer:
    """Acme with a limit of 10,000: 9,000 overdue for 20 days."""
    Customer.objects.filter(pk=cast.acme.pk).update(credit_limit=10000)
    make_line(cast.acme, "L-1", (timezone.localdate() - dt.timedelta(20)).isoformat(), "9000")
    keep_credit([cast.acme.pk], cause="facts")
    return cast.acme


def test_the_file_says_why_a_customer_is_on_hold_and_since_when(cast: Cast, late: Customer):
    page = text_of(client_of(cast.alice).get(f"/customers/{late.pk}/credit/"))
    for words in (
        "90% of the limit is used",
        "¥9,000.00 overdue, the oldest for 20 days",
        "available ¥1,000.00",
        "Decision record",
        "new facts",
    ):
        assert words in page
    header = text_of(client_of(cast.alice).get(f"/customers/{late.pk}/"))
    assert "Hold" in header
    assert "Hold" not in text_of(client_of(cast.sam).get(f"/customers/{late.pk}/"))


def test_the_list_holds_those_one_may_see(cast: Cast, late: Customer):
    assert late.name in text_of(client_of(cast.fiona).get("/credit/"))
    assert late.name not in text_of(client_of(cast.bob).get("/credit/"))
    assert late.name not in text_of(client_of(cast.fiona).get("/credit/?show=stop"))
    assert client_of(cast.sam).get("/credit/").status_code == 403


def test_a_hold_by_hand_is_lifted_by_somebody_else(cast: Cast, late: Customer):
    path = f"/customers/{late.pk}/credit"
    answer = client_of(cast.fiona).post(f"{path}/hold/", {"reason": "Cheques bounce"})
    assert answer.status_code == 302
    assert "stopped by hand" in text_of(client_of(cast.alice).get(f"{path}/"))
    refused = client_of(cast.fiona).post(f"{path}/lift/", {"reason": "All right"})
    assert refused.status_code == 422
    assert "another person lifts it" in text_of(refused)
    assert client_of(cast.alice).post(f"{path}/lift/", {"reason": "x"}).status_code == 403
    client_of(cast.olga).post(f"{path}/lift/", {"reason": "Paid in cash"})
    assert CreditHold.objects.get().lifted_by == cast.olga
    assert CreditState.objects.get(customer=late).shown == "hold", "the facts decide again"


def test_a_release_is_asked_for_and_given_by_whose_authority_reaches(cast: Cast, late: Customer):
    today = timezone.localdate()
    form = {"amount": "60000", "until": today.isoformat(), "reason": "Season"}
    path = f"/customers/{late.pk}/credit/release/"
    assert client_of(cast.alice).post(path, form | {"until": "2020-01-01"}).status_code == 422
    assert client_of(cast.alice).post(path, form).status_code == 302
    asked = Approval.objects.get()
    assert (asked.kind, asked.addressee, asked.amount) == (
        "credit_release", cast.east, Decimal(60000),
    )  # fmt: skip
    approve_and_apply(asked, reason="", actor=cast.bruno)
    assert CreditRelease.objects.get().ceiling == 69000
    assert CreditState.objects.get(customer=late).shown == "watch"
    page = text_of(client_of(cast.alice).get(f"/customers/{late.pk}/credit/"))
    assert "released through" in page
    assert "available ¥60,000.00" in page
