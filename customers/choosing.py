"""A customer of one's own, by what one types."""

from django import forms
from django.utils.translation import gettext as _

from customers.codes import find_files
from customers.models import Customer
from customers.reports.search import find, ranked
from organization.models import User

FOUND_AT_MOST = 8
_READ = 60  # keys that fit


def find_customers(user: User, text: str, *, exact: bool = False) -> list[Customer]:
    """At most eight visible customers, best first; `exact`: those with this code, else name."""
    text = text.strip()
    if not text:
        return []
    customers = Customer.objects.visible_to(user).unmerged().order_by("code")
    if exact:
        by_code = list(customers.filter(code=text)) or list(customers.filter(code=text.upper()))
        return by_code or list(customers.filter(name=text)[:FOUND_AT_MOST])
    return ranked(user, find(user, text, _READ))[:FOUND_AT_MOST]


def chosen_customer(user: User, text: str) -> Customer:
    """The one visible customer of that code or exact name, else a ValidationError says why."""
    found = find_customers(user, text, exact=True)
    if not found:
        raise forms.ValidationError(
            _("There is no such customer among those you may see. Choose one from the list.")
        )
    if len(found) > 1:
        codes = ", ".join(customer.code for customer in found)
        raise forms.ValidationError(
            _("Several customers have this name: give the code ({codes}).").format(codes=codes)
        )
    return found[0]


def surviving_customer(user: User, code: str) -> Customer | None:
    """The visible file that the file of this code was merged into; None for files as they are."""
    if not code:
        return None
    found = find_files([code], actor=user).seen.get(code)
    if found is None or found.code == code:
        return None
    return Customer.objects.visible_to(user).filter(pk=found.pk).first()
