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


def is_other_payer(customer: Customer, name: str) -> bool:
    """Whether the name is not the customer's own, nor agreed or known to pay for them."""
    key = normalised_name(name)
    if not key:
        return False
    agreed = Contract.objects.agreed().filter(customer=customer).exclude(payer_name="")
    names = (customer.name, customer.short_name, *agreed.values_list("payer_name", flat=True))
    own = {normalised_name(each) for each in names}
    return key not in own and not Payer.objects.filter(customer=customer, key=key).exists()
