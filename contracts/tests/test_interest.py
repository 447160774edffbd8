"""Interest for paying late: a memo until somebody approves it, then one line (B7)."""

from decimal import Decimal

import pytest
from django.utils import timezone

from contracts.models import Allocation, Contract, InterestCharge, PlanLine, Receipt
from contracts.reports.interest import memos
from contracts.services.interest import charge_interest
from contracts.tests.make import day, make_line, pay
from core.errors import RefusedError
from tests.cast import Cast
from tests.pages import client_of, text_of

pytestmark = pytest.mark.django_db
OCTOBER = day("2025-10-31")
AMOUNT = Decimal("1130.00")


@pytest.fixture
def late(cast: Cast) -> Cast:
    make_line(cast.acme, "L-1", "2025-09-30", "100000.00")
    make_line(cast.acme, "L-2", "2025-09-30", "5000.00", disputed=True)
    pay(cast.acme, "R-1", "2025-10-10", "40000.00", line_no="L-1")
    return cast


def grown(day_text: str) -> dict[str, Decimal]:
    found = memos(PlanLine.objects.all(), day(day_text))
    return {PlanLine.objects.get(pk=pk).line_no: amount for pk, amount in found.items()}


def test_what_is_approved_becomes_one_line_once_and_only_what_grew_since_is_left(late: Cast):
    assert grown("2025-10-31") == {"L-1": AMOUNT}
    approved = {PlanLine.objects.get(line_no="L-1").pk: AMOUNT}
    billed = charge_interest(late.acme, approved, today=OCTOBER, actor=late.fiona)
    assert charge_interest(late.acme, approved, today=OCTOBER, actor=late.fiona) == billed
    assert InterestCharge.objects.count() == 1
    assert (billed.amount, billed.contract, billed.issued_on) == (AMOUNT, None, OCTOBER)
    assert billed.due_on == day("2025-11-17")  # fifteen days later is a Saturday
    assert grown("2025-10-31") == {}
    assert grown("2025-11-01") == {"L-1": Decimal("30.00")}
    pay(late.acme, "R-2", "2025-11-10", "60000.00", line_no="L-1")
    assert grown("2026-01-31") == {"L-1": Decimal("300.00")}  # it outlives the debt, and bears none
    assert grown("2027-01-31") == {}


def test_a_contract_may_agree_on_another_rate(late: Cast):
    contract = Contract.objects.create(
        contract_no="HT-1", customer=late.acme, starts_on=day("2025-01-01"),
        late_interest_rate=Decimal("0.00035"),
    )  # fmt: skip
    PlanLine.objects.filter(line_no="L-1").update(contract=contract)
    assert grown("2025-10-31") == {"L-1": Decimal("791.00")}  # 1130 at 0.05 %, so 7/10 of it
    assert "0.035% a day" in text_of(
        client_of(late.fiona).get(f"/customers/{late.acme.pk}/account/")
    )
    line = PlanLine.objects.get(line_no="L-1")
    charge_interest(late.acme, {line.pk: Decimal("791.00")}, today=OCTOBER, actor=late.fiona)
    assert InterestCharge.objects.get().daily_rate == Decimal("0.00035")
    Contract.objects.filter(pk=contract.pk).update(late_interest_rate=0)
    assert grown("2026-10-31") == {}


def test_what_more_has_grown_of_the_same_day_is_approved_by_itself(late: Cast):
    """Money that was put on the line by mistake is taken back the same day."""
    pay(late.acme, "R-2", "2025-10-20", "30000.00", line_no="L-1")
    line = PlanLine.objects.get(line_no="L-1")
    first = charge_interest(
        late.acme, {line.pk: Decimal("965.00")}, today=OCTOBER, actor=late.fiona
    )
    Allocation.objects.create(
        receipt=Receipt.objects.get(receipt_no="R-2"), line=line, customer=late.acme,
        amount=-30000, allocated_on="2025-10-20", kind="correction", reason="Another's",
    )  # fmt: skip
    rest = {line.pk: AMOUNT - 965}
    second = charge_interest(late.acme, rest, today=OCTOBER, actor=late.fiona)
    assert (first.amount, second.amount) == (965, 165)
    assert charge_interest(late.acme, rest, today=OCTOBER, actor=late.fiona) == second
    assert (InterestCharge.objects.count(), grown("2025-10-31")) == (2, {})


def test_nothing_is_charged_that_has_changed_or_is_disputed_or_by_who_may_not(late: Cast):
    line, argued = PlanLine.objects.get(line_no="L-1"), PlanLine.objects.get(line_no="L-2")
    with pytest.raises(RefusedError, match=r"Interest of line L-2 is ¥0\.00"):
        charge_interest(late.acme, {argued.pk: Decimal(9)}, today=OCTOBER, actor=late.fiona)
    with pytest.raises(RefusedError, match=r"is ¥1,130\.00 by now"):
        charge_interest(late.acme, {line.pk: Decimal(2000)}, today=OCTOBER, actor=late.fiona)
    with pytest.raises(RefusedError, match="at least one"):
        charge_interest(late.bolt, {line.pk: AMOUNT}, today=OCTOBER, actor=late.fiona)
    with pytest.raises(RefusedError, match="may not"):
        charge_interest(late.acme, {line.pk: AMOUNT}, today=OCTOBER, actor=late.alice)
    assert not InterestCharge.objects.exists()


def test_the_account_leads_to_it(late: Cast):
    client = client_of(late.fiona)
    url = f"/customers/{late.acme.pk}/interest/CNY/"
    assert url in client.get(f"/customers/{late.acme.pk}/account/").content.decode()
    assert (
        url
        not in client_of(late.alice).get(url.replace("interest/CNY", "account")).content.decode()
    )
    page = client.get(url)
    assert "L-1, due 2025-09-30" in text_of(page)
    (value, _told) = page.context["form"].fields["lines"].choices[0]
    assert client.post(url, {"lines": f"{value}9"}).status_code == 422
    assert client.post(url, {"lines": value}).status_code == 302
    billed = PlanLine.objects.get(line_no__startswith=f"INT-ACME-{timezone.localdate():%Y%m%d}")
    assert f":{billed.amount}" in value
    assert "No interest to charge" in text_of(client.get(url))
