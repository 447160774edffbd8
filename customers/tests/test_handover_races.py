"""R9: handover and edit, two claims, two clocks: exactly one wins, nothing is lost."""

import pytest
from django.utils import timezone

from contracts.tests.test_races import at_once
from core.models import History
from customers import services
from customers.models import Customer, Handover, PoolEntry
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 12


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def acme():
    return Customer.objects.filter(code="ACME")


def planned(cast: Cast) -> Handover:
    today = timezone.localdate()
    terms = services.Terms(cast.bob, today, "race")
    return services.plan_handover(acme(), terms, actor=cast.olga, today=today)


def test_a_handover_and_another_assignment(cast: Cast):
    """Whoever is first: the other finds it moved and leaves it, or moves it on."""
    for _round in range(ROUNDS):
        acme().update(account_manager=cast.alice)
        handover = planned(cast)
        known = History.objects.latest("id").pk
        ends = at_once(
            lambda handover=handover: services.carry_out(handover, now=timezone.now()),
            lambda: services.assign_manager(acme(), cast.wendy, actor=cast.greta),
        )
        assert ends == {"won": 2}
        assert acme().get().account_manager == cast.wendy
        changes = History.objects.filter(table_name="customers_customer", id__gt=known)
        ways = [change.changes["account_manager_id"] for change in changes.order_by("id")]
        if handover.items.get().moved_at:
            assert ways == [[cast.alice.pk, cast.bob.pk], [cast.bob.pk, cast.wendy.pk]]
        else:
            assert ways == [[cast.alice.pk, cast.wendy.pk]]


def test_a_handover_and_an_edit_both_stay(cast: Cast):
    for number in range(ROUNDS):
        acme().update(account_manager=cast.alice)
        handover = planned(cast)
        ends = at_once(
            lambda handover=handover: services.carry_out(handover, now=timezone.now()),
            lambda number=number: acme().update(notes=f"edit {number}"),
        )
        assert ends == {"won": 2}
        found = acme().get()
        assert (found.account_manager, found.notes) == (cast.bob, f"edit {number}")


def test_two_clocks_carry_it_out_once(cast: Cast):
    for _round in range(ROUNDS):
        acme().update(account_manager=cast.alice)
        handover = planned(cast)
        moved = []

        def act(handover=handover, moved=moved):
            moved.append(services.carry_out(handover, now=timezone.now()))

        assert at_once(act, act) == {"won": 2}
        assert sorted(map(len, moved)) == [0, 1]


def test_two_claims_of_one_customer(cast: Cast):
    for _round in range(ROUNDS):
        services.put_into_pool(acme(), reason="race", actor=cast.olga, now=timezone.now())
        entry = PoolEntry.objects.lying().get()

        def take(person, entry=entry):
            today = timezone.localdate()
            services.claim(entry, actor=person, now=timezone.now(), today=today)

        PoolEntry.objects.filter(is_claim=True).update(is_claim=False)  # yesterday's, as it were
        ends = at_once(lambda: take(cast.alice), lambda: take(cast.bob))
        assert ends == {"won": 1, "refused": 1}
        entry.refresh_from_db()
        assert entry.is_claim
        assert acme().get().account_manager == entry.taken_by
