"""Which rule set, and whose figures of which night."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models

from customers.querysets import CustomerScopedQuerySet

if TYPE_CHECKING:
    from segmentation.models import RuleSet

Row = TypeVar("Row", bound=models.Model)


class NightlyQuerySet(CustomerScopedQuerySet[Row]):
    """Results of the night, one row a customer and version."""

    def current(self) -> Self:
        """Those of the version everyone reads."""
        return self.filter(version__is_current=True)


class RuleSetQuerySet(models.QuerySet["RuleSet"]):
    """Rule sets."""

    def active(self) -> "RuleSet | None":
        """The one in force; None before the first is made."""
        return self.filter(status="active").first()
