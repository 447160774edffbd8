"""Handovers by a head, at once or for a day; by the clock on that day."""

import datetime as dt
import logging

from django.db import transaction
from django.db.models import QuerySet

from core.context import acting
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
