"""Which nightly version is read."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from core.models import Version


class VersionQuerySet(models.QuerySet["Version"]):
    """Versions of nightly results."""

    def current(self) -> "Version | None":
        """The version everyone reads; None before the first night."""
        return self.filter(is_current=True).first()

    def published_on(self, day: dt.date) -> "Version | None":
        """The version published for that business date."""
        return self.filter(business_date=day, status="published").first()

    def published_dates(self) -> list[dt.date]:
        """Business dates that have a published version, latest first."""
        return list(
            self.filter(status="published")
            .order_by("-business_date")
            .values_list("business_date", flat=True)
        )
