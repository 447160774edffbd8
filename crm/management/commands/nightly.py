"""script/manage nightly: compute and publish a business date in the foreground (01 §3)."""

import datetime as dt
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import RefusedError
from core.models import JobStep
from core.nights import latest_due
from crm import nightly


class Command(BaseCommand):
    """Run the night of one date, or of every date that is due; needs no worker."""

    help = "Compute and publish the night's results of a business date (default: yesterday)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options of 01 §3."""
        which = parser.add_mutually_exclusive_group()
        which.add_argument(
            "--as-of", type=dt.date.fromisoformat, metavar="YYYY-MM-DD", help="business date"
        )
        which.add_argument(
            "--catch-up", action="store_true", help="every date that is due, oldest first"
        )
        parser.add_argument(
            "--replay", action="store_true", help="allow a date before the current one"
        )
        parser.add_argument(
            "--accept-moves",
            action="store_true",
            help="publish however many customers change tier",
        )
        parser.add_argument(
            "--rebuild",
            action="store_true",
            help="recount all customers' months from their waybills first",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print a line per step and a JSON report per date; exit status 1 when one failed."""
        try:
            reports = self._run(options)
        except RefusedError as error:
            raise CommandError(str(error)) from error
        for report in reports:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False))
            if not report.succeeded:
                raise CommandError(report.run.error)
        if not reports:
            self.stderr.write(_("No night is due."))

    def _run(self, options: dict[str, Any]) -> list[nightly.Report]:
        now = timezone.now()
        if options["catch_up"]:
            return nightly.ensure_runs(now, progress=self._print_step)
        report = nightly.run(
            options["as_of"] or latest_due(now, hour=0),
            replay=options["replay"],
            accept_moves=options["accept_moves"],
            rebuild=options["rebuild"],
            progress=self._print_step,
        )
        return [report]

    def _print_step(self, step: JobStep) -> None:
        self.stdout.write(
            f"{step.name:<14} {step.status:<7} {step.rows:>12,} {step.milliseconds / 1000:>10.3f} s"
        )
        self.stdout.flush()
