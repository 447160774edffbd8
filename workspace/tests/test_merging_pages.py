"""Two files become one on the page: found, compared, merged, seen, undone."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from contracts.models import Allocation, InvoiceLine, PlanLine, Receipt
from contracts.reports.interest import memos
from contracts.services.interest import charge_interest
from contracts.services.invoices import Wanted, request_invoice
from contracts.tests.make import make_line, pay
from customers.codes import customers_by_code
from customers.jobs import find_duplicates
from customers.models import Contact, Customer, Duplicate, Merge, Share
from engagement.models import Note
from tests.cast import Cast, make_customer
from tests.pages import client_of, text_of
from workspace.merging.work import make_good

pytestmark = pytest.mark.django_db


@pytest.fixture
def twin(cast: Cast) -> Customer:
    """The same company as ACME in Bob's hands, with a phone and a note."""
    Customer.objects.filter(pk=cast.acme.pk).update(name="Acme Trading Ltd", short_name="Acme")
    twin = make_customer(
        "ACME-2", cast.east_outlet, cast.bob, name="ACME TRADING Co., Ltd.", phone="021-5555 0199"
    )
    at = timezone.now()
    Note.objects.create(customer=twin, note_no="N-1", written_at=at, text="They moved")
    return twin


def merge(cast: Cast, kept: Customer, other: Customer, **taken: str) -> Merge:
    """What Olga does on the page, and the worker behind it."""
    data = {"with": other.code, **{f"take-{name}": side for name, side in taken.items()}}
    answer = client_of(cast.olga).post(reverse("customer_merge", args=[kept.pk]), data)
    assert answer.status_code == 302
    make_good()
    return Merge.objects.latest("pk")


def undo(cast: Cast, merged: Merge) -> Merge:
    """What Adam does."""
    client_of(cast.adam).post(reverse("merge_undo", args=[merged.pk]))
    make_good()
    merged.refresh_from_db()
    return merged


def test_the_night_finds_the_pair_and_a_head_says_they_are_two(cast: Cast, twin: Customer):
    find_duplicates(timezone.localdate())
    page = client_of(cast.olga).get(reverse("duplicates"))
    assert "same name" in text_of(page)
    assert "ACME-2" in text_of(page)
    pair = Duplicate.objects.get()
    client_of(cast.olga).post(reverse("duplicate_dismiss", args=[pair.pk]))
    find_duplicates(timezone.localdate())
    assert "ACME-2" not in text_of(client_of(cast.olga).get(reverse("duplicates")))


def test_a_pair_of_which_one_is_out_of_sight_is_not_shown_nor_decided(cast: Cast):
    make_customer("WOLF-2", cast.east_outlet, cast.bob, name=cast.wolf.name)
    find_duplicates(timezone.localdate())
    pair = Duplicate.objects.get()
    assert "WOLF-2" not in text_of(client_of(cast.olga).get(reverse("duplicates")))
    answer = client_of(cast.olga).post(reverse("duplicate_dismiss", args=[pair.pk]))
    assert answer.status_code == 404
    assert "WOLF-2" in text_of(client_of(cast.greta).get(reverse("duplicates")))


def test_side_by_side_proposes_the_fuller_value_and_counts_what_moves(cast: Cast, twin: Customer):
    address = reverse("customer_merge", args=[cast.acme.pk])
    page = client_of(cast.olga).get(address, {"with": "ACME-2"}).content.decode()
    assert 'name="take-phone" value="other" checked' in page  # Acme has none
    assert 'name="take-short_name"' not in page  # the other has none: nothing to choose
    assert "notes 1" in text_of(client_of(cast.olga).get(address, {"with": "ACME-2"}))


def test_the_file_takes_what_was_chosen_and_everything_else(cast: Cast, twin: Customer):
    done = merge(cast, cast.acme, twin, phone="other")
    assert done.state == Merge.State.DONE
    acme = Customer.objects.get(code="ACME")
    assert (acme.phone, acme.name) == ("021-5555 0199", "Acme Trading Ltd")
    assert acme.engagement_notes.get().text == "They moved"


def test_the_old_code_leads_on_in_the_address_and_in_imports(cast: Cast, twin: Customer):
    merge(cast, cast.acme, twin)
    answer = client_of(cast.alice).get(reverse("customer", args=[twin.pk]))
    assert answer.url == reverse("customer", args=[cast.acme.pk])
    assert customers_by_code(["ACME-2"], cast.alice) == {"ACME-2": cast.acme.pk}


def test_the_past_of_both_files_stands_in_the_history(cast: Cast, twin: Customer):
    merge(cast, cast.acme, twin)
    page = client_of(cast.alice).get(reverse("customer_section", args=[cast.acme.pk, "history"]))
    assert "ACME TRADING Co., Ltd." in text_of(page)


def test_an_administrator_sees_codes_and_undoes_it(cast: Cast, twin: Customer):
    done = merge(cast, cast.acme, twin, phone="other")
    page = text_of(client_of(cast.adam).get(reverse("merge", args=[done.pk])))
    assert "ACME-2 → ACME" in page
    assert "Acme Trading" not in page
    assert undo(cast, done).state == Merge.State.UNDONE
    twin.refresh_from_db()
    assert twin.merged_into is None
    assert twin.account_manager == cast.bob
    assert twin.engagement_notes.count() == 1
    assert Customer.objects.get(code="ACME").phone == ""


def test_what_was_edited_and_added_since_stays(cast: Cast, twin: Customer):
    done = merge(cast, cast.acme, twin, phone="other")
    Customer.objects.filter(code="ACME").update(phone="110")
    Note.objects.filter(note_no="N-1").update(text="They moved twice")
    at = timezone.now()
    Note.objects.create(customer=cast.acme, note_no="N-2", written_at=at, text="New")
    undo(cast, done)
    assert Customer.objects.get(code="ACME").phone == "110"
    assert twin.engagement_notes.get().text == "They moved twice"
    assert cast.acme.engagement_notes.get().note_no == "N-2"


def test_contacts_of_one_name_are_told_apart_and_one_phone_is_one_person(
    cast: Cast, twin: Customer
):
    ours = Contact.objects.create(customer=cast.acme, name="Li Wei", mobile="13800138000")
    theirs = Contact.objects.create(customer=twin, name="Li Wei", mobile="+86 138 0013 8000")
    done = merge(cast, cast.acme, twin)
    for contact in (ours, theirs):
        contact.refresh_from_db()
    assert theirs.name == "Li Wei (ACME-2)"
    assert ours.person is not None
    assert ours.person == theirs.person
    undo(cast, done)
    theirs.refresh_from_db()
    assert (theirs.name, theirs.person, theirs.customer) == ("Li Wei", None, twin)


def test_money_moves_with_its_allocations_and_comes_back(cast: Cast, twin: Customer):
    line = make_line(twin, "L-1", "2026-03-01", "100")
    receipt = pay(twin, "R-1", "2026-03-05", "40")
    done = merge(cast, cast.acme, twin)
    assert PlanLine.objects.get(customer=cast.acme).paid == 40
    assert Allocation.objects.get().customer == cast.acme
    undo(cast, done)
    for row in (line, receipt, Allocation.objects.get()):
        row.refresh_from_db()
        assert row.customer_id == twin.pk


def test_money_on_lines_of_both_files_holds_them_together(cast: Cast, twin: Customer):
    """A receipt entered after the merge pays a line of each: nobody can say whose it is."""
    make_line(cast.acme, "L-1", "2026-03-01", "100")
    make_line(twin, "L-2", "2026-03-02", "100")
    make_line(twin, "L-3", "2026-03-30", "100")
    done = merge(cast, cast.acme, twin)
    pay(cast.acme, "R-1", "2026-03-05", "150")
    undo(cast, done)
    whose = dict(PlanLine.objects.values_list("line_no", "customer__code"))
    assert whose == {"L-1": "ACME", "L-2": "ACME", "L-3": "ACME-2"}
    assert Receipt.objects.get().customer == cast.acme


def test_money_that_came_since_for_one_files_lines_goes_back_with_them(cast: Cast, twin: Customer):
    make_line(twin, "L-2", "2026-03-02", "100")
    done = merge(cast, cast.acme, twin)
    pay(cast.acme, "R-1", "2026-03-05", "60")
    undo(cast, done)
    assert Receipt.objects.get().customer == twin
    assert Allocation.objects.get().customer == twin


def test_invoices_and_interest_of_since_go_back_with_their_lines(cast: Cast, twin: Customer):
    line = make_line(twin, "L-2", "2025-09-30", "100000")
    own = make_line(cast.acme, "L-1", "2026-03-01", "50")
    done = merge(cast, cast.acme, twin)
    today = dt.date(2025, 10, 31)
    wanted = Wanted("ordinary", "Acme", "", Decimal("0.06"))
    asked = {"actor": cast.fiona, "today": today}
    invoice = request_invoice(cast.acme, wanted, {line.pk: Decimal(100)}, **asked)
    other = request_invoice(cast.acme, wanted, {own.pk: Decimal(5)}, **asked)
    [grown] = memos(PlanLine.objects.filter(pk=line.pk), today).values()
    billed = charge_interest(cast.acme, {line.pk: grown}, **asked)
    undo(cast, done)
    for row in (
        line,
        invoice,
        billed,
        InvoiceLine.objects.get(line=line),
        billed.interest_of.get(),
    ):
        row.refresh_from_db()
        assert row.customer_id == twin.pk
    for row in (own, other, InvoiceLine.objects.get(line=own)):
        row.refresh_from_db()
        assert row.customer_id == cast.acme.pk


def test_whoever_looks_after_the_staying_file_alone_sees_the_other(cast: Cast, twin: Customer):
    Share.objects.create(customer=twin, user=cast.bob)
    merge(cast, cast.acme, twin)
    Customer.objects.filter(pk=cast.acme.pk).update(org_unit=cast.west_outlet, account_manager=None)
    twin.refresh_from_db()
    assert (twin.org_unit, twin.account_manager) == (cast.west_outlet, None)
    assert Share.objects.get().customer == cast.acme


def test_a_merged_file_is_not_edited_and_what_is_written_to_it_goes_to_the_other(
    cast: Cast, twin: Customer
):
    merge(cast, cast.acme, twin)
    note = Note.objects.create(customer=twin, note_no="N-9", written_at=timezone.now(), text="Late")
    note.refresh_from_db()
    assert note.customer == cast.acme


def test_a_file_merged_on_is_separated_the_last_first(cast: Cast, twin: Customer):
    first = merge(cast, cast.acme, twin)
    second = merge(cast, cast.bolt, cast.acme)
    assert Customer.objects.get(pk=twin.pk).merged_into == cast.bolt
    answer = client_of(cast.adam).post(reverse("merge_undo", args=[first.pk]), follow=True)
    assert "undo that first" in text_of(answer)
    undo(cast, second)
    assert Customer.objects.get(pk=twin.pk).merged_into == cast.acme
    assert undo(cast, first).state == Merge.State.UNDONE


def test_only_heads_merge_and_only_what_they_see(cast: Cast, twin: Customer):
    address = reverse("customer_merge", args=[cast.acme.pk])
    assert client_of(cast.alice).post(address, {"with": "ACME-2"}).status_code == 403
    assert client_of(cast.olga).post(address, {"with": "WOLF"}).status_code == 422
    assert client_of(cast.olga).post(address, {"with": "ABSENT"}).status_code == 422
    assert not Merge.objects.exists()
