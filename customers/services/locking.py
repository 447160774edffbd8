"""A customer locked before anything that hangs on it: the order that keeps deadlocks away."""

from django.utils.translation import gettext as _

from core.errors import RefusedError
from customers.models import Customer


def lock_customer(customer: Customer) -> Customer:
    """The customer as it stands now; nobody else changes it until the transaction ends."""
    rows = Customer.objects.select_for_update(no_key=True, of=("self",))
    found: Customer = rows.get(pk=customer.pk)
    return found


def lock_file(customer: Customer) -> Customer:
    """The same for what only a file of its own takes: RefusedError once it was merged away."""
    found = lock_customer(customer)
    if found.merged_into_id is not None:
        raise RefusedError(_("This file was merged into another: change that one."))
    return found
