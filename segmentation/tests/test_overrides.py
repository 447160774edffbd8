"""Tiers that people choose: at once, by the nights, until they end."""

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import override as language

from core.errors import RefusedError
from core.models import History
from customers.models import Customer
from segmentation.jobs import merge_into_customers
from segmentation.messages import explain, main_reason
from segmentation.models import Move, TierOverride
from segmentation.overrides import OverrideWish, end_override, grant_override
from segmentation.tests.make import classes, night, run_night
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(1)


def today() -> dt.date:
    return timezone.localdate()


def wish(tier: str = "large", days: int = 30, reason: str = "Tender in autumn") -> OverrideWish:
    return OverrideWish(tier, today() + days * DAY, reason)


def grant(customer: Customer, cast: Cast, **parts) -> TierOverride:
    return grant_override(customer, wish(**parts), today=today(), actor=cast.bruno)


def tier_of(customer: Customer) -> str:
    customer.refresh_from_db()
    return customer.tier


def test_it_counts_at_once_and_stays_in_history(cast: Cast):
    run_night(today() - DAY)
    made = grant(cast.acme, cast)
    assert tier_of(cast.acme) == "large"
    assert (made.starts_on, made.asked_by, made.approved_by) == (today(), cast.bruno, None)
    moved = History.objects.filter(table_name="customers_customer").latest("id")
    assert moved.changes["tier"] == ["small", "large"]


def test_dispatch_hears_of_it(cast: Cast):
    count = "SELECT count(*) FROM api_change WHERE customer_id = %s"
    with connection.cursor() as cursor:
        cursor.execute(count, [cast.acme.pk])
        before = cursor.fetchone()
        grant(cast.acme, cast)
        cursor.execute(count, [cast.acme.pk])
        assert cursor.fetchone() > before


def test_nights_carry_it_until_its_last_day(cast: Cast):
    run_night(today() - DAY)
    assert tier_of(cast.acme) == "small"
    grant(cast.acme, cast, days=2)
    for ahead in range(2):  # the mornings of tomorrow and of its last day
        version = run_night(today() + ahead * DAY)
        assert tier_of(cast.acme) == "large"
        assert classes(version)["ACME"].size == "small"
    last = run_night(today() + 2 * DAY)
    assert tier_of(cast.acme) == "small"
    assert classes(last)["ACME"].reasons[0]["code"] != "override"
    closed = TierOverride.objects.get()
    assert (closed.ended_on, closed.ended_by) == (today() + 3 * DAY, None)
    assert [(m.tier_before, m.tier) for m in Move.objects.order_by("version")] == [
        ("small", "large"), ("large", "small")
    ]  # fmt: skip


def test_a_night_that_had_classified_before_does_not_undo_it(cast: Cast):
    version = night(today() - DAY)
    made = grant(cast.acme, cast)
    merge_into_customers(version)
    assert tier_of(cast.acme) == "large"
    again = night(today() - DAY)
    end_override(made, today=today(), actor=cast.bruno)
    merge_into_customers(again)  # it was classified while the override was in force
    assert tier_of(cast.acme) == "small"


def test_ended_by_hand_the_computed_tier_is_back(cast: Cast):
    run_night(today() - DAY)
    made = grant(cast.acme, cast, tier="risk")
    run_night(today())
    end_override(made, today=today(), actor=cast.greta)
    assert tier_of(cast.acme) == "small"
    made.refresh_from_db()
    assert (made.ended_on, made.ended_by) == (today(), cast.greta)
    with pytest.raises(RefusedError, match="ended already"):
        end_override(made, today=today(), actor=cast.greta)


def test_before_the_first_night_the_tier_stays_until_a_night_says_what_it_is(cast: Cast):
    made = grant(cast.acme, cast)
    end_override(made, today=today(), actor=cast.bruno)
    assert tier_of(cast.acme) == "large"
    run_night(today())
    assert tier_of(cast.acme) == "small"


def test_a_new_one_takes_the_place_of_the_one_in_force(cast: Cast):
    first = grant(cast.acme, cast)
    second = grant(cast.acme, cast, tier="medium", days=60)
    first.refresh_from_db()
    assert (first.ended_on, first.ended_by) == (today(), cast.bruno)
    assert list(TierOverride.objects.in_force(today())) == [second]
    assert tier_of(cast.acme) == "medium"


def test_one_that_has_gone_by_is_in_nobodys_way(cast: Cast):
    first = grant(cast.acme, cast)
    TierOverride.objects.update(starts_on=today() - 9 * DAY, ends_on=today() - 2 * DAY)
    second = grant(cast.acme, cast, tier="medium")
    first.refresh_from_db()
    assert (first.ended_on, first.ended_by) == (today() - DAY, None)
    assert list(TierOverride.objects.in_force(today())) == [second]


def test_the_database_allows_one_at_a_time(cast: Cast):
    grant(cast.acme, cast)
    with pytest.raises(IntegrityError, match="tieroverride_one"), transaction.atomic():
        TierOverride.objects.create(
            customer=cast.acme, tier="small", reason="x", asked_by=cast.bruno,
            starts_on=today() + 30 * DAY, ends_on=today() + 31 * DAY,
        )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_time_one_is_in_force():
    cast = make_cast()
    start = threading.Barrier(2)

    def give(tier: str) -> None:
        try:
            start.wait()
            grant(cast.acme, cast, tier=tier)
        finally:
            connection.close()

    threads = [threading.Thread(target=give, args=(tier,)) for tier in ("large", "medium")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (live,) = TierOverride.objects.in_force(today())
    assert TierOverride.objects.count() == 2
    assert tier_of(cast.acme) == live.tier


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"days": 367}, "within a year"),
        ({"days": -1}, "within a year"),
        ({"reason": "  "}, "Say why"),
        ({"tier": "huge"}, "no such tier"),
    ],
)
def test_what_nobody_may_be_given(cast: Cast, parts: dict, words: str):
    with pytest.raises(RefusedError, match=words):
        grant(cast.acme, cast, **parts)
    assert tier_of(cast.acme) == ""


@pytest.mark.parametrize("person", ["alice", "olga", "fiona", "sam", "ann", "adam"])
def test_who_has_no_authority_gives_and_ends_nothing(cast: Cast, person: str):
    with pytest.raises(RefusedError, match="beyond your authority"):
        grant_override(cast.acme, wish(), today=today(), actor=getattr(cast, person))
    made = grant(cast.acme, cast)
    with pytest.raises(RefusedError, match="beyond what you may decide"):
        end_override(made, today=today(), actor=getattr(cast, person))


def test_a_move_is_explained_by_it(cast: Cast):
    before = [{"code": "size_small", "revenue_12m": "10.00", "threshold": "250000"}]
    now = [{"code": "override", "tier": "small", "until": "2027-03-01", "reason": "Tender {x}"}]
    assert main_reason("large", now + before, before) == "override until 1 Mar 2027: Tender {x}"
    assert main_reason("small", before, now + before).startswith("override ended; revenue ¥10")
    said = explain(now + before)
    assert said.startswith("override until 1 Mar 2027: Tender {x} (computed: Small); small: rev")
    with language("zh-hans"):
        assert main_reason("large", now, before) == "等级调整至 2027-03-01：Tender {x}"
        assert "（计算等级：小客户）" in explain(now)
