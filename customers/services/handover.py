"""Handovers: arranged by a head, carried out once on their day, accepted by the receiver."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.errors import RefusedError, given_reason
from customers.models import Customer, Handover, HandoverItem, Share
from customers.querysets import units_of
from customers.services.limits import require_receiver, require_room
from customers.services.many import MOST_MOVED, movable, require
from customers.services.places import hold_places
from organization.models import OrgUnit, User
from organization.permissions import Action, can

State = Handover.State


@dataclass(frozen=True, slots=True)
class Terms:
    """What a head agrees on with the receiver."""

    receiver: User
    effective_on: dt.date
    reason: str
    read_until: dt.date | None = None
    keeps_helpers: bool = True


@transaction.atomic
def plan_handover(
    customers: QuerySet[Customer], terms: Terms, *, actor: User, today: dt.date
) -> Handover:
    """Write down who gets which customers when; carry_out moves them.

    Customers the receiver has already are left out, and those of other units. RefusedError where
    the role may not, the receiver cannot, a day lies in the past, or nothing or too much is left.
    """
    require(actor, Action.ASSIGN_CUSTOMER)
    _check(terms, actor, today)
    hold_places()
    managers = dict(movable(customers, actor).values_list("pk", "account_manager"))
    if not managers:
        raise RefusedError(_("Only heads of the customers' own units hand them over."))
    moving = {pk: manager for pk, manager in managers.items() if manager != terms.receiver.pk}
    if not moving:
        message = _("{receiver} looks after these customers already.")
        raise RefusedError(message.format(receiver=terms.receiver))
    if len(moving) > MOST_MOVED:
        message = _("At most {number} customers at once: narrow the list by filters.")
        raise RefusedError(message.format(number=f"{MOST_MOVED:,}"))
    require_room(terms.receiver, len(moving))
    handover = Handover.objects.create(
        receiver=terms.receiver,
        effective_on=terms.effective_on,
        reason=terms.reason,
        read_until=terms.read_until,
        keeps_helpers=terms.keeps_helpers,
        created_by=actor,
    )
    HandoverItem.objects.bulk_create(
        [
            HandoverItem(handover=handover, customer_id=pk, manager_before_id=manager)
            for pk, manager in moving.items()
        ],
        batch_size=1000,
    )
    return handover


def _check(terms: Terms, actor: User, today: dt.date) -> None:
    require_receiver(terms.receiver)
    if terms.receiver.org_unit not in OrgUnit.objects.visible_to(actor):
        raise RefusedError(_("Choose an account manager who is active."))
    given_reason(terms.reason)
    if terms.effective_on < today:
        raise RefusedError(_("A handover begins today or later."))
    if terms.read_until is not None and terms.read_until < terms.effective_on:
        raise RefusedError(_("The former manager reads until the day of the handover or later."))


@transaction.atomic
def carry_out(handover: Handover, *, now: dt.datetime) -> dict[int, int | None]:
    """Move what is still where it was; who had each that moved. Nothing the second time.

    Customers whose manager somebody has changed meanwhile stay as they are, and so do those that
    left the units of whoever arranged it. Void, with the reason, when receiver or arranger may no
    longer.
    """
    hold_places()
    handover = Handover.objects.select_for_update(of=("self",)).get(pk=handover.pk)
    if handover.state != State.PLANNED:
        return {}
    if problem := _problem(handover):
        handover.state, handover.problem = State.WITHDRAWN, problem
        handover.save(update_fields=["state", "problem"])
        return {}
    moved = _move(handover, now)
    handover.state, handover.applied_at = State.DONE, now
    handover.save(update_fields=["state", "applied_at"])
    return moved


def _problem(handover: Handover) -> str:
    """What keeps it from going ahead now that its day has come; "" where nothing does."""
    try:
        require_receiver(handover.receiver)
    except RefusedError:
        return _("The receiver no longer looks after customers.")
    if not can(handover.created_by, Action.ASSIGN_CUSTOMER):
        return _("Who arranged it may no longer hand over customers.")
    return ""


def _move(handover: Handover, now: dt.datetime) -> dict[int, int | None]:
    arranged = Customer.objects.filter(pk__in=handover.items.values("customer"))
    there = movable(arranged, handover.created_by)
    managers = dict(there.values_list("pk", "account_manager"))
    moved: dict[int, int | None] = {
        customer: before
        for customer, before in handover.items.values_list("customer", "manager_before")
        if customer in managers and managers[customer] == before
    }
    Customer.objects.filter(pk__in=moved).update(account_manager=handover.receiver)
    handover.items.filter(customer__in=moved).update(moved_at=now)
    _share(handover, moved)
    return moved


def _share(handover: Handover, moved: dict[int, int | None]) -> None:
    """Helpers stay or go; former managers may read until the day agreed on."""
    shares = Share.objects.filter(customer__in=moved)
    if not handover.keeps_helpers:
        shares.delete()
    shares.filter(user=handover.receiver).delete()  # it is theirs now
    if handover.read_until is None:
        return
    active = set(
        User.objects.filter(pk__in=set(moved.values()), is_active=True).values_list("pk", flat=True)
    )
    reading = [
        Share(customer_id=customer, user_id=before, until=handover.read_until, read_only=True)
        for customer, before in moved.items()
        if before in active
    ]
    Share.objects.bulk_create(reading, ignore_conflicts=True, batch_size=1000)


@transaction.atomic
def withdraw_handover(handover: Handover, *, actor: User) -> None:
    """Call off what is planned. RefusedError for others than its arranger and the heads above.

    RefusedError also when it is carried out or called off already.
    """
    require(actor, Action.ASSIGN_CUSTOMER)
    if not may_withdraw(handover, actor):
        raise RefusedError(_("Who arranged it calls it off, or a head above."))
    handover = Handover.objects.select_for_update(of=("self",)).get(pk=handover.pk)
    if handover.state != State.PLANNED:
        message = _("This handover is not planned any more: {state}.")
        raise RefusedError(message.format(state=handover.get_state_display()))
    handover.state = State.WITHDRAWN
    handover.save(update_fields=["state"])


def may_withdraw(handover: Handover, actor: User) -> bool:
    """Whether the actor arranged it, or heads the unit of whoever did."""
    if not can(actor, Action.ASSIGN_CUSTOMER):
        return False
    arranger = handover.created_by
    above = arranger.org_unit_id is not None and arranger.org_unit_id in set(units_of(actor))
    return arranger.pk == actor.pk or above


@transaction.atomic
def accept_items(
    handover: Handover,
    customers: Iterable[int] | None,
    *,
    remark: str,
    actor: User,
    now: dt.datetime,
) -> int:
    """The receiver has seen the customers (None: all that are left); how many are new on the list.

    RefusedError for anybody but the receiver. What was accepted keeps its moment and remark.
    """
    if actor.pk != handover.receiver_id:
        raise RefusedError(_("Only the receiver accepts what was handed over."))
    open_items = handover.items.filter(moved_at__isnull=False, seen_at=None)
    if customers is not None:
        open_items = open_items.filter(customer__in=list(customers))
    return open_items.update(seen_at=now, remark=remark)


def due_handovers(today: dt.date) -> QuerySet[Handover]:
    """Planned ones whose day has come, in the order of their days."""
    due = Handover.objects.filter(state=State.PLANNED, effective_on__lte=today)
    return due.order_by("effective_on", "pk")
