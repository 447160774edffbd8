"""Pages of credit: who is on hold and why, stopped by hand, released by a second person."""

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone

from contracts.models import CreditHold, CreditRelease, CreditState
from contracts.reports import group_room
from contracts.rules.credit import CreditMarks
from contracts.services.credit import hold_credit, keep_credit, lift_hold
from contracts.tests.make import make_line
from customers.models import CreditLimitChange, Customer, Merge
from organization.models import Approval
from segmentation.ruleset import DEFAULT_RULES
from segmentation.services import activate_rules, draft_rules
from tests.cast import Cast, make_customer
from tests.pages import client_of, text_of
from workspace.approvals import approve_and_apply
from workspace.merging.asking import ask_merge, ask_undo
from workspace.merging.work import work_on
from workspace.tests.make import Night, publish

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


def figures_of(page: str) -> str:
    """What stands under "Owed / limit" above every section."""
    return page[page.index("Owed / limit") :][:60]


def test_header_list_and_card_say_the_same_of_the_limit(cast: Cast, late: Customer):
    """The limit in force and how it is judged: shipped and not billed counts, deposits too."""
    leaf = make_customer("LEAF", cast.east_outlet, cast.alice, parent=late)
    make_line(leaf, "L-2", "2099-01-31", "1500")
    Customer.objects.filter(pk=late.pk).update(deposit=1000)
    keep_credit([late.pk], cause="facts")
    owed = {"CNY": "9000"}
    publish([Night(late, "5.00", overdue=owed), Night(leaf, "5.00", overdue=owed)])
    person = client_of(cast.alice)
    listed = person.get("/customers/").content.decode()
    assert listed.count("95% of the limit") == 2  # (9,000 - 1,000 + 1,500) / 10,000
    seen_by_service = client_of(cast.sam).get("/customers/").content.decode()
    assert late.code in seen_by_service
    assert "of the limit" not in seen_by_service
    for file, owed in ((late, "¥9,000"), (leaf, "¥1,500")):
        page = text_of(person.get(f"/customers/{file.pk}/credit/"))
        assert f"{owed} / ¥10k 95% of the limit" in " ".join(figures_of(page).split())
        assert page.count("95% of the limit") >= 2
    assert "Owed / limit" not in text_of(client_of(cast.sam).get(f"/customers/{late.pk}/"))


@pytest.mark.parametrize(("watch_use", "tone"), [("0.96", "accent"), ("0.80", "warn")])
def test_a_limit_is_nearly_used_from_the_mark_of_the_rules_in_force_on(
    cast: Cast, watch_use: str, tone: str
):
    rules = replace(DEFAULT_RULES, credit=CreditMarks(watch_use=Decimal(watch_use)))
    activate_rules(draft_rules(rules, note="x"))
    make_line(cast.acme, "L-1", "2099-01-31", "9500")
    Customer.objects.filter(pk=cast.acme.pk).update(credit_limit=10000)
    keep_credit([cast.acme.pk], cause="facts")
    publish([Night(cast.acme, "5.00", overdue={"CNY": "9500"})])
    file = f"/customers/{cast.acme.pk}/"
    for path in ("/customers/", file, f"{file}credit/"):
        page = client_of(cast.alice).get(path).content.decode()
        assert set(re.findall(r'class="meter t-(\w+)"', page)) == {tone}, path


def test_a_suggested_limit_fits_into_what_the_group_leaves(cast: Cast):
    """B11: each member's limit takes from the group's, that of a part of it once."""
    east = cast.east_outlet
    head = make_customer("HEAD", cast.west_outlet, credit_limit=1000)
    assert group_room(head) is None
    mine = make_customer("MINE", east, parent=make_customer("MIDDLE", east, parent=head))
    part = make_customer("PART", east, parent=head, credit_limit=600)
    within = make_customer("WITHIN", east, parent=part, credit_limit=150)
    make_customer("BESIDE", east, parent=part, credit_limit=100)
    Customer.objects.filter(pk=mine.pk).update(credit_limit=50)
    assert group_room(mine) == 400
    assert group_room(part) == 950
    assert group_room(within) == 500

    CreditLimitChange.objects.create(
        customer=head, amount=1000, valid_until=timezone.localdate() - dt.timedelta(1),
        reason="x", changed_by=cast.greta,
    )  # fmt: skip
    keep_credit([head.pk], cause="facts")
    assert group_room(part) == 450, "a limit that has ended counts half"


def test_a_merged_file_has_no_state_and_the_one_that_stays_is_judged_by_all(cast: Cast):
    kept, merged = cast.bolt, cast.acme
    Customer.objects.filter(pk=kept.pk).update(credit_limit=1000)
    make_line(kept, "K-1", "2099-01-31", "700")
    make_line(merged, "M-1", "2099-01-31", "400")
    hold_credit(merged, reason="Cheques bounce", actor=cast.fiona, today=timezone.localdate())
    lift_hold(merged, reason="Paid", actor=cast.olga, today=timezone.localdate())

    def states() -> dict[str, tuple[str, Decimal]]:
        found = CreditState.objects.filter(customer__in=[kept.pk, merged.pk])
        return {state.customer.code: (state.shown, state.exposure) for state in found}

    keep_credit([kept.pk, merged.pk], cause="facts")
    before = {"BOLT": ("clear", Decimal(700)), "ACME": ("clear", Decimal(400))}
    assert states() == before
    merge = ask_merge(kept, merged, taken=[], actor=cast.greta)
    work_on(merge.pk)
    assert states() == {"BOLT": ("hold", Decimal(1100))}
    ask_undo(Merge.objects.get(), actor=cast.adam)
    work_on(merge.pk)
    assert states() == before


def test_the_list_holds_those_one_may_see(cast: Cast, late: Customer):
    assert late.name in text_of(client_of(cast.fiona).get("/credit/"))
    assert late.name not in text_of(client_of(cast.bob).get("/credit/"))
    assert late.name not in text_of(client_of(cast.fiona).get("/credit/?show=stop"))
    assert client_of(cast.sam).get("/credit/").status_code == 403


def test_customers_are_filtered_by_how_their_credit_stands(cast: Cast, late: Customer):
    def found(person: object, state: str) -> list[str]:
        page = client_of(person).get(f"/customers/?credit={state}").content.decode()
        return [each.code for each in (cast.acme, cast.bolt) if f"/customers/{each.pk}/" in page]

    hold_credit(cast.bolt, reason="Cheques bounce", actor=cast.fiona, today=timezone.localdate())
    assert found(cast.olga, "refused") == ["ACME", "BOLT"]
    assert (found(cast.olga, "hold"), found(cast.olga, "stop")) == (["ACME"], ["BOLT"])
    assert (found(cast.olga, "watch"), found(cast.olga, "clear")) == ([], [])
    assert found(cast.alice, "refused") == ["ACME"]
    assert found(cast.sam, "hold") == ["ACME", "BOLT"], "who sees no credit has no such filter"
    assert 'name="credit"' not in client_of(cast.sam).get("/customers/").content.decode()


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
