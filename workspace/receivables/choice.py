"""What of the receivables somebody wants to see: the page's address as values."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.models import Ageing
from contracts.querysets import AgeingQuerySet
from contracts.reports.receivables import AMOUNTS
from core.models import Version
from core.requests import asked_currency
from customers.models import Customer
from customers.reports.search import fitting
from organization.models import User
from workspace.receivables.whose import Whose, read_whose

BUCKETS = tuple(name for name in AMOUNTS if name != "balance")  # what a customer can have some of
_LONGEST = 200
MOST_FOUND = 5000
NAMES = ("q", "unit", "manager", "tier", "bucket")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Whose):
    """A night, a currency and what narrows them."""

    version: Version
    currency: str
    q: str = ""
    bucket: str = ""
    found: list[int] | None = None  # ids of who fits `q`; None: nobody asked, or too many

    @property
    def day(self) -> dt.date:
        """The day at whose end the figures stand."""
        return self.version.business_date

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the night and the currency was chosen."""
        return bool(self.q or self.unit or self.manager or self.tier or self.bucket)

    def rows(self, user: User, *, any_bucket: bool = False) -> AgeingQuerySet[Ageing]:
        """The customers' rows of the choice that the person may see, in no order."""
        rows = Ageing.objects.visible_to(user).filter(version=self.version, currency=self.currency)
        if not self.is_understood:
            return rows.none()
        rows = self.narrowed().rows(rows)
        if self.bucket and not any_bucket:
            rows = rows.filter(**{f"{self.bucket}__gt": 0})
        if self.q:
            named_ids = _named(user, self.q) if self.found is None else self.found
            rows = rows.filter(customer_id__in=named_ids)
        return rows


def _named(user: User, text: str) -> Any:
    """Ids of the visible customers that the text finds."""
    return Customer.objects.visible_to(user).filter(fitting(user, text)).order_by().values("pk")


def _few_named(user: User, text: str) -> list[int] | None:
    """The same as a list, which the list and the sums share; None where they are many."""
    if not text:
        return None
    ids = list(_named(user, text).values_list("pk", flat=True)[: MOST_FOUND + 1])
    return ids if len(ids) <= MOST_FOUND else None


def read_choice(user: User, query: Mapping[str, str]) -> Choice | None:
    """The choice of an address; None before the first night. Unknown values list nothing."""
    version, is_day_known = _version(query.get("as_of", ""))
    if version is None:
        return None
    bucket, q = query.get("bucket", ""), query.get("q", "").strip()
    whose = read_whose(user, query)
    is_known = is_day_known and bucket in {"", *BUCKETS}
    q = q[:_LONGEST]
    return Choice(
        version=version,
        currency=asked_currency(query),
        q=q,
        bucket=bucket if bucket in BUCKETS else "",
        found=_few_named(user, q),
        **whose | {"is_understood": whose["is_understood"] and is_known},
    )


def _version(day: str) -> tuple[Version | None, bool]:
    """The night of the day, else the current one and that there is no such night."""
    current = Version.objects.current()
    if not day:
        return current, True
    try:
        found = Version.objects.published_on(dt.date.fromisoformat(day))
    except ValueError:
        found = None
    return found or current, found is not None
