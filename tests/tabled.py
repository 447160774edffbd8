"""What tests of imports and exports share: files made of lines, and what came of them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from core.tables.importer import ImportReport, run_import
from core.tables.write import ExportRequest, iter_csv, write_table
from workspace.exports import EXPORTS
from workspace.imports import IMPORTS


def take(folder: Path, kind: str, *lines: str, actor: Any = None, **options: Any) -> ImportReport:
    """Import the lines (header first) as a file of that kind."""
    path = folder / f"{kind}.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return run_import(IMPORTS[kind](actor=actor), path, **options)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    """How many rows were created, updated, unchanged, rejected."""
    result = report.result
    return (result.created, result.updated, result.unchanged, result.rejected)


def complaints(report: ImportReport) -> list[tuple[int, str]]:
    """Line and column of every error."""
    return [(error.line, error.column) for error in report.errors]


def exported(kind: str, *, user: Any = None) -> list[str]:
    """The lines of an export as CSV; only for values without line breaks."""
    exporter = EXPORTS[kind]
    text = "".join(iter_csv(exporter.columns, exporter.rows(ExportRequest(user=user))))
    return text.splitlines()


def export_and_import(
    folder: Path, kinds: Iterable[str], table_format: str = "csv"
) -> dict[str, tuple[int, int, int]]:
    """What importing each kind's own export does: created, updated, rejected."""
    done = {}
    for kind in kinds:
        exporter = EXPORTS[kind]
        path = folder / f"again-{kind}.{table_format}"
        write_table(table_format, exporter.columns, exporter.rows(ExportRequest()), path)
        result = run_import(IMPORTS[kind](), path).result
        done[kind] = (result.created, result.updated, result.rejected)
    return done
