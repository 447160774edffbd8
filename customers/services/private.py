"""Restricted details of a contact: opened on purpose, and every opening is on record."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RefusedError
from customers.models import OPEN_MINUTES, Contact, Opening, PrivateDetails
from organization.models import User
from organization.permissions import Action, can


@transaction.atomic
def open_details(contact: Contact, *, reason: str, at: dt.datetime, actor: User) -> Opening:
    """Let the actor read the restricted details for OPEN_MINUTES; who, when and why stay."""
    if not can(actor, Action.OPEN_RESTRICTED):
        raise RefusedError(_("Your role may not do this."))
    return Opening.objects.create(
        contact=contact, customer_id=contact.customer_id, user=actor, reason=reason, opened_at=at
    )


def opened_details(contact: Contact, *, at: dt.datetime, actor: User) -> PrivateDetails | None:
    """The details, empty where nothing is recorded; None when the actor has not opened them."""
    since = at - dt.timedelta(minutes=OPEN_MINUTES)
    openings = Opening.objects.visible_to(actor).filter(contact=contact, user=actor)
    if not can(actor, Action.OPEN_RESTRICTED) or not openings.filter(opened_at__gt=since).exists():
        return None
    found = PrivateDetails.objects.visible_to(actor).filter(contact=contact).first()
    return found or PrivateDetails(contact=contact, customer_id=contact.customer_id)


@transaction.atomic
def write_details(
    contact: Contact, values: Mapping[str, str], *, at: dt.datetime, actor: User
) -> None:
    """Write the restricted details. RefusedError when they are not (any more) open to the actor."""
    contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
    details = opened_details(contact, at=at, actor=actor)
    if details is None or contact.erased_on is not None:
        raise RefusedError(_("The details are closed again: open them once more to change them."))
    for name in PrivateDetails.FACTS:
        setattr(details, name, values[name])
    details.save()
    contact.private_facts = sum(1 for name in PrivateDetails.FACTS if values[name])
    contact.save(update_fields=["private_facts"])
