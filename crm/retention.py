"""What nobody reads any more is removed after a night; month ends stay for good."""

import datetime as dt
import logging
from collections.abc import Sequence

from django.conf import settings
from django.db import OperationalError, connection
from django.utils import timezone
from psycopg2.errors import LockNotAvailable

from api.services.answers import forget_answers
from api.services.retention import forget_what_was_told
from core import versions
from core.jobs import Runner
from core.models import Version
from customers.services.files import remove_orphans
from organization.services.retention import forget_old

logger = logging.getLogger(__name__)
_DAY = dt.timedelta(days=1)
_LOCK_TIMEOUT = "2s"  # readers wait behind us for this long at most


def unread_versions() -> list[int]:
    """Versions that failed, were superseded, or are published and older than the kept days.

    Ask before a version is published: a page may just be reading the one that it supersedes.
    """
    status = Version.Status
    gone = list(
        Version.objects.filter(status__in=[status.FAILED, status.SUPERSEDED])
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    current = Version.objects.current()
    if current is None:
        return gone
    first_kept = current.business_date - settings.NIGHTLY_KEEP_DAYS * _DAY
    old = Version.objects.filter(status=status.PUBLISHED, business_date__lt=first_kept)
    return gone + [version.pk for version in old.order_by("pk") if not _is_month_end(version)]


def _is_month_end(version: Version) -> bool:
    return (version.business_date + _DAY).day == 1


def tidy_up(runner: Runner, unread: Sequence[int], *, actor: str) -> None:
    """Remove these versions' results, old sign-ins, files without a row; make coming partitions."""
    for version in unread:
        _drop(runner, version, actor)
    with runner.writing(actor=actor), connection.cursor() as cursor:
        coming = timezone.localdate() + 31 * _DAY
        cursor.execute("SELECT core_make_history_partition(%s)", [coming])
        forget_old(timezone.now())
        forget_answers(timezone.now())
        forget_what_was_told(timezone.now())
        remove_orphans()


def _drop(runner: Runner, version: int, actor: str) -> None:
    """Remove one version's results; those somebody is reading just now wait for the next night."""
    try:
        with runner.writing(actor=actor), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
            versions.drop_partitions(version)
            Version.objects.filter(pk=version).update(status=Version.Status.DROPPED)
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        logger.info("version %s is being read and is removed another night", version)
