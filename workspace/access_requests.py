"""Asking for access to a customer that another unit owns; what a yes does."""

import datetime as dt

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import RefusedError
from customers.models import Customer
from customers.services.lookup import Found
from organization.models import Approval, ApprovalKind, OrgUnit, User
from organization.services.approvals import ask_approval

_SALT = "access"
_SECONDS = 3600  # between the answer of a look-up and the request
DAYS = 90  # how long granted access lasts


def ticket(found: Found, text: str, user: User) -> str:
    """What the page carries instead of a number: who was found, for this person and this hour."""
    return signing.dumps([found.customer_id, found.unit.pk, text, user.pk], salt=_SALT)


@transaction.atomic
def ask_access(signed: str, *, reason: str, actor: User) -> Approval:
    """Ask the owner's unit head. RefusedError for a stale ticket, or one that waits already."""
    try:
        customer, unit, text, person = signing.loads(signed, salt=_SALT, max_age=_SECONDS)
    except signing.BadSignature as error:
        raise RefusedError(_("This was too long ago: look the company up again.")) from error
    if person != actor.pk:
        raise RefusedError(_("This was too long ago: look the company up again."))
    return ask_approval(
        kind=ApprovalKind.ACCESS,
        unit=OrgUnit.objects.get(pk=unit),
        amount=None,
        subject=text,
        url=reverse("customer", args=[customer]),
        key=f"access:{customer}:{actor.pk}",
        reason=reason,
        payload={"customer": customer, "days": DAYS},
        actor=actor,
    )


def apply_access(approval: Approval, actor: User) -> None:
    """The person who asked becomes a helper for DAYS days; one who is one already stays."""
    customer = (
        Customer.objects.visible_to(actor)
        .unmerged()
        .filter(pk=approval.payload["customer"])
        .first()
    )
    if customer is None:
        raise RefusedError(_("The customer is no longer in your sight: refuse the request."))
    until = timezone.localdate() + dt.timedelta(days=approval.payload["days"])
    share, is_new = customer.shares.get_or_create(user=approval.asked_by, defaults={"until": until})
    ends_sooner = share.until is not None and share.until < until
    if not is_new and (ends_sooner or share.read_only):
        share.until, share.read_only = until, False
        share.save(update_fields=["until", "read_only"])


def access_facts(approval: Approval) -> list[tuple[str, str]]:
    """What is asked, in words."""
    days = _("{number} days, as a helper").format(number=approval.payload["days"])
    return [(_("for"), str(approval.asked_by)), (_("for how long"), days)]
