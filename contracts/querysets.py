"""Which contracts and plan lines."""

import datetime as dt
from typing import Self

from django.db.models import F

from customers.querysets import CustomerScopedQuerySet, Row


class PlanLineQuerySet(CustomerScopedQuerySet[Row]):
    """Plan lines; `visible_to(user)` comes from the customer."""

    def open(self) -> Self:
        """Lines money is still expected for, as things stand now (the partial index)."""
        return self.filter(state="open", paid__lt=F("amount"))

    def overdue(self, day: dt.date) -> Self:
        """Open lines past their due date; due today is not overdue."""
        return self.open().filter(due_on__lt=day)
