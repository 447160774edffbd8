"""The run of one date: fenced transactions, each written down; resumed after a kill."""

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from core.errors import FenceLostError
from core.jobs import (
    Runner,
    fail_run,
    failed_step,
    finish_run,
    measured_step,
    start_run,
    steps_of,
)
from core.models import JobRun, JobStep
from core.nights import NIGHTLY
from crm import publication, retention
from crm.night import Night, Step
from segmentation.services import rules_of_night

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Report:
    """How one date went (01 §3): the run as the ledger has it, with the steps of its version."""

    run: JobRun
    steps: tuple[JobStep, ...]

    @property
    def succeeded(self) -> bool:
        """Whether the date is published."""
        return self.run.status == JobRun.Status.DONE

    def as_dict(self) -> dict[str, object]:
        """The promised JSON report; seconds are those of the steps, an earlier try's included."""
        steps = [
            {
                "name": step.name,
                "status": step.status,
                "rows": step.rows,
                "seconds": step.milliseconds / 1000,
            }
            for step in self.steps
        ]
        return {
            "as_of": self.run.business_date.isoformat(),
            "status": self.run.status,
            "steps": steps,
            "seconds": round(sum(step.milliseconds for step in self.steps) / 1000, 3),
        }


Progress = Callable[[JobStep], None]


def silent(_step: JobStep) -> None:
    """Nobody watches."""


def report(run: JobRun) -> Report:
    """The run as the ledger has it."""
    return Report(run, tuple(steps_of(run)))


@dataclass(frozen=True)
class Task:
    """One date, done by one runner."""

    runner: Runner
    day: dt.date
    is_replay: bool
    steps: Sequence[Step]
    progress: Progress
    accept_moves: bool = False
    rebuild: bool = False

    @property
    def actor(self) -> str:
        """Who the history says it was."""
        return f"{NIGHTLY}:{self.day}"

    def perform(self) -> Report:
        """Do what is not done yet, transaction by transaction, then tidy up."""
        unread = retention.unread_versions()
        with self.runner.writing(actor=self.actor):
            night, run = self._begin()
        last = self.steps[-1].transaction
        for name, group in groupby(self.steps, key=lambda step: step.transaction):
            if not self._do(night, run, list(group), is_last=name == last):
                return report(run)
        retention.tidy_up(self.runner, unread, actor=self.actor)
        return report(run)

    def _begin(self) -> tuple[Night, JobRun]:
        """The run in the ledger, and what its steps are given."""
        rule_version, rules = rules_of_night(self.day, is_replay=self.is_replay)
        if not self.is_replay:
            publication.abandon_older(self.day)
        running = JobRun.objects.filter(status=JobRun.Status.RUNNING)
        was_broken_off = running.filter(job=NIGHTLY, business_date=self.day).exists()
        run = start_run(self.runner, self.day, is_replay=self.is_replay)
        version = publication.version_to_build(run, rule_version, was_broken_off=was_broken_off)
        night = Night(
            day=self.day,
            version=version.pk,
            rule_version=rule_version,
            rules=rules,
            is_replay=self.is_replay,
            accept_moves=self.accept_moves,
            rebuild=self.rebuild,
        )
        return night, run

    def _do(self, night: Night, run: JobRun, steps: list[Step], *, is_last: bool) -> bool:
        """Commit these steps together, the last ones with the run's end; false when one failed."""
        done = {step.name for step in steps_of(run)}
        if all(step.name in done for step in steps):
            return True
        doing = steps[0]
        try:
            with self.runner.writing(actor=self.actor, snapshot=doing.snapshot):
                if doing.snapshot:
                    publication.note_cutoff(night.version)
                for doing in steps:
                    self._step(night, run, doing)
                if is_last:
                    finish_run(run)
        except FenceLostError:
            raise
        except Exception as error:
            logger.exception("the night of %s failed at %s", self.day, doing.name)
            self._fail(night, run, doing, error)
            return False
        return True

    def _step(self, night: Night, run: JobRun, step: Step) -> None:
        with measured_step(run, night.version, self.steps.index(step) + 1, step.name) as record:
            record.rows = step.work(night)
        self.progress(record)

    def _fail(self, night: Night, run: JobRun, step: Step, error: Exception) -> None:
        """Yesterday stands: nobody will read this version, and the ledger says why."""
        with self.runner.writing(actor=self.actor):
            record = failed_step(
                run, night.version, self.steps.index(step) + 1, step.name, str(error)
            )
            publication.give_up(run)
            fail_run(run, f"{step.name}: {error}")
        self.progress(record)
