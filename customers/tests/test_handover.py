"""Handovers: what goes along, when, exactly once, and until when the former manager reads."""

import datetime as dt

import pytest
from django.utils import timezone

from conftest import as_role
from core.context import acting, set_context
from core.errors import RefusedError
from core.models import History
from customers import services
from customers.models import Customer, Handover, HandoverItem, ManagerLimit, Share
from organization.models import User
from tests.cast import Cast, make_user

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def plan(cast: Cast, *, actor: User | None = None, codes=("ACME", "BOLT"), **terms) -> Handover:
    today = timezone.localdate()
    wanted = {
        "receiver": cast.wendy, "effective_on": today, "reason": "Alice goes north", **terms,
    }  # fmt: skip
    chosen = Customer.objects.filter(code__in=codes)
    agreed = services.Terms(**wanted)
    return services.plan_handover(chosen, agreed, actor=actor or cast.greta, today=today)


def carried_out(cast: Cast, **terms) -> Handover:
    handover = plan(cast, **terms)
    services.carry_out(handover, now=timezone.now())
    handover.refresh_from_db()
    return handover


def managers() -> dict[str, str | None]:
    return dict(Customer.objects.values_list("code", "account_manager__username"))


def codes_seen(person: User, *, writing: bool = False) -> set[str]:
    """What the code shows, which is what the database lets through."""
    person = User.objects.get(pk=person.pk)  # as loaded for another request
    person.is_writing = writing
    seen = set(Customer.objects.visible_to(person).values_list("code", flat=True))
    with acting(actor="test"), as_role("crm_app"):
        set_context(user_id=person.pk, actor=person.username, writing=writing)
        assert set(Customer.objects.values_list("code", flat=True)) == seen
    return seen


def test_customers_go_to_the_receiver_and_the_history_says_so(cast: Cast):
    handover = carried_out(cast)
    assert managers() == {"ACME": "wendy", "BOLT": "wendy", "WOLF": "wendy"}
    assert handover.state == "done"
    before = dict(handover.items.values_list("customer__code", "manager_before__username"))
    assert before == {"ACME": "alice", "BOLT": "bob"}
    changed = History.objects.filter(table_name="customers_customer", operation="U")
    assert {row.changes["account_manager_id"][1] for row in changed} == {cast.wendy.pk}


def test_what_is_planned_waits_for_its_day_and_happens_once(cast: Cast):
    today = timezone.localdate()
    handover = plan(cast, effective_on=today + 3 * DAY)
    assert not services.due_handovers(today + 2 * DAY).exists()
    assert managers()["ACME"] == "alice"
    assert list(services.due_handovers(today + 3 * DAY)) == [handover]
    assert len(services.carry_out(handover, now=timezone.now())) == 2
    assert services.carry_out(handover, now=timezone.now()) == {}
    assert not services.due_handovers(today + 9 * DAY).exists()


def test_a_customer_that_somebody_moved_meanwhile_stays_there(cast: Cast):
    handover = plan(cast)
    Customer.objects.filter(code="ACME").update(account_manager=cast.bob)
    services.carry_out(handover, now=timezone.now())
    assert managers() == {"ACME": "bob", "BOLT": "wendy", "WOLF": "wendy"}
    assert HandoverItem.objects.get(customer=cast.acme).moved_at is None


def test_a_receiver_who_has_left_meanwhile_gets_nothing_and_it_says_why(cast: Cast):
    handover = plan(cast)
    User.objects.filter(pk=cast.wendy.pk).update(is_active=False)
    assert services.carry_out(handover, now=timezone.now()) == {}
    handover.refresh_from_db()
    assert (handover.state, bool(handover.problem)) == ("withdrawn", True)
    assert managers()["ACME"] == "alice"


def test_on_its_day_only_what_the_head_may_still_hand_over_goes(cast: Cast):
    terms = {"actor": cast.olga, "receiver": cast.bob, "codes": ["ACME"]}
    handover = plan(cast, **terms)
    Customer.objects.filter(code="ACME").update(org_unit=cast.west_outlet)
    assert services.carry_out(handover, now=timezone.now()) == {}
    assert managers()["ACME"] == "alice"  # of another branch now

    Customer.objects.filter(code="ACME").update(org_unit=cast.east_outlet)
    handover = plan(cast, **terms)
    User.objects.filter(pk=cast.olga.pk).update(is_active=False)
    assert services.carry_out(Handover.objects.get(pk=handover.pk), now=timezone.now()) == {}
    handover.refresh_from_db()
    assert "no longer hand over" in handover.problem


def test_the_former_manager_reads_until_the_day_and_changes_nothing(cast: Cast):
    today = timezone.localdate()
    carried_out(cast, codes=["ACME"], read_until=today)
    assert codes_seen(cast.alice) == {"ACME"}
    assert codes_seen(cast.alice, writing=True) == set()
    Share.objects.filter(user=cast.alice).update(until=today - DAY)  # the day after
    assert codes_seen(cast.alice) == set()


def test_without_a_day_the_former_manager_sees_nothing_any_more(cast: Cast):
    carried_out(cast, codes=["ACME"])
    assert codes_seen(cast.alice) == set()
    assert codes_seen(cast.wendy) == {"ACME", "WOLF"}


def test_helpers_stay_or_go_as_agreed(cast: Cast):
    Share.objects.create(customer=cast.acme, user=cast.bob)
    Share.objects.create(customer=cast.acme, user=cast.wendy)
    carried_out(cast, codes=["ACME"])
    assert list(Share.objects.values_list("user__username", flat=True)) == ["bob"]
    carried_out(cast, codes=["ACME"], receiver=cast.alice, keeps_helpers=False)
    assert not Share.objects.exists()


def test_the_receiver_accepts_one_by_one_or_all(cast: Cast):
    handover, now = carried_out(cast), timezone.now()
    with pytest.raises(RefusedError, match="Only the receiver"):
        services.accept_items(handover, None, remark="", actor=cast.bob, now=now)
    accept = {"actor": cast.wendy, "now": now}
    assert services.accept_items(handover, [cast.acme.pk], remark="Called", **accept) == 1
    assert services.accept_items(handover, None, remark="", **accept) == 1
    assert services.accept_items(handover, None, remark="again", **accept) == 0
    remarks = dict(handover.items.values_list("customer__code", "remark"))
    assert remarks == {"ACME": "Called", "BOLT": ""}


def test_what_is_planned_can_be_called_off_and_what_is_done_cannot(cast: Cast):
    handover = plan(cast)
    services.withdraw_handover(handover, actor=cast.greta)
    assert services.carry_out(handover, now=timezone.now()) == {}
    with pytest.raises(RefusedError, match="not planned any more"):
        services.withdraw_handover(handover, actor=cast.greta)
    assert managers()["ACME"] == "alice"


def test_only_the_arranger_and_the_heads_above_call_it_off(cast: Cast):
    handover = plan(cast, codes=["ACME", "WOLF"], receiver=cast.bob)  # by the group
    with pytest.raises(RefusedError, match="or a head above"):
        services.withdraw_handover(handover, actor=cast.olga)
    handover = plan(cast, actor=cast.olga, codes=["ACME"], receiver=cast.bob)
    services.withdraw_handover(handover, actor=cast.bruno)


@pytest.mark.parametrize("person", ["alice", "fiona", "sam", "ann", "adam"])
def test_others_hand_nothing_over(cast: Cast, person: str):
    with pytest.raises(RefusedError):
        plan(cast, actor=getattr(cast, person))
    assert not Handover.objects.exists()


def test_a_head_hands_over_only_what_and_to_whom_the_head_sees(cast: Cast):
    handover = plan(cast, actor=cast.olga, codes=["ACME", "WOLF"], receiver=cast.bob)
    assert list(handover.items.values_list("customer__code", flat=True)) == ["ACME"]
    with pytest.raises(RefusedError, match="account manager who is active"):
        plan(cast, actor=cast.olga, receiver=cast.wendy)


def test_terms_that_make_no_sense_are_refused(cast: Cast):
    today = timezone.localdate()
    gone = make_user("gone", "account_manager", cast.east_outlet, is_active=False)
    for wrong in (
        {"reason": " "},
        {"effective_on": today - DAY},
        {"read_until": today - DAY},
        {"receiver": cast.olga},
        {"receiver": gone},
        {"receiver": cast.wendy, "codes": ["WOLF"]},
    ):
        with pytest.raises(RefusedError):
            plan(cast, **wrong)
    assert not Handover.objects.exists()


def test_a_manager_gets_no_more_than_the_level_allows(cast: Cast):
    ManagerLimit.objects.update_or_create(level="outlet", defaults={"most_customers": 2})
    with pytest.raises(RefusedError, match="1 of at most 2"):
        plan(cast)
    plan(cast, codes=["ACME"])
    with pytest.raises(RefusedError, match="of at most 2"):
        services.assign_manager(Customer.objects.all(), cast.wendy, actor=cast.greta)


def test_who_sees_a_handover(cast: Cast):
    carried_out(cast, codes=["ACME"])
    names = ("alice", "bob", "wendy", "olga", "bruno", "walter", "greta", "fiona", "adam")
    seeing = {"alice", "wendy", "olga", "bruno", "greta", "fiona"}
    for name in names:
        person = getattr(cast, name)
        seen = Handover.objects.visible_to(person).exists()
        assert seen == (name in seeing), name


def test_thousands_go_at_once(cast: Cast):
    place = {"org_unit": cast.east_outlet, "account_manager": cast.alice}
    Customer.objects.bulk_create(
        [Customer(code=f"M{n}", name=f"M{n}", **place) for n in range(1200)]
    )
    everything = Customer.objects.filter(account_manager=cast.alice)
    terms = services.Terms(cast.bob, timezone.localdate(), "leaves")
    handover = services.plan_handover(
        everything, terms, actor=cast.olga, today=timezone.localdate()
    )
    assert len(services.carry_out(handover, now=timezone.now())) == 1201
