"""How much hangs on a customer, as values of a query that finds the customer for the person.

That query decides who sees them: to ask again in each value took half of its time.
"""

from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from contracts.models import Contract, PlanLine
from customers.models import Attachment, Contact
from engagement.models import Complaint, Note
from organization.models import User
from organization.permissions import Action, can
from surveys.models import Response


def contacts(_user: User) -> Coalesce:
    """People who work there."""
    return _number(Contact.objects.at_work())


def contracts(_user: User) -> Coalesce:
    """Contracts of any time."""
    return _number(Contract.objects.all())


def open_lines(_user: User) -> Coalesce:
    """Plan lines that are not settled."""
    return _number(PlanLine.objects.all().open())


def responses(_user: User) -> Coalesce:
    """Survey answers."""
    return _number(Response.objects.all())


def complaints(_user: User) -> Coalesce:
    """Complaints that are not closed."""
    return _number(Complaint.objects.all().open())


def notes(_user: User) -> Coalesce:
    """Interactions."""
    return _number(Note.objects.all())


def files(user: User) -> Coalesce:
    """Files that the person's role reads: statements are for who sees the credit."""
    rows = Attachment.objects.all()
    return _number(
        rows if can(user, Action.VIEW_CREDIT) else rows.exclude(kind=Attachment.Kind.STATEMENT)
    )


def _number(rows: QuerySet[Any]) -> Coalesce:
    mine = rows.filter(customer=OuterRef("pk")).order_by().values("customer")
    return Coalesce(Subquery(mine.annotate(number=Count("pk")).values("number")), 0)
