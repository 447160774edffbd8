"""The gaps in whom we know at a customer."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from customers.models import Contact, Customer, Tie
from customers.rules.chain import Gap, Known, gaps
from organization.models import User

DECIDERS = frozenset({Contact.ChainRole.DECIDER, Contact.ChainRole.APPROVER})


def with_colleagues(contacts: QuerySet[Any], user: User) -> QuerySet[Any]:
    """The contacts with `colleagues`: ids of those of us at work who know them."""
    ties = Tie.objects.visible_to(user).filter(contact=OuterRef("pk"), user__is_active=True)
    found: QuerySet[Any] = contacts.annotate(
        colleagues=ArraySubquery(ties.order_by().values("user"))
    )
    return found


def chain_gaps(
    user: User, customer: Customer, today: date, contacts: Sequence[Any] | None = None
) -> list[Gap]:
    """What is dangerous about whom we know there, the gravest first; one query, or none.

    `contacts` are all of the customer's `with_colleagues` where they have been read already.
    """
    if contacts is None:
        people = Contact.objects.visible_to(user).at_work().filter(customer=customer)
        contacts = list(with_colleagues(people, user))
    at_work = [contact for contact in contacts if contact.is_active]
    known = [
        Known(one.chain_role in DECIDERS, one.last_touch_on, frozenset(one.colleagues))
        for one in at_work
    ]
    manager = customer.account_manager_id
    return gaps(known, manager=manager, tier=customer.tier, today=today)
