"""How far winning a customer has come."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RefusedError
from customers.models import Customer, Prospect
from organization.models import User
from organization.permissions import Action, can

Stage, Status = Prospect.Stage, Customer.Status
_STATUS = {Stage.WON: Status.ACTIVE, Stage.LOST: Status.LOST}  # of the file; else a prospect


@transaction.atomic
def move_prospect(
    customer: Customer, stage: str, *, on: dt.date, actor: User, reason: str = ""
) -> str:
    """Put a prospect into a stage; returns the one it was in.

    The file follows: won makes an active customer since that day, lost a lost one. RefusedError
    where the role may not, where the customer is no prospect, and for a loss without a reason.
    """
    if not can(actor, Action.EDIT_CUSTOMER):
        raise RefusedError(_("Your role may not do this."))
    if stage == Stage.LOST and not reason:
        raise RefusedError(_("Say why the prospect is lost: the next ones are won by knowing it."))
    customer = Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
    prospect = _prospect_of(customer, on)
    before = prospect.stage
    if before != stage:
        prospect.stage, prospect.since = stage, on
    prospect.lost_reason = reason if stage == Stage.LOST else ""
    prospect.save()
    _follow(customer, stage, on)
    return before


@transaction.atomic
def expect_volume(customer: Customer, volume: int | None, *, on: dt.date, actor: User) -> None:
    """How many waybills a month the customer may bring; None where nobody can say. As above."""
    if not can(actor, Action.EDIT_CUSTOMER):
        raise RefusedError(_("Your role may not do this."))
    customer = Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
    prospect = _prospect_of(customer, on)
    prospect.expected_monthly_volume = volume
    prospect.save()


def _prospect_of(customer: Customer, on: dt.date) -> Prospect:
    """The row of a customer that is or was a prospect, perhaps a new one that is not saved."""
    found = Prospect.objects.select_for_update().filter(customer=customer).first()
    if found is not None:
        return found
    if customer.status != Status.PROSPECT:
        raise RefusedError(
            _("{customer} is not a prospect: set the status in its profile first.").format(
                customer=customer.name
            )
        )
    return Prospect(customer=customer, since=on)


def _follow(customer: Customer, stage: str, on: dt.date) -> None:
    customer.status = _STATUS.get(Stage(stage), Status.PROSPECT)
    changed = ["status"]
    if stage == Stage.WON and customer.customer_since is None:
        customer.customer_since = on
        changed.append("customer_since")
    customer.save(update_fields=changed)
