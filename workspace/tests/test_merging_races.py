"""R9: a merge meets an edit, a note, and another merge: one wins, nothing is lost.

Six rounds: one is a whole merge of two files with its own connections, about half a second.
"""

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from core.context import acting
from customers.models import Customer, Merge
from engagement.models import Note
from tests.cast import Cast, make_cast, make_customer
from workspace.merging.asking import ask_merge
from workspace.merging.work import work_on

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


def at_once(*acts: Callable[[], None]) -> None:
    """The acts in a thread each, started together."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], None]) -> None:
        try:
            barrier.wait()
            act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)


def edit(cast: Cast, twin: Customer, outcome: list[str]) -> None:
    try:
        with acting(user_id=cast.bob.pk, actor="bob"):
            Customer.objects.filter(pk=twin.pk).update(phone="110")
        outcome.append("saved")
    except IntegrityError as error:
        outcome.append("refused" if "was merged into another" in str(error) else str(error))


def test_a_merge_and_an_edit_and_a_note_at_once():
    cast = make_cast()
    for number in range(ROUNDS):
        twin = make_customer(f"T-{number}", cast.east_outlet, cast.bob)
        merge = ask_merge(cast.acme, twin, taken=["phone"], actor=cast.greta)
        outcome: list[str] = []
        Customer.objects.filter(pk=cast.acme.pk).update(phone="")
        at_once(
            lambda merge=merge: work_on(merge.pk),
            lambda twin=twin, outcome=outcome: edit(cast, twin, outcome),
            lambda twin=twin, number=number: Note.objects.create(
                customer=twin, note_no=f"N-{number}", written_at=timezone.now(), text="Late"
            ),
        )
        acme = Customer.objects.get(pk=cast.acme.pk)
        assert (outcome, acme.phone) in ((["saved"], "110"), (["refused"], ""))
        assert acme.engagement_notes.filter(note_no=f"N-{number}").exists()


def test_two_workers_at_one_merge_do_it_once():
    cast = make_cast()
    for number in range(ROUNDS):
        twin = make_customer(f"T-{number}", cast.east_outlet, cast.bob)
        merge = ask_merge(cast.acme, twin, taken=[], actor=cast.greta)
        at_once(*[lambda merge=merge: work_on(merge.pk)] * 2)
        merge.refresh_from_db()
        assert (merge.state, merge.message) == (Merge.State.DONE, "")


def test_two_merges_crosswise_make_no_ring():
    cast = make_cast()
    for number in range(ROUNDS):
        one = make_customer(f"A-{number}", cast.east_outlet, cast.bob)
        two = make_customer(f"B-{number}", cast.east_outlet, cast.bob)
        first = ask_merge(one, two, taken=[], actor=cast.greta)
        second = ask_merge(two, one, taken=[], actor=cast.greta)
        at_once(lambda m=first: work_on(m.pk), lambda m=second: work_on(m.pk))
        states = sorted(Merge.objects.filter(pk__in=[first.pk, second.pk]).values_list("state"))
        assert states == [("done",), ("refused",)]
