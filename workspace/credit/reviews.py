"""Signs that call for a look at a customer's credit, and the look itself."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from customers.models import Customer
from customers.services.credit import review_credit, tick_danger_signs
from engagement.services import call_for_credit_review, close_credit_review
from organization.models import User


@transaction.atomic
def tick_signs(
    customer: Customer, *, signs: Collection[str], note: str, on: dt.date, actor: User
) -> list[str]:
    """Make these the signs that stand; new ones call owner, head and finance the same moment."""
    new = tick_danger_signs(customer, signs=signs, note=note, on=on, actor=actor)
    if new:
        call_for_credit_review(customer, signs=new, on=on)
    return new


@transaction.atomic
def record_review(
    customer: Customer, *, on: dt.date, outcome: str, next_on: dt.date, actor: User
) -> None:
    """Write the review down; what called for it is closed by it."""
    review_credit(customer, on=on, outcome=outcome, next_on=next_on, actor=actor)
    close_credit_review(customer, on=on)
