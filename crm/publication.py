"""Versions of the night's results: built, checked, and published in one transaction."""

import datetime as dt

from django.contrib.postgres.functions import TransactionNow
from django.utils.translation import gettext as _

from core.errors import RefusedError
from core.jobs import fail_run
from core.models import JobRun, Version
from core.nights import NIGHTLY
from crm.night import Night
from segmentation.jobs import PublicationNumbers, counted_all, publication_numbers
from segmentation.rules.publication import moved_too_many


class UnsoundVersionError(RefusedError):
    """The results contradict themselves or the rules; they are not published."""


def version_to_build(run: JobRun, rule_version: int, *, was_broken_off: bool) -> Version:
    """The version that a broken-off try has left unfinished, else a new one; the run notes it.

    Also a published one: what follows its publication is done on it, nothing is published twice.
    """
    version = run.version
    if version is not None and was_broken_off:
        in_hand = version.status in {Version.Status.BUILDING, Version.Status.PUBLISHED}
        same = version.rule_version == rule_version and version.is_replay == run.is_replay
        if in_hand and same:
            return version
        give_up(run)
    run.version = Version.objects.create(
        business_date=run.business_date, is_replay=run.is_replay, rule_version=rule_version
    )
    run.save(update_fields=["version"])
    return run.version


def give_up(run: JobRun) -> None:
    """Nobody will ever read the version the run was building."""
    building = Version.objects.filter(runs=run, status=Version.Status.BUILDING)
    building.update(status=Version.Status.FAILED)


def abandon_older(day: dt.date) -> None:
    """Runs of earlier dates that were broken off cannot be published any more after this one."""
    broken_off = JobRun.objects.filter(
        job=NIGHTLY, status=JobRun.Status.RUNNING, business_date__lt=day, is_replay=False
    )
    for run in broken_off:
        give_up(run)
        fail_run(
            run, _("Broken off; %(day)s was computed before it was taken up again.") % {"day": day}
        )


def note_cutoff(version: int) -> None:
    """Remember the moment of this transaction's snapshot: later data are not in the version."""
    Version.objects.filter(pk=version).update(cutoff=TransactionNow())


def check(night: Night) -> int:
    """Refuse a version that is unsound; returns its number of customers.

    Part of the snapshot: customers made since then are in the next night's version.
    Raises UnsoundVersionError, which says what is wrong and what to do.
    """
    numbers = publication_numbers(night.version)
    _refuse_unsound(numbers)
    if _moves_are_limited(night):
        _refuse_too_many_moves(night, numbers)
    return numbers.population


def publish(night: Night) -> int:
    """Make the version the one that is read; returns 1.

    A replay replaces the published version of its own date only.
    """
    published = Version.objects.filter(status=Version.Status.PUBLISHED)
    if not night.is_replay:
        published.filter(is_current=True).update(is_current=False)
    published.filter(business_date=night.day).update(status=Version.Status.SUPERSEDED)
    return Version.objects.filter(pk=night.version).update(
        status=Version.Status.PUBLISHED,
        is_current=not night.is_replay,
        published_at=TransactionNow(),
    )


def _refuse_unsound(numbers: PublicationNumbers) -> None:
    """Every customer has its figures, and the shares are parts of their own sum."""
    if not numbers.is_whole:
        raise UnsoundVersionError(
            _(
                "There are %(population)s customers, but %(figures)s of them have figures"
                " and %(classified)s a class."
            )
            % {
                "population": numbers.population,
                "figures": numbers.figures,
                "classified": numbers.classified,
            }
        )
    if not numbers.shares_sum_to_one:
        raise UnsoundVersionError(
            _("The customers' values sum to %(sum)s, but their shares are of %(total)s.")
            % {"sum": numbers.positive_value, "total": numbers.value_total}
        )


def _moves_are_limited(night: Night) -> bool:
    """Not on the first night, nor the first by new rules, nor when someone accepts the moves.

    A night that counts what the one before did not count yet is as one by new rules.
    """
    current = Version.objects.current()
    return (
        current is not None
        and current.rule_version == night.rule_version
        and counted_all(current.pk)
        and not night.is_replay
        and not night.accept_moves
    )


def _refuse_too_many_moves(night: Night, numbers: PublicationNumbers) -> None:
    limits = night.rules.publication
    if moved_too_many(
        numbers.moved,
        numbers.population,
        max_share=limits.max_moved_share,
        floor=limits.max_moved_floor,
    ):
        raise UnsoundVersionError(
            _(
                "%(moved)s of %(population)s customers would change tier, more than the rules"
                " allow in one night. If that is right, run it with --accept-moves."
            )
            % {"moved": numbers.moved, "population": numbers.population}
        )
