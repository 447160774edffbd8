"""A whole import is taken back: its changes are put back, what it made is removed."""

import pytest
from django.utils import timezone

from core.context import acting
from core.models import History, Version
from customers.models import Contact, Customer
from tests.cast import Cast
from workspace.models import Upload
from workspace.tests.uploading import GOOD, Person, worked
from workspace.uploads import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def bruno(cast: Cast) -> Person:
    return Person(cast.bruno)


@pytest.fixture
def taken(bruno: Person) -> Upload:
    return bruno.takes(bruno.checks(bruno.brings(GOOD)))


def since(code: str, **values: object) -> None:
    """Somebody else changes a customer after the import."""
    with acting(actor="somebody"):
        Customer.objects.filter(code=code).update(**values)


def undone(person: Person, upload: Upload) -> Upload:
    return worked(person.post(upload, "undo"))


def test_what_was_changed_is_put_back_and_what_was_made_is_removed(
    bruno: Person, cast: Cast, taken: Upload
):
    assert "Undo the import" in bruno.look(taken)
    before = Customer.objects.filter(pk=cast.acme.pk).values().get()
    assert before["city"] == "武汉"
    undone(bruno, taken)
    assert taken.state == "undone"
    assert taken.message == "Put back: 1. Removed: 1. Changed or used since, kept: 0."
    acme = Customer.objects.get(pk=cast.acme.pk)
    assert (acme.name, acme.city) == ("Customer ACME", "")
    assert not Customer.objects.filter(code="NEW").exists()
    page = bruno.look(taken)
    assert "Put back: 1." in page
    assert "Rows that" not in page
    assert "Undo the import" not in page


def test_the_history_keeps_both_and_says_who_did_it(bruno: Person, taken: Upload):
    undone(bruno, taken)
    entry = History.objects.filter(table_name="customers_customer").latest("at", "id")
    assert (entry.operation, entry.actor) == ("U", "bruno")
    assert entry.request_id.startswith(f"undo:{taken.pk}:")


def test_what_somebody_changed_since_stays_and_is_named(bruno: Person, cast: Cast, taken: Upload):
    since("ACME", city="长沙")
    since("NEW", phone="1")
    undone(bruno, taken)
    assert taken.message == "Put back: 0. Removed: 0. Changed or used since, kept: 2."
    assert Customer.objects.get(code="ACME").city == "长沙"
    assert Customer.objects.get(code="NEW").phone == "1"
    page = bruno.look(taken)
    assert "Kept:" in page
    assert "ACME" in page


def test_a_change_of_another_field_does_not_stand_in_the_way(bruno: Person, taken: Upload):
    since("ACME", phone="1")
    undone(bruno, taken)
    acme = Customer.objects.get(code="ACME")
    assert (acme.name, acme.city, acme.phone) == ("Customer ACME", "", "1")


def test_a_new_customer_that_is_in_use_stays(bruno: Person, taken: Upload):
    Contact.objects.create(customer=Customer.objects.get(code="NEW"), name="Zhang")
    undone(bruno, taken)
    assert taken.message == "Put back: 1. Removed: 0. Changed or used since, kept: 1."
    assert Customer.objects.filter(code="NEW").exists()


def test_rows_that_point_at_each_other_go_together(bruno: Person):
    text = "code,name,org_unit,parent\nCHILD,C,EAST-1,TOP\nTOP,T,EAST-1,\nACME,A,EAST-1,TOP\n"
    upload = bruno.takes(bruno.checks(bruno.brings(text)))
    assert Customer.objects.get(code="ACME").parent.code == "TOP"
    undone(bruno, upload)
    assert taken_counts(upload) == (1, 2, 0)
    assert Customer.objects.get(code="ACME").parent is None
    assert not Customer.objects.filter(code__in=["CHILD", "TOP"]).exists()


def taken_counts(upload: Upload) -> tuple[int, ...]:
    return tuple(int(part.rstrip(".")) for part in upload.message.split() if part[0].isdigit())


def test_contacts_with_all_their_kinds_of_values_are_put_back(bruno: Person, cast: Cast):
    Contact.objects.create(customer=cast.acme, name="Zhang", influence=2, title="Director")
    before = Contact.objects.values().get()
    text = "customer_code,name,title,influence,attitude,is_primary\nACME,Zhang,CFO,5,-1,true\n"
    upload = bruno.takes(bruno.checks(bruno.brings(text)))
    assert Contact.objects.get().influence == 5
    undone(bruno, upload)
    assert Contact.objects.values().get() == before


def test_after_a_night_has_computed_with_it_nothing_is_undone(bruno: Person, taken: Upload):
    Version.objects.create(business_date=timezone.localdate())
    assert "Undo the import" not in bruno.look(taken)
    assert bruno.post(taken, "undo").state == "done"
    Upload.objects.filter(pk=taken.pk).update(state="undoing")  # queued just before the night
    worked(taken)
    assert (taken.state, "a night has computed" in taken.message) == ("done", True)
    assert Customer.objects.filter(code="NEW").exists()


def test_what_moved_out_of_sight_stays(bruno: Person, cast: Cast, taken: Upload):
    since("ACME", org_unit=cast.west_outlet)
    undone(bruno, taken)
    assert taken_counts(taken) == (0, 1, 1)
    assert Customer.objects.get(code="ACME").name == "Acme Ltd"


def test_an_undo_that_was_broken_off_leaves_the_import_standing(bruno: Person, taken: Upload):
    finished_at = taken.finished_at
    bruno.post(taken, "undo")
    Upload.objects.filter(pk=taken.pk).update(started_at=timezone.now(), attempt=9)
    work.make_good(timezone.now())
    taken.refresh_from_db()
    assert (taken.state, taken.finished_at) == ("done", finished_at)
    assert Customer.objects.filter(code="NEW").exists()
    undone(bruno, taken)
    assert taken_counts(taken) == (1, 1, 0)


def test_an_undo_cannot_be_discarded_half_way(bruno: Person, taken: Upload):
    bruno.post(taken, "undo")
    assert "Stop" not in bruno.look(taken)
    assert bruno.post(taken, "discard").state == "undoing"


@pytest.mark.parametrize("kind", ["receipts", "plan_lines", "waybills", "users"])
def test_money_waybills_and_people_are_not_offered_to_be_undone(cast: Cast, kind: str):
    adam = Person(cast.adam)
    upload = Upload.objects.create(
        user=cast.adam, kind=kind, name="x.csv", size=1, form="UTF-8", header=[], columns=[],
        state="done", created=1, updated=0, finished_at=timezone.now(),
    )  # fmt: skip
    assert "Undo the import" not in adam.look(upload)
    assert adam.post(upload, "undo").state == "done"
