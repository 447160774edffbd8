"""Several customers at once: whose they are, what they are tagged with, and the way back."""

import pytest

from core.errors import RefusedError
from core.models import History
from customers import services
from customers.models import Customer, Share
from tests.cast import Cast, make_user

pytestmark = pytest.mark.django_db


def _all():
    return Customer.objects.all()


def _managers() -> dict[str, str]:
    return dict(Customer.objects.values_list("code", "account_manager__username"))


def test_a_head_gives_customers_to_another_manager_and_takes_it_back(cast: Cast):
    moved = services.assign_manager(_all(), cast.bob, actor=cast.olga)
    assert moved == {cast.alice.pk: [cast.acme.pk]}  # Bolt is Bob's already, Wolf out of sight
    assert _managers() == {"ACME": "bob", "BOLT": "bob", "WOLF": "wendy"}
    assert services.give_back(moved, now=cast.bob, actor=cast.olga) == 1
    assert _managers()["ACME"] == "alice"


def test_taking_back_leaves_alone_what_somebody_changed_since(cast: Cast):
    moved = services.assign_manager(_all(), cast.bob, actor=cast.olga)
    Customer.objects.filter(pk=cast.acme.pk).update(account_manager=None)
    assert services.give_back(moved, now=cast.bob, actor=cast.olga) == 0
    assert _managers()["ACME"] is None


def test_the_history_tells_each_customer_apart(cast: Cast):
    services.assign_manager(_all(), cast.wendy, actor=cast.greta)
    changed = History.objects.filter(table_name="customers_customer", operation="U")
    assert {row.customer_id for row in changed} == {cast.acme.pk, cast.bolt.pk}
    assert {row.changes["account_manager_id"][1] for row in changed} == {cast.wendy.pk}


@pytest.mark.parametrize("person", ["alice", "fiona", "sam", "ann", "adam"])
def test_others_may_not_assign(cast: Cast, person: str):
    with pytest.raises(RefusedError):
        services.assign_manager(_all(), cast.bob, actor=getattr(cast, person))
    assert _managers()["ACME"] == "alice"


def test_customers_go_to_active_account_managers_only(cast: Cast):
    gone = make_user("gone", "account_manager", cast.east_outlet, is_active=False)
    for nobody in (cast.olga, cast.fiona, gone):
        with pytest.raises(RefusedError):
            services.assign_manager(_all(), nobody, actor=cast.greta)


def test_a_tag_goes_on_once_and_comes_off(cast: Cast):
    Customer.objects.filter(pk=cast.bolt.pk).update(tags=["fair", "cold chain"])
    assert services.add_tag(_all(), "fair", actor=cast.olga) == [cast.acme.pk]
    assert services.add_tag(_all(), "fair", actor=cast.olga) == []
    assert set(services.remove_tag(_all(), "fair", actor=cast.olga)) == {cast.acme.pk, cast.bolt.pk}
    assert dict(Customer.objects.values_list("code", "tags")) == {
        "ACME": [], "BOLT": ["cold chain"], "WOLF": [],
    }  # fmt: skip


def test_a_manager_tags_own_and_shared_customers_only(cast: Cast):
    Share.objects.create(customer=cast.wolf, user=cast.alice)
    tagged = services.add_tag(_all(), "fair", actor=cast.alice)
    assert set(tagged) == {cast.acme.pk, cast.wolf.pk}


def test_merged_files_are_passed_over(cast: Cast):
    Customer.objects.filter(pk=cast.bolt.pk).update(merged_into=cast.acme)
    assert services.add_tag(_all(), "fair", actor=cast.olga) == [cast.acme.pk]


def test_too_many_tags_are_refused_and_nothing_changes(cast: Cast):
    many = [f"t{number}" for number in range(services.MOST_TAGS)]
    Customer.objects.filter(pk=cast.bolt.pk).update(tags=many)
    with pytest.raises(RefusedError, match="at most 20"):
        services.add_tag(_all(), "fair", actor=cast.olga)
    assert Customer.objects.get(pk=cast.acme.pk).tags == []


def test_a_clerk_tags_nothing(cast: Cast):
    for change in (services.add_tag, services.remove_tag):
        with pytest.raises(RefusedError):
            change(_all(), "fair", actor=cast.fiona)
