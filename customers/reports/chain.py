"""The gaps in whom we know at a customer."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from customers.models import Contact, Customer, Tie
from customers.rules.chain import Gap, Known, gaps
from organization.models import User

DECIDERS = frozenset({Contact.ChainRole.DECIDER, Contact.ChainRole.APPROVER})


def chain_gaps(
    user: User, customer: Customer, today: date, contacts: Sequence[Contact] | None = None
) -> list[Gap]:
    """What is dangerous about whom we know there, the gravest first; one query, or two.

    `contacts` are all of the customer's where they have been read already.
    """
    if contacts is None:
        contacts = list(Contact.objects.visible_to(user).at_work().filter(customer=customer))
    at_work = [contact for contact in contacts if contact.is_active]
    colleagues: dict[int, set[int]] = defaultdict(set)
    ties = Tie.objects.visible_to(user).filter(customer=customer, user__is_active=True)
    for contact, colleague in ties.order_by().values_list("contact", "user"):
        colleagues[contact].add(colleague)
    people = [
        Known(one.chain_role in DECIDERS, one.last_touch_on, frozenset(colleagues[one.pk]))
        for one in at_work
    ]
    manager = customer.account_manager_id
    return gaps(people, manager=manager, tier=customer.tier, today=today)
