"""script/manage export KIND: write a table for people and scripts (01 §4)."""

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.context import acting
from core.tables.errors import TableError
from core.tables.write import (
    FORMATS,
    Exporter,
    ExportRequest,
    iter_csv,
    iter_json,
    write_table,
)
from core.tables.xlsx_out import write_xlsx
from workspace.exports import EXPORTS

_READER_LEFT = 141  # what a shell reports for a program ended by SIGPIPE


class Command(BaseCommand):
    """Export a KIND to a file, whole or not at all, or to stdout."""

    help = "Export a table as CSV, JSON or XLSX, to stdout or a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options of 01 §4."""
        parser.add_argument("kind", choices=sorted(EXPORTS), metavar="KIND")
        parser.add_argument("--as-of", type=_day, metavar="YYYY-MM-DD", help="default: the latest")
        parser.add_argument("--format", choices=FORMATS, default="csv")
        parser.add_argument("-o", "--output", type=Path, metavar="FILE")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the table; exit status 1 when there is nothing for that date."""
        exporter = EXPORTS[options["kind"]]
        try:
            with acting(actor="export"):
                rows = exporter.rows(ExportRequest(as_of=options["as_of"]))
                if options["output"]:
                    write_table(options["format"], exporter.columns, rows, options["output"])
                else:
                    self._print(options["format"], exporter, rows)
        except TableError as error:
            raise CommandError(str(error)) from error
        except BrokenPipeError:
            _close_stdout()
            raise SystemExit(_READER_LEFT) from None

    def _print(self, table_format: str, exporter: Exporter, rows: Any) -> None:
        if table_format == "xlsx":
            write_xlsx(exporter.columns, rows, sys.stdout.buffer)
            return
        pieces = iter_csv if table_format == "csv" else iter_json
        for piece in pieces(exporter.columns, rows):
            self.stdout.write(piece, ending="")


def _close_stdout() -> None:
    """A reader such as `head` has seen enough: let the interpreter's last flush find no pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text} is not a date such as 2025-09-01") from error
