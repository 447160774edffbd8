"""Which nightly version is read."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from core.models import JobRun, Version  # noqa: F401  (named in annotations)


class VersionQuerySet(models.QuerySet["Version"]):
    """Versions of nightly results."""

    def current(self) -> "Version | None":
        """The version everyone reads; None before the first night."""
        return self.filter(is_current=True).first()

    def published_on(self, day: dt.date) -> "Version | None":
        """The version published for that business date."""
        return self.filter(business_date=day, status="published").first()

    def published_between(self, first: dt.date, last: dt.date) -> "Version | None":
        """The latest version published for a business date of these, both included."""
        found = self.filter(status="published", business_date__range=(first, last))
        return found.order_by("-business_date").first()

    def published_dates(self) -> list[dt.date]:
        """Business dates that have a published version, latest first."""
        return list(
            self.filter(status="published")
            .order_by("-business_date")
            .values_list("business_date", flat=True)
        )


class JobRunQuerySet(models.QuerySet["JobRun"]):
    """The job ledger."""

    def asked_for(self) -> "JobRunQuerySet":
        """Runs somebody wants done again and that have not been started since."""
        return self.filter(requested_at__gt=models.F("started_at"))

    def done(self, job: str, day: dt.date) -> "JobRunQuerySet":
        """The run of that business date, if it is done."""
        return self.filter(job=job, business_date=day, status="done")
