"""script/manage import KIND FILE: take a table in (01 §2)."""
# ruff: noqa: N999  # the command is called import

from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.context import acting
from core.tables.errors import TableError
from core.tables.importer import ImportReport, run_import
from workspace.imports import IMPORTS

REJECTED, UNREADABLE = 1, 2  # exit statuses


class Command(BaseCommand):
    """Import a CSV or XLSX file: all of it, or with `--on-error skip` its good rows."""

    help = "Import a table from a CSV or XLSX file. Importing the same file twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options of 01 §2."""
        parser.add_argument("kind", choices=sorted(IMPORTS), metavar="KIND")
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="check all, write nothing")
        parser.add_argument("--on-error", choices=["abort", "skip"], default="abort")
        parser.add_argument("--json", action="store_true", help="one line of JSON on stdout")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the import, report; exit status 1 if rows were rejected, 2 if unreadable."""
        handler = IMPORTS[options["kind"]]()
        try:
            report = run_import(
                handler,
                options["file"],
                dry_run=options["dry_run"],
                on_error=options["on_error"],
                context=partial(acting, actor="import"),
            )
        except TableError as error:
            raise CommandError(str(error), returncode=UNREADABLE) from error
        self._report(report, as_json=options["json"])
        if report.result.rejected:
            raise CommandError(self._refusal(report, options), returncode=REJECTED)

    def _report(self, report: ImportReport, *, as_json: bool) -> None:
        for error in report.errors:
            self.stderr.write(str(error))
        if (more := report.error_count - len(report.errors)) > 0:
            self.stderr.write(
                ngettext("and {count} error more", "and {count} errors more", more).format(
                    count=more
                )
            )
        self.stdout.write(report.result.as_json() if as_json else _summary(report))

    def _refusal(self, report: ImportReport, options: dict[str, Any]) -> str:
        count = report.result.rejected
        rejected = ngettext("{count} row rejected", "{count} rows rejected", count)
        if report.rejects:
            what = _("the others were taken; correct and import {path}").format(path=report.rejects)
        elif options["dry_run"]:
            what = _("this was a dry run: nothing was written")
        else:
            what = _("nothing was written; correct the file, or skip them with --on-error skip")
        return _("{rejected}: {what}").format(rejected=rejected.format(count=count), what=what)


def _summary(report: ImportReport) -> str:
    result = report.result
    return _(
        "{kind}: {rows} rows, {created} created, {updated} updated, {unchanged} unchanged,"
        " {rejected} rejected in {seconds} s"
    ).format(
        kind=result.kind,
        rows=result.rows,
        created=result.created,
        updated=result.updated,
        unchanged=result.unchanged,
        rejected=result.rejected,
        seconds=result.seconds,
    )
