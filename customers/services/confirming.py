"""Saying that a part of a file is still so."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import RefusedError
from customers.models import Confirmation, Customer
from customers.rules.completeness import SECTIONS
from organization.models import User


@transaction.atomic
def confirm_section(customer: Customer, section: str, *, source: str, actor: User) -> Confirmation:
    """The section's confirmation as of today; without a source the one before stays.

    RefusedError where there is no such section.
    """
    if section not in SECTIONS:
        raise RefusedError(_("There is no such part of the file."))
    found = Confirmation.objects.select_for_update().filter(customer=customer, section=section)
    confirmation = found.first() or Confirmation(customer=customer, section=section)
    confirmation.confirmed_on, confirmation.confirmed_by = timezone.localdate(), actor
    confirmation.source = source or confirmation.source
    confirmation.save()
    return confirmation
