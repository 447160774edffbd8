"""Customers that people name key accounts: at once, by the nights, until it ends."""

import datetime as dt
from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import override as language

from core.context import acting
from core.errors import RefusedError
from core.models import History
from customers.models import Customer
from segmentation.jobs import merge_into_customers
from segmentation.key_accounts import Naming, end_naming, name_key_account
from segmentation.messages import explain, kind_change
from segmentation.models import KeyAccount
from segmentation.reports import decided_about, header_figures, worth
from segmentation.rules.key_accounts import NAMED, key_account_kind, kinds
from segmentation.tests.make import classes, night, run_night, ship
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(1)
WHY = "Opens the port to us"


def today() -> dt.date:
    return timezone.localdate()


def name(customer: Customer, cast: Cast, days: int | None = None, reason: str = WHY) -> KeyAccount:
    until = None if days is None else today() + days * DAY
    wish = Naming(reason, until)
    return name_key_account(customer, wish, today=today(), actor=cast.bruno)


def end(named: KeyAccount, actor: object, reason: str = "Lost the port") -> Customer:
    return end_naming(named, reason=reason, today=today(), actor=actor)


def kind_of(customer: Customer) -> str:
    customer.refresh_from_db()
    return customer.key_account_kind


@pytest.mark.parametrize(
    ("is_named", "size", "is_potential", "found"),
    [
        (True, "large", False, ("important", "economic")),
        (True, "small", True, ("important", "potential")),
        (False, "large", False, ("economic",)),
        (False, "medium", True, ("potential",)),
        (False, "medium", False, ()),
    ],
)
def test_several_kinds_may_hold_and_the_first_is_told(is_named, size, is_potential, found):
    facts = {"is_named": is_named, "size": size, "is_potential": is_potential}
    assert kinds(**facts) == found
    assert key_account_kind(**facts) == next(iter(found), "")


def test_the_database_finds_the_kind_that_the_rule_finds():
    with connection.cursor() as cursor:
        for facts in product((True, False), ("large", "medium", "small"), (True, False)):
            cursor.execute("SELECT segmentation_key_account_kind(%s, %s, %s)", facts)
            rule = dict(zip(("is_named", "size", "is_potential"), facts, strict=True))
            assert cursor.fetchone() == (key_account_kind(**rule),)


def test_it_counts_at_once_stays_in_history_and_dispatch_hears_of_it(cast: Cast):
    run_night(today() - DAY)
    count = "SELECT count(*) FROM api_change WHERE customer_id = %s"
    with connection.cursor() as cursor:
        cursor.execute(count, [cast.acme.pk])
        (before,) = cursor.fetchone()
        with acting(user_id=cast.bruno.pk, actor="bruno"):
            made = name(cast.acme, cast)
        cursor.execute(count, [cast.acme.pk])
        assert cursor.fetchone() == (before + 1,)
    assert kind_of(cast.acme) == "important"
    assert (made.starts_on, made.ends_on, made.decided_by) == (today(), None, cast.bruno)
    moved = History.objects.filter(table_name="customers_customer").latest("id")
    assert moved.changes == {"key_account_kind": ["", "important"]}
    kept = History.objects.filter(table_name="segmentation_keyaccount").latest("id")
    assert (kept.customer_id, kept.changes["reason"]) == (cast.acme.pk, [None, WHY])


def test_nights_keep_it_and_say_why(cast: Cast):
    made = name(cast.acme, cast)
    for ahead in range(2):
        row = classes(run_night(today() + ahead * DAY))["ACME"]
        assert (kind_of(cast.acme), row.key_account_kind) == ("important", "important")
    assert row.reasons[-1] == {
        "code": NAMED, "by": "Bruno", "since": made.starts_on.isoformat(), "until": None,
        "reason": WHY,
    }  # fmt: skip
    assert explain(row.reasons[-1:]).endswith(f", because: {WHY}")


def test_after_its_last_day_the_kind_is_what_the_night_finds(cast: Cast):
    ship(cast.acme, (today() - DAY).isoformat(), revenue=3_000_000)
    made = name(cast.acme, cast, days=1)
    run_night(today())  # for the morning of the last day
    assert kind_of(cast.acme) == "important"
    run_night(today() + DAY)
    assert kind_of(cast.acme) == "economic"
    made.refresh_from_db()
    assert (made.ended_on, made.ended_by) == (today() + 2 * DAY, None)


def test_ended_by_hand_the_kind_that_the_night_found_is_back_at_once(cast: Cast):
    ship(cast.acme, (today() - DAY).isoformat(), revenue=3_000_000)
    made = name(cast.acme, cast)
    run_night(today() - DAY)
    assert end(made, cast.greta).key_account_kind == "economic"
    made.refresh_from_db()
    assert (made.ended_on, made.ended_by, made.end_reason) == (
        today(), cast.greta, "Lost the port",
    )  # fmt: skip
    with pytest.raises(RefusedError, match="ended already"):
        end(made, cast.greta)


def test_a_night_that_had_classified_before_does_not_undo_it(cast: Cast):
    version = night(today() - DAY)
    made = name(cast.acme, cast)
    merge_into_customers(version)
    assert kind_of(cast.acme) == "important"
    again = night(today() - DAY)
    end(made, cast.bruno)
    merge_into_customers(again)  # it was classified while the naming was in force
    assert kind_of(cast.acme) == ""


def test_a_new_naming_takes_the_place_of_the_one_in_force(cast: Cast):
    first = name(cast.acme, cast)
    second = name(cast.acme, cast, days=90, reason="Until the port is built")
    first.refresh_from_db()
    assert (first.ended_on, first.end_reason) == (today(), "Until the port is built")
    assert list(KeyAccount.objects.in_force(today())) == [second]
    with pytest.raises(IntegrityError, match="keyaccount_one_not_ended"), transaction.atomic():
        KeyAccount.objects.create(
            customer=cast.acme, reason="x", asked_by=cast.bruno, starts_on=today()
        )


def test_nobody_is_named_or_ended_without_a_reason_or_for_days_gone_by(cast: Cast):
    with pytest.raises(RefusedError, match="Say why"):
        name(cast.acme, cast, reason="  ")
    with pytest.raises(RefusedError, match="gone by"):
        name(cast.acme, cast, days=-1)
    made = name(cast.acme, cast)
    with pytest.raises(RefusedError, match="Say why"):
        end(made, cast.bruno, reason=" ")
    assert kind_of(cast.acme) == "important"


@pytest.mark.parametrize("person", ["alice", "olga", "fiona", "sam", "ann", "adam"])
def test_who_has_no_authority_names_and_ends_nobody(cast: Cast, person: str):
    actor = getattr(cast, person)
    with pytest.raises(RefusedError, match="beyond your authority"):
        name_key_account(cast.acme, Naming(WHY), today=today(), actor=actor)
    with pytest.raises(RefusedError, match="beyond what you may decide"):
        end(name(cast.acme, cast), actor)


def test_the_file_says_so_before_the_next_night(cast: Cast):
    ship(cast.acme, (today() - DAY).isoformat(), revenue=3_000_000)
    run_night(today() - DAY)
    name(cast.acme, cast)
    decided = decided_about(cast.bruno, cast.acme, today())
    above = header_figures(cast.bruno, cast.acme, decided)
    assert WHY not in above.explanation  # which is of tier and class
    found = worth(cast.bruno, cast.acme, above.indicators, decided)
    assert [kind for kind, _why in found.kinds] == ["Important", "Economic"]
    assert found.kinds[0][1].endswith(f", because: {WHY}")
    assert found.kinds[1][1] == "by its size"


def test_a_change_of_kind_is_explained():
    named = [{"code": NAMED, "by": "Bruno", "since": "2027-03-01", "until": None, "reason": WHY}]
    said = f"named by Bruno on 1 Mar 2027, because: {WHY}"
    assert kind_change([], named) == said
    assert kind_change(named, []) == "no longer named a key account"
    assert kind_change([], []) == ""
    with language("zh-hans"):
        assert kind_change([], named) == f"由“Bruno”于 2027-03-01 认定，理由：{WHY}"
