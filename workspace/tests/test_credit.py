"""A customer's credit: who sets a limit, who is asked, what calls for a review, who reads what."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from contracts.services.credit import hold_credit
from core.errors import RefusedError
from core.rules import add_months
from customers.models import (
    BankAccount,
    BankAccountOpening,
    CreditEvent,
    CreditFact,
    CreditLimitChange,
    CreditReview,
    Customer,
    DangerSign,
    Guarantee,
    Qualification,
)
from customers.services.credit import set_credit_limit
from engagement.jobs import close_credit_alerts, open_credit_alerts
from engagement.models import Alert
from organization.models import Approval
from tests.cast import Cast
from workspace.approvals import approve_and_apply
from workspace.credit.limits import LimitWish, change_limit

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 3, 31)
SOURCED = {"source": "bank", "as_of": DAY}


def wish(amount: str) -> LimitWish:
    return LimitWish(Decimal(amount), None, "ships twice as much")


def go_in(client: Client, person: object) -> Client:
    client.force_login(person)
    return client


def page(client: Client, customer: Customer, section: str) -> str:
    answer = client.get(f"/customers/{customer.pk}/{section}/")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("who", "amount", "asked"),
    [
        ("olga", "200000", None),
        ("olga", "200001", "EAST"),
        ("alice", "100", "EAST-1"),
        ("fiona", "3000000", None),
        ("fiona", "4000000", "HQ"),
    ],
)
def test_a_limit_is_set_within_authority_and_asked_for_beyond(
    cast: Cast, who: str, amount: str, asked: str | None
):
    done = change_limit(cast.acme, wish(amount), actor=getattr(cast, who))
    cast.acme.refresh_from_db()
    if asked is None:
        assert isinstance(done, CreditLimitChange)
        assert cast.acme.credit_limit == Decimal(amount)
    else:
        assert isinstance(done, Approval)
        assert done.addressee.code == asked
        assert cast.acme.credit_limit is None


def test_a_head_lowers_any_limit_but_an_account_manager_does_not(cast: Cast):
    Customer.objects.filter(pk=cast.acme.pk).update(credit_limit=9_000_000)
    cast.acme.refresh_from_db()
    assert isinstance(change_limit(cast.acme, wish("8000000"), actor=cast.olga), CreditLimitChange)
    cast.acme.refresh_from_db()
    assert isinstance(change_limit(cast.acme, wish("7000000"), actor=cast.alice), Approval)


def test_an_approved_limit_stands_with_both_names(cast: Cast):
    asked = change_limit(cast.acme, wish("250000"), actor=cast.alice)
    assert isinstance(asked, Approval)
    approve_and_apply(asked, reason="fine", actor=cast.bruno)
    change = CreditLimitChange.objects.get()
    assert (change.amount, change.changed_by, change.approved_by) == (
        Decimal("250000"), cast.alice, cast.bruno,
    )  # fmt: skip
    assert Customer.objects.get(pk=cast.acme.pk).credit_limit == Decimal("250000")


def test_an_approval_that_cannot_be_carried_out_stays_open(cast: Cast):
    asked = change_limit(cast.acme, wish("250000"), actor=cast.alice)
    assert isinstance(asked, Approval)
    Customer.objects.filter(pk=cast.acme.pk).update(merged_into=cast.bolt)
    with pytest.raises(RefusedError, match="merged"):
        approve_and_apply(asked, reason="", actor=cast.bruno)
    asked.refresh_from_db()
    assert asked.state == "waiting"


def test_the_service_itself_refuses_who_may_not(cast: Cast):
    with pytest.raises(RefusedError, match="beyond your authority"):
        set_credit_limit(
            cast.acme, amount=Decimal(1), valid_until=None, reason="x", actor=cast.alice
        )


def test_asking_and_deciding_on_the_pages(cast: Cast, client: Client):
    path = f"/customers/{cast.acme.pk}/credit/limit/"
    proposed = add_months(timezone.localdate(), 12).isoformat()
    assert f'value="{proposed}"' in go_in(client, cast.alice).get(path).content.decode()
    client.post(path, {"amount": "250000", "reason": "new line"})
    asked = Approval.objects.get()
    assert "waits for approval" in page(client, cast.acme, "credit")
    assert f"/approvals/{asked.pk}/" in client.get("/approvals/").content.decode()
    again = client.post(path, {"amount": "260000", "reason": "more"})
    assert again.status_code == 422
    assert "waits already" in again.content.decode()

    assert go_in(client, cast.olga).get(f"/approvals/{asked.pk}/").status_code == 404
    assert go_in(client, cast.walter).get(f"/approvals/{asked.pk}/").status_code == 404
    drawer = go_in(client, cast.bruno).get(f"/approvals/{asked.pk}/").content.decode()
    assert "¥250,000.00" in drawer
    assert "new line" in drawer
    number = client.get("/waiting/", headers={"HX-Request": "true"}).content.decode()
    assert "#n-approvals" in number
    assert ">1<" in number
    refused = client.post(f"/approvals/{asked.pk}/", {"decision": "refuse"})
    assert refused.status_code == 422
    client.post(f"/approvals/{asked.pk}/", {"decision": "refuse", "answer": "too early"})
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("refused", cast.bruno)
    assert "too early" in go_in(client, cast.alice).get(f"/approvals/{asked.pk}/").content.decode()


def test_danger_signs_call_owner_head_and_finance_at_once(cast: Cast, client: Client):
    path = f"/customers/{cast.acme.pk}/credit/signs/"
    go_in(client, cast.alice).post(path, {"signs": ["idle_lines"], "note": "one line of two"})
    alert = Alert.objects.get(kind="credit_review")
    assert alert.severity == "high"
    for person in (cast.alice, cast.olga, cast.fiona):
        assert "Production lines stand idle" in go_in(client, person).get("/").content.decode()
    for person in (cast.sam, cast.ann, cast.wendy):
        shown = go_in(client, person).get("/").content.decode()
        assert "Production lines stand idle" not in shown

    go_in(client, cast.alice).post(path, {"signs": ["owner_gone"]})
    alert.refresh_from_db()
    assert alert.params["signs"] == ["idle_lines", "owner_gone"]
    assert DangerSign.objects.filter(gone_on=None).get().sign == "owner_gone"
    assert Alert.objects.filter(kind="credit_review").count() == 1

    next_on = timezone.localdate() + dt.timedelta(days=90)
    go_in(client, cast.fiona).post(
        f"/customers/{cast.acme.pk}/credit/review/", {"outcome": "halved", "next_on": next_on}
    )
    alert.refresh_from_db()
    assert (alert.status, alert.closing_reason) == ("closed", "reviewed")
    assert CreditReview.objects.get().reviewed_by == cast.fiona


def test_those_without_the_sections_read_nothing_of_credit(cast: Cast, client: Client):
    CreditFact.objects.create(customer=cast.acme, topic="funds", text="canary-funds", **SOURCED)
    go_in(client, cast.alice).post(
        f"/customers/{cast.acme.pk}/credit/signs/", {"signs": ["lay_offs"]}
    )
    for person in (cast.ann, cast.sam):
        go_in(client, person)
        for name in ("", "profile/", "history/", "timeline/", "dossier/", "print/"):
            shown = client.get(f"/customers/{cast.acme.pk}/{name}").content.decode()
            assert "canary-funds" not in shown
            assert "People are laid off" not in shown


def test_limits_are_read_by_those_who_see_the_credit(cast: Cast, client: Client):
    set_credit_limit(
        cast.acme, amount=Decimal(987654), valid_until=None, reason="x", actor=cast.greta
    )
    hold_credit(cast.acme, reason="canary-hold", actor=cast.fiona, today=timezone.localdate())
    read = {
        person.username: {
            name
            for name in ("profile", "history")
            if "987,654" in client.get(f"/customers/{cast.acme.pk}/{name}/").content.decode()
        }
        for person in (cast.alice, cast.fiona, cast.sam, cast.ann)
        if go_in(client, person)
    }
    both = {"profile", "history"}
    assert read == {"alice": both, "fiona": both, "sam": set(), "ann": set()}
    for person, sees in ((cast.alice, True), (cast.ann, False)):
        shown = page(go_in(client, person), cast.acme, "history")
        assert ("canary-hold" in shown) == sees


def test_an_account_number_is_read_for_a_reason_and_that_is_kept(cast: Cast, client: Client):
    account = BankAccount.objects.create(
        customer=cast.acme, bank="ICBC", account_no="6222021234567890", **SOURCED
    )
    shown = page(go_in(client, cast.alice), cast.acme, "dossier")
    assert "•••• 7890" in shown
    assert "6222021234567890" not in shown
    path = f"/customers/{cast.acme.pk}/credit/accounts/{account.pk}/number/"
    assert client.post(path, {"reason": ""}).status_code == 422
    opened = client.post(path, {"reason": "refund"})
    assert "6222021234567890" in opened.content.decode()
    assert opened["Cache-Control"] == "no-store"
    assert BankAccountOpening.objects.get().reason == "refund"
    edited = client.get(f"/customers/{cast.acme.pk}/credit/accounts/{account.pk}/").content.decode()
    assert "6222021234567890" not in edited
    history = page(client, cast.acme, "history")
    assert "6222021234567890" not in history


def test_a_part_keeps_its_source_and_is_taken_away(cast: Cast, client: Client):
    path = f"/customers/{cast.acme.pk}/credit/events/"
    go_in(client, cast.alice)
    facts = {"kind": "default", "text": "late", "currency": "CNY", "source": "court"}
    late = client.post(f"{path}new/", {**facts, "as_of": "2999-01-01"})
    assert late.status_code == 422
    client.post(f"{path}new/", {**facts, "as_of": "2026-03-01"})
    event = CreditEvent.objects.get()
    assert (event.source, event.recorded_by) == ("court", cast.alice)
    assert go_in(client, cast.wendy).post(f"{path}{event.pk}/", {"delete": "1"}).status_code == 404
    go_in(client, cast.alice).post(f"{path}{event.pk}/", {"delete": "1"})
    assert not CreditEvent.objects.exists()


def test_evidence_of_a_promise_is_read_and_not_edited(cast: Cast, client: Client):
    event = CreditEvent.objects.create(
        customer=cast.acme, kind="promise_broken", text="L-1", of_promise=True, **SOURCED
    )
    path = f"/customers/{cast.acme.pk}/credit/events/{event.pk}/"
    shown = page(go_in(client, cast.olga), cast.acme, "credit")
    assert "Promise broken" in shown
    assert path not in shown
    posted = {"kind": "promise_kept", "text": "x", "currency": "CNY", "source": "me"}
    for sent in ({"delete": "1"}, {**posted, "as_of": "2026-03-01"}):
        assert client.post(path, sent).status_code == 404
    assert CreditEvent.objects.get().kind == "promise_broken"


def test_all_evidence_counts_however_much_there_is(cast: Cast, client: Client):
    today = timezone.localdate()
    for kind, number, days in (("promise_kept", 50, 1), ("court_entry", 1, 9)):
        CreditEvent.objects.bulk_create(
            CreditEvent(
                customer=cast.acme, kind=kind, text="x", source="S",
                as_of=today - dt.timedelta(days),
            )
            for _number in range(number)
        )  # fmt: skip
    shown = page(go_in(client, cast.alice), cast.acme, "credit")
    assert "from 51 pieces of evidence" in shown
    assert '<span class="ok">70</span>' in shown  # 70 + 30 - 30
    assert shown.count(">Promise kept<") == 50
    assert "The latest 50 are shown." in shown
    assert "Court entry" not in shown


def night(day: dt.date) -> tuple[int, int]:
    return open_credit_alerts(day), close_credit_alerts(day)


def test_papers_that_expire_are_told_at_60_30_and_7_days(cast: Cast):
    paper = Qualification.objects.create(
        customer=cast.acme, name="Licence", expires_on=DAY, **SOURCED
    )
    Guarantee.objects.create(
        customer=cast.acme, direction="given", kind="mortgage", party="Bank", expires_on=DAY,
        **SOURCED,
    )  # fmt: skip
    told = [night(DAY - dt.timedelta(days)) for days in (61, 60, 59, 30, 7, 0)]
    assert told == [(0, 0), (2, 0), (0, 0), (2, 2), (2, 2), (0, 0)]
    subject = f"qualification:{paper.pk}"
    standing = Alert.objects.exclude(status="closed").get(subject=subject)
    assert (standing.severity, standing.params["name"]) == ("high", "Licence")
    Qualification.objects.update(expires_on=DAY + dt.timedelta(days=365))
    assert night(DAY) == (0, 1)
    standing.refresh_from_db()
    assert standing.closing_reason == "renewed"


def test_a_review_that_is_due_and_a_limit_that_ends_are_told_once(cast: Cast):
    CreditReview.objects.create(
        customer=cast.acme, reviewed_on=DAY - dt.timedelta(9), reviewed_by=cast.fiona,
        outcome="ok", next_on=DAY,
    )  # fmt: skip
    set_credit_limit(
        cast.bolt, amount=Decimal(1), valid_until=DAY + dt.timedelta(30), reason="x",
        actor=cast.greta,
    )  # fmt: skip
    assert open_credit_alerts(DAY - dt.timedelta(1)) == 0
    assert open_credit_alerts(DAY) == 2
    assert open_credit_alerts(DAY + dt.timedelta(1)) == 0
    why = Alert.objects.order_by("subject").values_list("subject", "params__why")
    assert list(why) == [("ACME", "due"), ("BOLT", "limit")]
