"""The section of a customer's file: each point, where it comes from, and what was last done."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Max, Q
from django.utils import timezone

from customers.models import POINT_GROUPS, Customer, PolicyDeviation, PolicyPoint, ServicePolicy
from customers.reports.policies import OwnPolicy, own_policy, value_of
from customers.rules.policies import RISK
from customers.services.policies import may_end_deviation
from engagement.models import Note
from organization.models import Approval, ApprovalKind, OrgUnit, User
from organization.permissions import Action, can
from organization.services.approvals import may_decide
from segmentation.models import Serving
from surveys.models import Response
from workspace.header import Header
from workspace.policies.deviations import key_of
from workspace.policies.words import said

PAST = 20  # and at most one of each point that nobody has ended stands before them
Level = OrgUnit.Level


@dataclass(frozen=True, slots=True)
class Done:
    """When it was last done, and whether that is longer ago than the policy wants."""

    on: dt.date | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A point: what holds, and what the policy says where a deviation lies over it."""

    point: str
    label: str
    words: str
    usual: str  # without the deviation; "" where there is none
    deviation: PolicyDeviation | None
    of_risk: bool  # fewer credit days than the size has
    done: Done | None


def policy(user: User, customer: Customer, _above: Header) -> dict[str, Any]:
    """The policy, its deviations past and present, and what is asked for; nine queries."""
    today = timezone.localdate()
    own = own_policy(customer)
    rows = PolicyDeviation.objects.visible_to(user).filter(customer=customer)
    latest = rows.order_by(F("ended_at").desc(nulls_first=True), "-starts_on", "-pk")
    found = list(latest.select_related("asked_by", "approved_by", "ended_by")[: PAST * 2])
    live = {row.point: row for row in found if row.is_live(today)}
    last = _last(user, customer)
    groups = [
        (label, [_row(point, own, live.get(point), last, today) for point in points])
        for label, points in POINT_GROUPS
    ]
    may_ask = can(user, Action.ASK_APPROVAL)
    decides = may_ask and may_decide(user, ApprovalKind.POLICY_DEVIATION)
    return {
        "code": own.code,
        "code_label": ServicePolicy.Code(own.code).label,
        "is_at_risk": customer.tier == RISK,
        "groups": groups,
        "served": _cost(user, customer, own.policy, live),
        "live": [
            (row, _words(row), may_ask and may_end_deviation(row, user, decides=decides))
            for row in live.values()
        ],
        "past": [(row, _words(row)) for row in found if not row.is_live(today)][:PAST],
        "asked": _asked(user, customer),
        "may_ask": may_ask,
    }


def _row(
    point: PolicyPoint,
    own: OwnPolicy,
    deviation: PolicyDeviation | None,
    last: Mapping[str, dt.date | None],
    today: dt.date,
) -> Row:
    usual = getattr(own.policy, point)
    value = value_of(deviation) if deviation else usual
    return Row(
        point=point,
        label=str(point.label),
        words=said(point, value),
        usual=said(point, usual) if deviation else "",
        deviation=deviation,
        of_risk=deviation is None and getattr(own.of_size, point) != usual,
        done=_done(last[point], value, today) if point in last else None,
    )


def _done(on: dt.date | None, days: int | None, today: dt.date) -> Done:
    late = days is not None and (on is None or (today - on).days > days)
    return Done(on, late)


def _words(row: PolicyDeviation) -> str:
    return said(row.point, value_of(row))


def _last(user: User, customer: Customer) -> dict[str, dt.date | None]:
    """When we last spoke, when the branch and the group visited, when they last answered.

    Who wrote a note is known by name: heads are those of the units above the customer's.
    """
    path = customer.org_unit.path.strip("/").split("/")
    above = User.objects.filter(org_unit__in=[int(pk) for pk in path]).select_related("org_unit")
    people = [(str(person), person.org_unit.level) for person in above if person.org_unit]
    group = [name for name, level in people if level == Level.GROUP]
    branch = [name for name, level in people if level in (Level.BRANCH, Level.GROUP)]
    visit = Q(kind=Note.Kind.VISIT)
    notes = Note.objects.visible_to(user).filter(customer=customer).touches()
    found = notes.aggregate(
        call_days=Max("written_at"),
        visit_days=Max("written_at", filter=visit & Q(author__in=branch)),
        leader_days=Max("written_at", filter=visit & Q(author__in=group)),
    )
    answers = Response.objects.visible_to(user).filter(customer=customer)
    found["survey_days"] = answers.aggregate(last=Max("answered_at"))["last"]
    return {point: at and timezone.localdate(at) for point, at in found.items()}


def _cost(
    user: User, customer: Customer, policy: Any, live: Mapping[str, PolicyDeviation]
) -> dict[str, Any] | None:
    """What serving cost beside the carriage, of revenue, against the ceiling; for whom that is."""
    granted = live.get(PolicyPoint.COST_SHARE)
    ceiling = value_of(granted) if granted else policy.cost_share
    if ceiling is None or not can(user, Action.VIEW_MARGIN):
        return None
    served = Serving.objects.visible_to(user).current().filter(customer=customer).first()
    if served is None or not served.revenue:
        return None
    if served.margin is None or served.result is None:
        return None
    share = (served.margin - served.result) / served.revenue
    return {"share": share, "is_over": share > ceiling}


def _asked(user: User, customer: Customer) -> list[Approval]:
    waiting = Approval.objects.visible_to(user).filter(state=Approval.State.WAITING)
    found = waiting.filter(kind=ApprovalKind.POLICY_DEVIATION, key__startswith=key_of(customer))
    return list(found.select_related("addressee").order_by("pk"))
