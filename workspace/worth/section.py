"""The section of a customer's file: tier, class, grade and lifecycle, why, and what changed."""

from typing import Any

from customers.models import Customer
from organization.models import User
from segmentation.reports import worth
from workspace.header import Header


def value(user: User, customer: Customer, above: Header) -> dict[str, Any]:
    """The last night's results with their parts, and the changes of the nights that are kept."""
    figures = above.figures.indicators if above.figures else None
    return {"worth": worth(user, customer, figures, above.decided)}
