"""Which nights should have run: calendar arithmetic on the job ledger."""

import datetime as dt

from django.conf import settings
from django.db import connection

from core.models import JobRun, Version
from core.rules import BUSINESS_ZONE

NIGHTLY = "nightly"
MISSING_FROM_HOUR = 6  # from then on the people at work are told that the night is missing
MAX_FAILURES = 5  # then the date waits for a person and later dates go on
_DAY = dt.timedelta(days=1)
_LIVING = dt.timedelta(days=31)


def latest_due(now: dt.datetime, *, hour: int | None = None) -> dt.date:
    """The latest business date whose night has begun: yesterday, before `hour` the day before."""
    local = now.astimezone(BUSINESS_ZONE)
    begun = local.hour >= (settings.NIGHTLY_HOUR if hour is None else hour)
    return local.date() - (_DAY if begun else 2 * _DAY)


def may_retry(run: JobRun, now: dt.datetime) -> bool:
    """Whether a failed run may be tried again by itself: after 2, 4, 8 ... minutes, five times."""
    if run.failures >= MAX_FAILURES or run.finished_at is None:
        return False
    return now >= run.finished_at + dt.timedelta(minutes=2**run.failures)


def due_dates(now: dt.datetime) -> list[dt.date]:
    """Business dates to run now, oldest first: missing, broken off, and asked-for ones.

    Before the first publication only the latest date is due. A date that failed is tried again
    later and holds up those after it, until its tries are used up.
    """
    missing, ledger = _missing(now), JobRun.objects.filter(job=NIGHTLY)
    broken_off = ledger.filter(status=JobRun.Status.RUNNING)
    wanted = set(broken_off.values_list("business_date", flat=True))
    wanted |= set(ledger.asked_for().values_list("business_date", flat=True))
    runs = {run.business_date: run for run in ledger.filter(business_date__in=missing)}
    for day in missing:
        run = runs.get(day)
        if run is None or run.status == JobRun.Status.RUNNING or may_retry(run, now):
            wanted.add(day)
        elif run.failures < MAX_FAILURES and day not in wanted:
            return sorted(date for date in wanted if date < day)
    return sorted(wanted)


def is_living_book(day: dt.date) -> bool:
    """Whether anything was shipped, due, received or answered in the month before `day`.

    Nights come by themselves only for a company at work: nobody waits for yesterday's night of an
    empty database, nor of one that was filled with an old year to look at.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT app_has_facts_since(%s)", [day - _LIVING])
        found: bool = cursor.fetchone()[0]
    return found


def _missing(now: dt.datetime) -> list[dt.date]:
    """Unpublished dates of the catch-up days, oldest first; none of a book that is not living."""
    last = latest_due(now)
    if not is_living_book(last):
        return []
    current = Version.objects.current()
    if current is None:
        return [last]
    first = max(current.business_date + _DAY, last - (settings.NIGHTLY_CATCH_UP_DAYS - 1) * _DAY)
    return [first + number * _DAY for number in range((last - first).days + 1)]


def missing_night(now: dt.datetime) -> dt.date | None:
    """The business date people should see in the morning and do not; None when all is well.

    A new installation has a day for its first night. Of a book that is not living none is missed.
    """
    day = latest_due(now, hour=MISSING_FROM_HOUR)
    current = Version.objects.current()
    if current is not None and current.business_date >= day:
        return None
    if not is_living_book(day):
        return None
    if current is None and now < installed_at() + _DAY:
        return None
    return day


def installed_at() -> dt.datetime:
    """When this database was set up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(applied) FROM django_migrations")
        moment: dt.datetime = cursor.fetchone()[0]
    return moment
