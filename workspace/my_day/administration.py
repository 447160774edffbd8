"""What an administrator begins the day with: did the night run, who can work, which rules hold."""

from dataclasses import dataclass

from django.db.models import Count, Q

from core.models import JobRun
from core.nights import NIGHTLY
from organization.models import OrgUnit, User
from segmentation.models import RuleSet

NIGHTS = 7


@dataclass(frozen=True, slots=True)
class People:
    """Users by whether they can work."""

    active: int
    never_came: int  # active, and never signed in
    inactive: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The state of the site; no customer is in it."""

    nights: list[JobRun]
    people: People
    rules: RuleSet | None
    headless: list[OrgUnit]  # open units without a head of their own

    @property
    def last(self) -> JobRun | None:
        """The night of the latest date that was begun."""
        return self.nights[0] if self.nights else None


def overview() -> Overview:
    """Four queries."""
    counted = User.objects.exclude(role=User.Role.SYSTEM).aggregate(
        active=Count("pk", filter=Q(is_active=True)),
        never_came=Count("pk", filter=Q(is_active=True, last_login=None)),
        inactive=Count("pk", filter=Q(is_active=False)),
    )
    heads = User.objects.filter(is_active=True, role=User.Role.UNIT_MANAGER)
    headless = OrgUnit.objects.filter(closed_on=None).exclude(
        pk__in=heads.exclude(org_unit=None).values("org_unit")
    )
    return Overview(
        nights=list(JobRun.objects.filter(job=NIGHTLY).order_by("-business_date")[:NIGHTS]),
        people=People(**counted),
        rules=RuleSet.objects.active(),
        headless=list(headless.order_by("code")[: NIGHTS + 1]),
    )
