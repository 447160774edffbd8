"""Into the public pool and out of it."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.context import looking_into_pool
from core.errors import RefusedError, given_reason
from customers.models import Customer, PoolEntry, PoolView
from customers.services.limits import limit_of, require_receiver, require_room
from customers.services.many import movable, require
from customers.services.places import hold_places
from organization.models import User
from organization.permissions import Action


@transaction.atomic
def put_into_pool(
    customers: QuerySet[Customer], *, reason: str, actor: User, now: dt.datetime
) -> list[int]:
    """Take the customers from their managers; ids of those that were not in the pool.

    RefusedError where the role may not, or without a reason.
    """
    require(actor, Action.ASSIGN_CUSTOMER)
    reason = given_reason(reason)
    hold_places()
    found = list(movable(customers, actor).only("pk", "account_manager"))
    return _put(found, PoolEntry.Cause.PUT, reason=reason, by=actor, now=now)


@transaction.atomic
def recycle(customers: Mapping[int, int], *, now: dt.datetime) -> list[int]:
    """The clock's side of put_into_pool: customers (ids) that were idle too long with a manager.

    Who has got another manager (id) meanwhile stays.
    """
    hold_places()
    found = Customer.objects.filter(pk__in=customers, merged_into=None)
    locked_rows = found.order_by("pk").select_for_update(of=("self",))
    going = [
        customer
        for customer in locked_rows.only("pk", "account_manager")
        if customer.account_manager_id == customers[customer.pk]
    ]
    return _put(going, PoolEntry.Cause.IDLE, reason="", by=None, now=now)


def _put(
    customers: list[Customer], cause: str, *, reason: str, by: User | None, now: dt.datetime
) -> list[int]:
    lying = set(
        PoolEntry.objects.lying().filter(customer__in=customers).values_list("customer", flat=True)
    )
    going = [customer for customer in customers if customer.pk not in lying]
    ids = [customer.pk for customer in going]
    PoolEntry.objects.bulk_create(
        [
            PoolEntry(
                customer=customer,
                since=now,
                cause=cause,
                reason=reason,
                previous_manager_id=customer.account_manager_id,
                put_by=by,
            )
            for customer in going
        ]
    )
    Customer.objects.filter(pk__in=ids).update(account_manager=None)
    return ids


@transaction.atomic
def claim(entry: PoolEntry, *, actor: User, now: dt.datetime, today: dt.date) -> Customer:
    """The customer is the actor's now. RefusedError when somebody was faster, or for one's limits.

    The person's own row is locked: two claims at once do not both fit into one place of the quota.
    """
    require_receiver(actor)
    with looking_into_pool():
        hold_places()
        User.objects.select_for_update(no_key=True, of=("self",)).get(pk=actor.pk)
        _require_quota(actor, today)
        customer: Customer | None = (
            Customer.objects.select_for_update(of=("self",)).filter(pk=entry.customer_id).first()
        )
        if customer is None or not PoolEntry.objects.lying().filter(pk=entry.pk).exists():
            raise RefusedError(_("Somebody was faster: this customer is no longer in the pool."))
        require_room(actor, 1)
        Customer.objects.filter(pk=customer.pk).update(account_manager=actor)
    PoolEntry.objects.filter(pk=entry.pk).update(is_claim=True)
    return customer


def claims_left(manager: User, today: dt.date) -> int:
    """How many the manager may still claim today."""
    done = PoolEntry.objects.filter(taken_by=manager, is_claim=True, ended_at__date=today).count()
    return max(limit_of(manager).claims_per_day - done, 0)


def _require_quota(actor: User, today: dt.date) -> None:
    if not claims_left(actor, today):
        message = _("You have claimed {number} customers today: that is the limit. Go on tomorrow.")
        raise RefusedError(message.format(number=limit_of(actor).claims_per_day))


@transaction.atomic
def note_view(entry: PoolEntry, *, actor: User, today: dt.date) -> None:
    """The manager opens a customer of the pool. RefusedError beyond the day's limit.

    The same customer twice a day counts once.
    """
    User.objects.select_for_update(no_key=True, of=("self",)).get(pk=actor.pk)
    seen = PoolView.objects.filter(user=actor, viewed_on=today)
    if seen.filter(customer=entry.customer_id).exists():
        return
    most = limit_of(actor).views_per_day
    if seen.count() >= most:
        message = _("You have opened {number} customers of the pool today: that is the limit.")
        raise RefusedError(message.format(number=most))
    PoolView.objects.create(user=actor, customer_id=entry.customer_id, viewed_on=today)
