"""Service policies: of which tier, with what was granted beside it, for how long, by whom."""

import datetime as dt
import threading
from dataclasses import fields, replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from core.errors import RefusedError
from core.models import History
from core.rules import BUSINESS_ZONE
from customers.jobs import end_lapsed_deviations
from customers.models import Customer, PolicyDeviation, PolicyPoint, ServicePolicy
from customers.reports.policies import policies_in_force, policy_on
from customers.rules.policies import (
    CODES,
    DEFAULT_POLICIES,
    OF_DISPATCH,
    POINTS,
    Policy,
    extras,
    in_force,
    policy_code,
    read_value,
    write_value,
)
from customers.services.policies import (
    DeviationWish,
    end_deviation,
    grant_deviation,
    put_policies_in_force,
)
from organization.models import OrgUnit, User
from tests.cast import Cast, make_cast

TODAY = dt.date(2026, 3, 31)
DAY = dt.timedelta(1)
NOON = dt.datetime.combine(TODAY, dt.time(12), BUSINESS_ZONE)


def wish(point: str, value: str, days: int = 30, reason: str = "Tender") -> DeviationWish:
    return DeviationWish(point, value, TODAY + days * DAY, reason)


def granted(cast: Cast, point: str, value: str, days: int = 30) -> PolicyDeviation:
    return grant_deviation(cast.acme, wish(point, value, days), today=TODAY, actor=cast.bruno)


@pytest.mark.parametrize(
    ("tier", "size", "status", "code"),
    [
        ("large", "large", "active", "large"),
        ("risk", "large", "active", "large"),  # on hold: served on as a large one (C3)
        ("risk", "small", "active", "small"),
        ("medium", "medium", "prospect", "medium"),
        ("potential", "small", "active", "potential"),
        ("potential", "small", "prospect", "prospect"),
        ("large", "small", "active", "potential"),  # chosen by hand: no less than potential
        ("medium", "large", "active", "large"),
        ("", "", "prospect", "prospect"),
        ("", "", "active", "small"),
    ],
)
def test_the_policy_follows_the_size(tier: str, size: str, status: str, code: str):
    assert policy_code(tier=tier, size=size, status=status) == code


def test_who_is_at_risk_keeps_all_but_the_credit_days():
    def of(tier: str, size: str) -> Policy:
        return in_force(DEFAULT_POLICIES, tier=tier, size=size, status="active", deviations={})

    assert of("risk", "large") == replace(DEFAULT_POLICIES.large, credit_days=30)
    strict = replace(DEFAULT_POLICIES, small=replace(DEFAULT_POLICIES.small, credit_days=10))
    small = in_force(strict, tier="risk", size="small", status="active", deviations={})
    assert small.credit_days == 10  # never more than its size gives


def test_every_point_stands_in_all_lists_in_one_order():
    names = [point.name for point in fields(Policy)]
    assert list(POINTS) == names == list(PolicyPoint.values)
    assert [f.name for f in ServicePolicy._meta.fields][2:] == names
    assert set(OF_DISPATCH) < set(names)
    assert extras(DEFAULT_POLICIES.medium) == ["first"]


@pytest.mark.parametrize("name", list(POINTS))
def test_values_kept_as_text_are_read_as_they_were(name: str):
    for code in CODES:
        value = getattr(getattr(DEFAULT_POLICIES, code), name)
        assert read_value(name, write_value(value)) == value


@pytest.mark.parametrize(
    ("point", "text"),
    [("call_days", ""), ("call_days", "0"), ("call_days", "366"), ("answer_hours", "2.5"),
     ("discount", "1.5"), ("discount", ""), ("discount", "5"), ("manager", "boss"),
     ("first", "yes"), ("visit_days", "-1"), ("credit_days", "1000")],
)  # fmt: skip
def test_values_that_fit_no_point_are_refused(point: str, text: str):
    with pytest.raises(ValueError):  # noqa: PT011  # the text itself is all it says
        read_value(point, text)


@pytest.mark.django_db
def test_the_policies_are_there_from_the_start():
    assert policies_in_force() == DEFAULT_POLICIES


@pytest.mark.django_db
def test_policies_put_in_force_are_read_at_once_and_leave_a_trace(cast: Cast):
    Customer.objects.filter(pk=cast.acme.pk).update(size="large")
    cast.acme.refresh_from_db()
    other = replace(
        DEFAULT_POLICIES,
        large=replace(DEFAULT_POLICIES.large, call_days=3, visit_days=None),
        risk=replace(DEFAULT_POLICIES.risk, credit_days=0),
    )
    assert put_policies_in_force(other) == 2
    assert put_policies_in_force(other) == 0
    assert policies_in_force() == other
    found = policy_on(cast.acme, TODAY)
    assert (found.call_days, found.visit_days, found.leader_days) == (3, None, 180)
    changes = History.objects.filter(table_name="customers_servicepolicy", operation="U")
    assert [entry.changes for entry in changes.order_by("pk")] == [
        {"call_days": [7, 3], "visit_days": [30, None]},
        {"credit_days": [30, 0]},
    ]


@pytest.mark.django_db
def test_a_deviation_counts_from_its_first_to_its_last_day(cast: Cast):
    granted(cast, "answer_hours", "1", days=2)
    hours = [policy_on(cast.acme, TODAY + n * DAY).answer_hours for n in (-1, 0, 2, 3)]
    assert hours == [8, 1, 1, 8]
    assert policy_on(cast.bolt, TODAY).answer_hours == 8


@pytest.mark.django_db
def test_deviations_are_of_any_kind_of_point(cast: Cast):
    for point, value in [("visit_days", "45"), ("survey_days", ""), ("discount", "0.08"),
                         ("manager", "branch"), ("first", "true"), ("cost_share", "")]:  # fmt: skip
        granted(cast, point, value)
    assert policy_on(cast.acme, TODAY) == replace(
        DEFAULT_POLICIES.small, visit_days=45, survey_days=None, discount=Decimal("0.08"),
        manager="branch", first=True, cost_share=None,
    )  # fmt: skip


@pytest.mark.django_db
def test_a_granted_term_holds_for_who_is_at_risk_too(cast: Cast):
    Customer.objects.filter(pk=cast.acme.pk).update(tier="risk", size="large")
    cast.acme.refresh_from_db()
    assert policy_on(cast.acme, TODAY).credit_days == 30
    granted(cast, "credit_days", "75")
    assert policy_on(cast.acme, TODAY).credit_days == 75


@pytest.mark.django_db
def test_a_new_deviation_takes_the_place_of_the_one_in_the_same_point(cast: Cast):
    first, second = granted(cast, "call_days", "3"), granted(cast, "call_days", "5")
    first.refresh_from_db()
    assert (first.ended_by, second.ended_at) == (cast.bruno, None)
    assert policy_on(cast.acme, TODAY).call_days == 5
    with pytest.raises(IntegrityError, match="one_a_point"), transaction.atomic():
        PolicyDeviation.objects.filter(pk=first.pk).update(ended_at=None, ended_by=None)


@pytest.mark.django_db(transaction=True)
def test_of_two_in_the_same_point_at_the_same_time_one_counts():
    cast = make_cast()
    start = threading.Barrier(2)

    def grant(value: str) -> None:
        try:
            start.wait()
            granted(cast, "call_days", value)
        finally:
            connection.close()

    threads = [threading.Thread(target=grant, args=(value,)) for value in ("3", "5")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert PolicyDeviation.objects.count() == 2
    (live,) = PolicyDeviation.objects.live(TODAY)
    assert policy_on(cast.acme, TODAY).call_days == int(live.value)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (wish("call_days", "30"), "says already"),
        (wish("call_days", "many"), "does not fit"),
        (wish("colour", "1"), "does not fit"),
        (wish("call_days", "5", days=-1), "within a year"),
        (wish("call_days", "5", days=367), "within a year"),
        (wish("call_days", "5", reason="  "), "Say why"),
    ],
)
def test_what_cannot_be_granted_is_refused_in_words(cast: Cast, asked: DeviationWish, words: str):
    with pytest.raises(RefusedError, match=words):
        grant_deviation(cast.acme, asked, today=TODAY, actor=cast.bruno)


@pytest.mark.django_db
def test_only_levels_with_the_authority_grant(cast: Cast):
    for person in (cast.alice, cast.olga, cast.fiona):
        with pytest.raises(RefusedError, match="beyond your authority"):
            grant_deviation(cast.acme, wish("call_days", "5"), today=TODAY, actor=person)
    made = grant_deviation(
        cast.acme, wish("call_days", "5"), today=TODAY, actor=cast.alice, approved_by=cast.bruno
    )
    assert (made.asked_by, made.approved_by) == (cast.alice, cast.bruno)


@pytest.mark.django_db
def test_it_is_ended_at_once_by_who_asked_or_decides(cast: Cast):
    deviation = granted(cast, "call_days", "5")
    with pytest.raises(RefusedError, match="beyond what you may decide"):
        end_deviation(deviation, at=NOON, actor=cast.alice)
    end_deviation(deviation, at=NOON, actor=cast.bruno)
    assert policy_on(cast.acme, TODAY).call_days == 30
    with pytest.raises(RefusedError, match="ended already"):
        end_deviation(deviation, at=NOON, actor=cast.bruno)


@pytest.mark.django_db
def test_what_has_gone_by_before_the_night_was_ended_by_nobody(cast: Cast):
    gone = granted(cast, "call_days", "5")
    PolicyDeviation.objects.update(starts_on=TODAY - 9 * DAY, ends_on=TODAY - DAY)
    with pytest.raises(RefusedError, match="ended already"):
        end_deviation(gone, at=NOON, actor=cast.bruno)
    granted(cast, "call_days", "3")
    gone.refresh_from_db()
    assert (gone.ended_by, gone.ended_at is None) == (None, False)


@pytest.mark.django_db
def test_the_night_ends_what_has_gone_by(cast: Cast):
    gone, stays = granted(cast, "call_days", "5", days=1), granted(cast, "visit_days", "60", days=2)
    assert end_lapsed_deviations(TODAY) == 0
    assert end_lapsed_deviations(TODAY + DAY) == 1
    assert end_lapsed_deviations(TODAY + DAY) == 0
    gone.refresh_from_db()
    stays.refresh_from_db()
    assert (gone.ended_by, gone.ended_at is None, stays.ended_at) == (None, False, None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values",
    [
        {"value": "soon"},
        {"point": "manager", "value": "boss"},
        {"point": "first", "value": ""},
        {"ends_on": TODAY - DAY},
        {"approved_by": "asked_by"},
    ],
)
def test_the_database_keeps_no_deviation_that_nothing_could_read(cast: Cast, values: dict):
    deviation = granted(cast, "call_days", "5")
    if values.get("approved_by"):
        values = {"approved_by": cast.bruno}
    with pytest.raises(IntegrityError, match="policydeviation_"), transaction.atomic():
        PolicyDeviation.objects.filter(pk=deviation.pk).update(**values)


@pytest.mark.django_db
@pytest.mark.parametrize("values", [{"call_days": None}, {"discount": None}, {"manager": ""}])
def test_a_policy_is_whole(values: dict):
    with pytest.raises(IntegrityError, match="servicepolicy_is_whole"), transaction.atomic():
        ServicePolicy.objects.filter(code="small").update(**values)


_VALUES = {
    "days": st.integers(1, 30), "hours": st.integers(1, 80), "flag": st.booleans(),
    "share": st.decimals(0, 1, places=2), "manager": st.sampled_from(["group", "none"]),
}  # fmt: skip


def _value(name: str) -> st.SearchStrategy:
    point = POINTS[name]
    return st.none() | _VALUES[point.kind] if point.optional else _VALUES[point.kind]


@pytest.mark.django_db
@given(data=st.data())
def test_the_database_says_what_the_rule_says(data: st.DataObject):
    facts = {
        "tier": data.draw(st.sampled_from(["", "large", "medium", "small", "risk", "potential"])),
        "size": data.draw(st.sampled_from(["", "large", "medium", "small"])),
        "status": data.draw(st.sampled_from(["prospect", "active", "dormant", "lost"])),
    }
    names = data.draw(st.sets(st.sampled_from(list(POINTS)), max_size=4))
    deviations = {name: data.draw(_value(name)) for name in sorted(names)}
    with transaction.atomic():
        unit = OrgUnit.objects.create(code="HQ", name="HQ", level="group")
        person = User.objects.create(username="asker", org_unit=unit, role="unit_manager")
        customer = Customer.objects.create(code="X", name="X", org_unit=unit, **facts)
        PolicyDeviation.objects.bulk_create(
            PolicyDeviation(
                customer=customer, point=name, value=write_value(value), reason="x",
                asked_by=person, starts_on=TODAY, ends_on=TODAY,
            )
            for name, value in deviations.items()
        )  # fmt: skip
        expected = in_force(DEFAULT_POLICIES, **facts, deviations=deviations)
        assert policy_on(customer, TODAY) == expected
        with connection.cursor() as cursor:
            cursor.execute("SELECT code FROM customers_policy_on(%s, %s)", [customer.pk, TODAY])
            assert cursor.fetchone() == (policy_code(**facts),)
        transaction.set_rollback(True)
