"""Requests about one customer that somebody else approves: how they are asked, whom they mean."""

from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import RefusedError
from customers.models import Customer
from organization.models import Approval, User
from organization.services.approvals import ask_approval


def ask_about(  # noqa: PLR0913  # all named
    customer: Customer,
    *,
    kind: str,
    key: str,
    reason: str,
    wish: dict[str, Any],
    actor: User,
    section: str = "",
    amount: Decimal | None = None,
) -> Approval:
    """Ask those who may, from the customer's unit upwards; RefusedError as of `ask_approval`.

    `wish` is what is asked for, as plain values; `section` of the customer's file shows it.
    """
    if section:
        url = reverse("customer_section", args=[customer.pk, section])
    else:
        url = reverse("customer", args=[customer.pk])
    return ask_approval(
        kind=kind,
        unit=customer.org_unit,
        amount=amount,
        subject=str(customer),
        url=url,
        key=key,
        reason=reason,
        payload={"customer": customer.pk, **wish},
        actor=actor,
    )


def customer_of(approval: Approval, actor: User) -> Customer:
    """Whom an approved request is about; RefusedError once who approves no longer sees them."""
    seen = Customer.objects.visible_to(actor).filter(pk=approval.payload["customer"])
    customer: Customer | None = seen.first()
    if customer is None:
        raise RefusedError(_("The customer is no longer in your sight: refuse the request."))
    return customer


def was_asked(approval: Approval) -> str:
    """What is said to who has asked."""
    return _("{unit} was asked to approve it.").format(unit=approval.addressee.name)
