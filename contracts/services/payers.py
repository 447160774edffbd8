"""Who pays for whom: remembered once a clerk has said so, others are flagged (P9)."""

import datetime as dt

from contracts.models import Contract, Payer
from core.text import normalised_name
from customers.models import Customer


def remember_payer(
    customer: Customer, name: str, *, account_no: str = "", day: dt.date
) -> Payer | None:
    """Know from now on that this payer pays for the customer; None where there is no name."""
    key = normalised_name(name)[:200]
    if not key:
        return None
    payer, _created = Payer.objects.get_or_create(
        customer=customer,
        key=key,
        defaults={"name": name[:200], "account_no": account_no[:60], "since": day},
    )
    return payer


def is_other_payer(customer: Customer, name: str, *, day: dt.date) -> bool:
    """Whether the name is neither known to pay for the customer nor agreed on by that day.

    Without an agreed payer that is the customer itself and whoever a clerk has said; contracts
    in force that name one take the customer's own place.
    """
    key = normalised_name(name)
    if not key:
        return False
    in_force = Contract.objects.filter(customer=customer).in_force(day)
    agreed = in_force.exclude(payer_name="").values_list("payer_name", flat=True)
    own = list(agreed) or [customer.name, customer.short_name]
    known = {normalised_name(each) for each in own}
    return key not in known and not Payer.objects.filter(customer=customer, key=key).exists()


def is_other_method(customer: Customer, method: str, *, day: dt.date) -> bool:
    """Whether contracts in force on that day agree on how to pay, and on nothing like this."""
    in_force = Contract.objects.filter(customer=customer).in_force(day)
    agreed = set(in_force.exclude(pay_method="").values_list("pay_method", flat=True))
    return bool(method and agreed) and method not in agreed
