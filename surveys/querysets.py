"""Which answers: those of customers one may see, up to a business date."""

import datetime as dt
from typing import Any, Self

from django.db import models

from customers.querysets import CustomerScopedQuerySet


class ResponseQuerySet(CustomerScopedQuerySet[Any]):
    """Responses."""

    def answered_by(self, day: dt.date) -> Self:
        """Those given up to and including the day."""
        return self.filter(answered_on__lte=day)


class ScoreQuerySet(models.QuerySet[Any]):
    """Scores of a night; row-level security hides the slices of units one may not see."""

    def current(self) -> Self:
        """Those of the version everyone reads."""
        return self.filter(version__is_current=True)
