"""Handovers by a head, at once or for a day; by the clock on that day."""

import datetime as dt
import logging

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from contracts.models import PlanLine
from core.context import acting
from core.errors import RefusedError
from core.rules import BUSINESS_ZONE
from customers import services
from customers.models import Customer, Handover
from organization.models import User

logger = logging.getLogger(__name__)


@transaction.atomic
def hand_over(
    customers: QuerySet[Customer], terms: services.Terms, *, actor: User, now: dt.datetime
) -> Handover:
    """Arrange it; carried out at once when its day is today. RefusedError as plan_handover."""
    today = now.astimezone(BUSINESS_ZONE).date()
    handover = services.plan_handover(customers, terms, actor=actor, today=today)
    if handover.effective_on <= today:
        services.carry_out(handover, now=now)
    return handover


@transaction.atomic
def put_into_pool(
    customers: QuerySet[Customer], *, reason: str, actor: User, now: dt.datetime
) -> list[int]:
    """As customers.services; RefusedError while one of them owes: who sold on credit collects."""
    ids = customers.order_by().values("pk")
    owing = PlanLine.objects.visible_to(actor).open().filter(customer__in=ids)
    line = owing.select_related("customer").first()
    if line is not None:
        message = _("{customer} owes money: its manager collects first.")
        raise RefusedError(message.format(customer=line.customer.name))
    return services.put_into_pool(customers, reason=reason, actor=actor, now=now)


def carry_out_due(now: dt.datetime) -> int:
    """Those whose day has come, each in a transaction of its own; how many there were.

    One that fails is logged and tried again; it does not keep the others back.
    """
    due = list(services.due_handovers(now.astimezone(BUSINESS_ZONE).date()))
    for handover in due:
        actor = handover.created_by.get_username()
        try:
            with acting(actor=actor, request_id=f"handover:{handover.pk}"):
                services.carry_out(handover, now=now)
        except Exception:
            logger.exception("handover %s could not be carried out", handover.pk)
    return len(due)
