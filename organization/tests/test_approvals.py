"""Authority limits, and requests that go beyond them."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from conftest import as_role
from core.context import set_context
from core.errors import RefusedError
from organization.models import Approval, AuthorityLimit
from organization.services.approvals import (
    approvals_waiting,
    approve,
    ask_approval,
    may_decide,
    refuse,
    withdraw,
)
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def ask(cast: Cast, actor: Any, amount: str | None, **fields: Any) -> Approval:
    defaults: dict[str, Any] = {
        "kind": "credit_limit",
        "unit": cast.east_outlet,
        "subject": "ACME",
        "url": "/customers/1/credit/",
        "key": "credit_limit:ACME",
        "reason": "ships twice as much",
        "payload": {},
    }
    measure = None if amount is None else Decimal(amount)
    return ask_approval(**(defaults | fields), amount=measure, actor=actor)


@pytest.mark.parametrize(
    ("who", "kind", "amount", "decides"),
    [
        ("olga", "credit_limit", "200000", True),
        ("olga", "credit_limit", "200000.01", False),
        ("olga", "credit_limit", None, False),
        ("bruno", "credit_limit", "3000000", True),
        ("fiona", "credit_limit", "3000000", True),
        ("fiona", "discount", "0.01", False),
        ("greta", "credit_limit", None, True),
        ("alice", "credit_limit", "1", False),
        ("alice", "discount", "0.02", True),
        ("sam", "compensation", "200", True),
        ("sam", "compensation", "201", False),
        ("ann", "compensation", "1", False),
        ("adam", "access", None, False),
        ("olga", "access", None, True),
        ("olga", "tier_override", None, False),
        ("bruno", "tier_override", None, True),
    ],
)
def test_each_level_decides_up_to_its_limit(
    cast: Cast, who: str, kind: str, amount: str | None, decides: bool
):
    measure = None if amount is None else Decimal(amount)
    assert may_decide(getattr(cast, who), kind, measure) is decides


@pytest.mark.parametrize(
    ("amount", "unit"),
    [("150000", "EAST-1"), ("250000", "EAST"), ("3000001", "HQ"), (None, "HQ")],
)
def test_a_request_goes_to_the_lowest_level_that_may(cast: Cast, amount: str | None, unit: str):
    assert ask(cast, cast.alice, amount).addressee.code == unit


def test_a_head_who_asks_is_not_asked_and_a_unit_without_people_is_passed_over(cast: Cast):
    cast.bruno.is_active = False
    cast.bruno.save()
    assert ask(cast, cast.olga, "150000").addressee.code == "EAST"  # finance sits there
    assert ask(cast, cast.olga, "0.04", kind="discount", key="d").addressee.code == "HQ"


def test_without_limits_nobody_is_asked(cast: Cast):
    AuthorityLimit.objects.filter(kind="benefit").delete()
    with pytest.raises(RefusedError, match="Nobody above"):
        ask(cast, cast.alice, "1", kind="benefit")


def test_the_same_thing_waits_once(cast: Cast):
    first = ask(cast, cast.alice, "250000")
    with pytest.raises(RefusedError, match="waits already"):
        ask(cast, cast.olga, "300000")
    withdraw(first, actor=cast.alice)
    assert ask(cast, cast.olga, "300000").state == "waiting"


def test_an_analyst_asks_for_nothing(cast: Cast):
    with pytest.raises(RefusedError):
        ask(cast, cast.ann, "1")


@pytest.mark.parametrize("decide", [approve, refuse])
def test_a_second_person_decides_once(cast: Cast, decide: Any):
    approval = ask(cast, cast.fiona, "250000")
    with pytest.raises(RefusedError, match="yourself"):
        decide(approval, reason="", actor=cast.fiona)
    for stranger in (cast.walter, cast.olga, cast.alice, cast.adam):
        with pytest.raises(RefusedError, match="beyond"):
            decide(approval, reason="", actor=stranger)
    done = decide(approval, reason="agreed", actor=cast.bruno)
    assert (done.decided_by, done.answer) == (cast.bruno, "agreed")
    with pytest.raises(RefusedError, match="already"):
        approve(approval, reason="", actor=cast.greta)
    with pytest.raises(RefusedError, match="already"):
        withdraw(approval, actor=cast.fiona)


def test_only_who_asked_withdraws(cast: Cast):
    approval = ask(cast, cast.alice, "250000")
    with pytest.raises(RefusedError, match="Only who"):
        withdraw(approval, actor=cast.olga)
    assert withdraw(approval, actor=cast.alice).state == "withdrawn"


def test_the_database_wants_a_second_person_too(cast: Cast):
    approval = ask(cast, cast.alice, "250000")
    with pytest.raises(IntegrityError, match="second_person"), transaction.atomic():
        Approval.objects.filter(pk=approval.pk).update(
            state="approved", decided_by=cast.alice, decided_at=approval.asked_at
        )


def test_who_sees_a_request_and_for_whom_it_waits(cast: Cast):
    approval = ask(cast, cast.alice, "250000")
    sees = {
        name
        for name in ("alice", "bob", "olga", "bruno", "fiona", "greta", "walter", "ann", "sam")
        if Approval.objects.visible_to(getattr(cast, name)).exists()
    }
    waits = {
        name
        for name in ("alice", "olga", "bruno", "fiona", "greta", "walter")
        if approvals_waiting(getattr(cast, name)).exists()
    }
    assert sees == {"alice", "bruno", "fiona", "greta"}
    assert waits == {"bruno", "fiona"}
    assert Approval.objects.waiting_below(cast.greta).get() == approval


@pytest.mark.parametrize(("who", "rows"), [("alice", 1), ("bruno", 1), ("walter", 0), ("ann", 0)])
def test_the_web_role_reaches_only_ones_own_chain(cast: Cast, who: str, rows: int):
    ask(cast, cast.alice, "250000")
    with as_role("crm_app"), connection.cursor() as cursor:
        set_context(user_id=getattr(cast, who).pk, actor=who)
        cursor.execute("SELECT count(*) FROM organization_approval")
        assert cursor.fetchone()[0] == rows
