"""One customer of a request."""

from django.db.models import QuerySet
from django.http import Http404

from customers.models import Attachment, Contact, Customer, Share
from customers.querysets import managers_for
from organization.models import User
from organization.permissions import Action, can


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


def reading_share(user: User, customer: Customer) -> Share | None:
    """By what the person may read the customer and not change it; None for everybody else.

    Asks only for account managers to whom the customer does not belong.
    """
    if user.role != User.Role.ACCOUNT_MANAGER or customer.account_manager_id in managers_for(user):
        return None
    shares = Share.objects.visible_to(user).in_force(user).filter(customer=customer)
    mine: list[Share] = list(shares.filter(user__in=managers_for(user)).order_by("read_only"))
    return mine[0] if mine and mine[0].read_only else None


def visible_contact(user: User, customer: int, pk: int) -> Contact:
    """The contact of that customer if the person may see it, else Http404."""
    found: Contact | None = (
        Contact.objects.visible_to(user)
        .select_related("customer__org_unit", "reports_to")
        .filter(customer=customer, pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found


def open_file(user: User, pk: int) -> Customer:
    """As visible_customer, and Http404 too for a file that was merged into another."""
    customer = visible_customer(user, pk)
    if customer.merged_into_id is not None:
        raise Http404
    return customer


def visible_files(user: User, customer: Customer) -> QuerySet[Attachment]:
    """The customer's files the person's role may read: statements are for who sees the credit."""
    files = Attachment.objects.visible_to(user).filter(customer=customer)
    return files if can(user, Action.VIEW_CREDIT) else files.exclude(kind=Attachment.Kind.STATEMENT)


def editable_customer(user: User, pk: int, *, lock: bool = False) -> Customer:
    """As open_file; with `lock` as it is now, and nobody else changes it in the meantime."""
    customer = open_file(user, pk)
    if not lock:
        return customer
    locked: Customer | None = (
        Customer.objects.visible_to(user).select_for_update(of=("self",)).filter(pk=pk).first()
    )
    if locked is None or locked.merged_into_id is not None:  # while we waited
        raise Http404
    return locked
