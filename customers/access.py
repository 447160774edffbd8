"""One customer of a request."""

from django.http import Http404

from customers.models import Customer
from organization.models import User


def visible_customer(user: User, pk: int) -> Customer:
    """The customer if the person may see it, else Http404: hidden and absent look the same."""
    found: Customer | None = (
        Customer.objects.visible_to(user)
        .select_related("org_unit", "account_manager")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found
