"""The commands import and export: exit statuses, what is on stdout, what is said on stderr."""

import datetime as dt
import io
import json

import pytest
from django.core.management import CommandError, call_command

from core.tables import fields
from core.tables.errors import TableError
from core.tables.importer import ImportHandler, Outcome
from core.tables.schema import Column, Schema
from core.tables.write import Exporter
from workspace.exports import EXPORTS
from workspace.imports import IMPORTS

pytestmark = pytest.mark.django_db

COLUMNS = (
    Column("code", "Code", fields.code(), required=True),
    Column("price", "Price", fields.money(minimum=0)),
)


class ParcelImport(ImportHandler):
    """Takes every row as new; what is kept does not matter here."""

    schema = Schema("parcels", COLUMNS, key=("code",))

    def apply(self, rows):
        return Outcome(created=len(rows))


def parcel_rows(request):
    if request.as_of and request.as_of > dt.date(2025, 9, 2):
        raise TableError("nothing is published for that day; there are: 2025-09-01")
    return [("=A", 1), ("B", None)]


@pytest.fixture(autouse=True)
def parcels(monkeypatch):
    """One kind that depends on no app."""
    monkeypatch.setitem(IMPORTS, "parcels", ParcelImport)
    monkeypatch.setitem(EXPORTS, "parcels", Exporter(COLUMNS, parcel_rows))


@pytest.fixture
def run():
    """Run a command; answers its exit status, stdout and stderr."""

    def run(*arguments):
        out, err = io.StringIO(), io.StringIO()
        try:
            call_command(*map(str, arguments), stdout=out, stderr=err)
        except CommandError as error:
            return error.returncode, out.getvalue(), f"{err.getvalue()}{error}"
        return 0, out.getvalue(), err.getvalue()

    return run


@pytest.fixture
def table(tmp_path):
    """Write a file to import."""

    def table(text):
        path = tmp_path / "parcels.csv"
        path.write_text(text)
        return path

    return table


def test_a_good_file_ends_with_status_0_and_says_what_happened(run, table):
    status, out, err = run("import", "parcels", table("code,price\nA,1\nB,2\n"))
    assert (status, err) == (0, "")
    assert out.startswith("parcels: 2 rows, 2 created, 0 updated, 0 unchanged, 0 rejected in ")


def test_json_is_the_last_line_and_nothing_else_is_on_stdout(run, table):
    status, out, err = run("import", "parcels", table("code,price\nA,-1\nB,2\n"), "--json")
    assert status == 1
    summary = json.loads(out)
    assert summary.pop("seconds") >= 0
    assert summary == {
        "kind": "parcels", "rows": 2, "created": 0, "updated": 0, "unchanged": 0, "rejected": 1,
    }  # fmt: skip
    assert "line 2, price: -1 is negative" in err
    assert "1 row rejected: nothing was written" in err


def test_rejected_rows_are_listed_up_to_twenty_and_counted(run, table):
    status, _out, err = run("import", "parcels", table("code,price\n" + "A,x\n" * 23))
    assert status == 1
    assert err.count("line ") == 20
    assert "and 3 errors more" in err
    assert "23 rows rejected" in err


def test_skipping_says_where_the_rejects_are(run, table):
    path = table("code,price\nA,-1\nB,2\n")
    status, _out, err = run("import", "parcels", path, "--on-error", "skip")
    assert status == 1
    assert f"correct and import {path}.rejects.csv" in err
    assert path.with_name("parcels.csv.rejects.csv").exists()


def test_a_dry_run_says_that_nothing_was_written(run, table):
    status, _out, err = run("import", "parcels", table("code\n \nA\n"), "--dry-run")
    assert status == 1
    assert "dry run: nothing was written" in err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("price\n1\n", "missing columns: code"),
        ("code,colour\nA,red\n", "unknown columns: colour"),
        ("code\n" + "x" * 2_500_000, "line 2, column 1: the line is longer than"),
    ],
)
def test_a_file_that_cannot_be_read_ends_with_status_2(run, table, text, said):
    status, out, err = run("import", "parcels", table(text), "--json")
    assert (status, out) == (2, "")
    assert said in err


def test_export_prints_csv_by_default(run):
    assert run("export", "parcels") == (0, "code,price\r\n'=A,1.00\r\nB,\r\n", "")


def test_export_prints_json(run):
    _status, out, _err = run("export", "parcels", "--format", "json")
    assert json.loads(out) == [{"code": "=A", "price": "1.00"}, {"code": "B", "price": None}]


@pytest.mark.parametrize("table_format", ["csv", "xlsx"])
def test_an_exported_file_can_be_imported(run, tmp_path, table_format):
    path = tmp_path / f"parcels.{table_format}"
    assert run("export", "parcels", "--format", table_format, "-o", path) == (0, "", "")
    status, out, _err = run("import", "parcels", path, "--json")
    assert (status, json.loads(out)["rows"]) == (0, 2)


def test_a_workbook_goes_to_stdout_as_bytes(run, capfdbinary):
    assert run("export", "parcels", "--format", "xlsx")[0] == 0
    assert capfdbinary.readouterr().out.startswith(b"PK\x03\x04")


def test_export_of_a_day_without_figures_ends_with_status_1_and_names_the_days(run):
    status, out, err = run("export", "parcels", "--as-of", "2025-09-03")
    assert (status, out) == (1, "")
    assert "there are: 2025-09-01" in err


def test_unknown_kinds_and_days_are_refused(run, table):
    assert run("export", "unicorns")[0] == 1
    assert run("import", "unicorns", table("code\n"))[0] == 1
    assert "not a date" in run("export", "parcels", "--as-of", "1.9.2025")[2]
