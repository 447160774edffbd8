"""Writing notes by hand."""

import datetime as dt

import pytest

from engagement import services
from engagement.models import Note
from tests.cast import Cast

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 3, 31, 9, 5, tzinfo=dt.UTC)


def _write(cast: Cast, **changed: object) -> Note:
    facts = {
        "customer": cast.acme,
        "author": cast.alice,
        "kind": "call",
        "text": "asks for 1,200 m²",
        "token": "form-1",
        "at": AT,
    }
    facts.update(changed)
    customer, author = facts.pop("customer"), facts.pop("author")
    note, _is_new = services.write_note(customer, services.Talk(**facts), author=author)
    return note


def test_a_note_has_its_author_its_time_and_a_number_of_its_own(cast: Cast):
    note = _write(cast)
    assert (note.customer, note.author, note.written_at) == (cast.acme, "Alice", AT)
    assert (note.kind, note.kind_label, note.text) == ("call", "Call", "asks for 1,200 m²")
    assert note.note_no.startswith("N-")


def test_the_same_form_sent_twice_is_one_note(cast: Cast):
    first = _write(cast)
    assert _write(cast, at=AT + dt.timedelta(minutes=1)) == first
    assert Note.objects.get().written_at == AT


@pytest.mark.parametrize(
    "changed", [{"text": "and by Friday"}, {"token": "form-2"}, {"kind": "visit"}]
)
def test_what_differs_in_anything_is_another_note(cast: Cast, changed: dict[str, str]):
    assert _write(cast) != _write(cast, **changed)
    assert Note.objects.count() == 2


def test_two_people_and_two_customers_never_share_a_note(cast: Cast):
    notes = {_write(cast), _write(cast, author=cast.bob), _write(cast, customer=cast.bolt)}
    assert len(notes) == 3


def test_a_kind_of_another_system_stays_as_it_came(cast: Cast):
    assert _write(cast, kind="走访").kind_label == "走访"
