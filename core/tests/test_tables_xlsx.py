"""Workbooks: what Excel does to codes is noticed, and hostile ones die cheaply in a child."""

import datetime as dt
import resource
import subprocess
import sys
import time
import zipfile

import openpyxl
import pytest

from core.tables import xlsx_in
from core.tables.errors import TableError
from core.tests.tables import HEADER_ROW, raw_workbook, read_all


@pytest.fixture
def book(tmp_path):
    """Save rows as Excel would."""

    def save(*rows):
        workbook = openpyxl.Workbook()
        for row in rows:
            workbook.active.append(row)
        path = tmp_path / "book.xlsx"
        workbook.save(path)
        return path

    return save


def test_cells_of_every_kind_become_text(book):
    path = book(
        ["code", "kind"],
        ["123456789012345678", "eighteen digits as text"],
        ["007", "leading zeros"],
        [42, "whole"],
        [12.5, "decimal"],
        [0.1 + 0.2, "binary noise"],
        [1e-7, "small"],
        [True, "truth"],
        [dt.date(2025, 9, 1), "day"],
        [dt.datetime(2025, 9, 1, 8, 30), "moment"],  # noqa: DTZ001  # Excel knows no zones
        ["甲_x000D_", "escape"],
    )
    header, rows = read_all(path)
    assert header == ["code", "kind"]
    assert [r.cells[0] for r in rows] == [
        "123456789012345678", "007", "42", "12.5", "0.3", "0.0000001", "true",
        "2025-09-01 00:00:00", "2025-09-01 08:30:00", "甲\r",
    ]  # fmt: skip
    assert [r.line for r in rows] == list(range(2, 12))


def test_a_code_that_excel_turned_into_a_number_has_lost_digits_and_is_told_so(book):
    _header, rows = read_all(book(["name", "code"], ["A", 123456789012345678], ["B", 1.2e17]))
    for row in rows:
        ((place, message),) = row.problems
        assert place == 1
        assert "numeric cell lost its last digits" in message
    assert read_all(book(["code"], [999_999_999_999_999]))[1][0].problems == ()


def test_formulas_and_error_values_are_not_taken(book):
    _header, rows = read_all(book(["a", "b"], ["=1+1", "x"], ["#N/A", "y"], ["ok", "z"]))
    assert [r.problems and r.problems[0].message for r in rows] == [
        "formula cells are not taken: paste values instead (=1+1)",
        "the cell shows an error (#N/A)",
        (),
    ]


def test_a_formula_in_the_header_is_named_by_its_column(book):
    with pytest.raises(TableError, match="header, column 2: formula cells are not taken"):
        read_all(book(["code", "=A1"], ["A", "x"]))


def test_short_rows_are_filled_and_empty_rows_left_out(book):
    _header, rows = read_all(book(["a", "b", "c"], ["x"], [], ["y", None, "z"]))
    assert [(r.line, r.cells) for r in rows] == [(2, ["x", "", ""]), (4, ["y", "", "z"])]


def test_a_workbook_is_known_by_its_content_whatever_its_name(book, tmp_path):
    path = book(["code"], ["A"]).rename(tmp_path / "table.csv")
    assert read_all(path)[0] == ["code"]


def _zip_without_workbook(path):
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("word/document.xml", "<a/>")


def _cut_off(path):
    workbook = openpyxl.Workbook()
    workbook.active.append(["code"])
    workbook.save(path)
    path.write_bytes(path.read_bytes()[:-200])


def _repeated(count, piece):
    yield HEADER_ROW
    for _ in range(count):
        yield piece


_ROW = "<row>" + "<c><v>1</v></c>" * 30 + "</row>"
_ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
HOSTILE = {
    "no workbook": (_zip_without_workbook, "not an XLSX workbook"),
    "cut off": (_cut_off, "damaged or cut off"),
    "zip magic only": (lambda p: p.write_bytes(b"PK\x03\x04" + b"x" * 500), "damaged or cut off"),
    "bomb of cells": (lambda p: raw_workbook(p, _repeated(150_000, _ROW)), "unpacks to far more"),
    "bomb of strings": (
        lambda p: raw_workbook(p, [HEADER_ROW], ["<si><t>abc</t></si>"] * 1_000_000),
        "unpacks to far more",
    ),
    "bomb of depth": (
        lambda p: raw_workbook(p, [HEADER_ROW, "<row><c>", "<a>" * 10**6, "</a>" * 10**6]),
        "unpacks to far more",
    ),
    "entities": (lambda p: raw_workbook(p, [_ENTITIES, HEADER_ROW]), "damaged or cut off"),
    "row number": (
        lambda p: raw_workbook(p, [HEADER_ROW, '<row r="99999999999"><c><v>1</v></c></row>']),
        "damaged or cut off",
    ),
    "far column": (
        lambda p: raw_workbook(p, [HEADER_ROW, '<row r="2"><c r="XFD2"><v>1</v></c></row>']),
        "row 2 has more than 500 cells",
    ),
    "long text": (
        lambda p: raw_workbook(
            p, [HEADER_ROW, '<row><c t="inlineStr"><is><t>', "x" * 3_000_000, "</t></is></c></row>"]
        ),
        "row 2 holds more than 1000000 characters",
    ),
    "long number": (
        lambda p: raw_workbook(p, [HEADER_ROW, "<row><c><v>", "9" * 10**6, "</v></c></row>"]),
        "damaged or cut off",
    ),
    "string that is not there": (
        lambda p: raw_workbook(p, [HEADER_ROW, '<row><c t="s"><v>77</v></c></row>']),
        "damaged or cut off",
    ),
    "no rows": (lambda p: raw_workbook(p, []), "the file is empty"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_dies_cheaply(name, tmp_path):
    make, said = HOSTILE[name]
    path = tmp_path / "hostile.xlsx"
    make(path)
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with pytest.raises(TableError) as caught:
        read_all(path)
    assert said in str(caught.value)
    assert time.monotonic() - started < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kB


def _in_child(statement):
    """Run a statement after the child has set its limits, with one second of processor time."""
    program = (
        f"import sys; sys.path.insert(0, {str(xlsx_in.CHILD.parent)!r}); import xlsx_child as c;"
        f" c.SECONDS = 1; c.limit(0)\n{statement}"
    )
    return subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)


def test_the_child_is_killed_when_its_time_is_up():
    assert _in_child("while True: pass").returncode < 0


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS does not cap address space")
def test_the_child_gets_no_more_memory_than_its_limit():
    assert b"MemoryError" in _in_child("bytearray(600_000_000)").stderr
    assert _in_child("bytearray(200_000_000)").returncode == 0


def test_a_child_that_dies_without_a_word_has_hit_its_limits(tmp_path, monkeypatch, book):
    child = tmp_path / "child.py"
    child.write_text('print(\'{"row": 1, "cells": ["code"], "problems": []}\')')
    path = book(["code"], ["A"])
    monkeypatch.setattr(xlsx_in, "CHILD", child)
    with pytest.raises(TableError, match="took too much memory or time"):
        read_all(path)


def test_the_child_says_nothing_on_our_output(tmp_path, capfd):
    path = tmp_path / "hostile.xlsx"
    _cut_off(path)
    with pytest.raises(TableError):
        read_all(path)
    assert capfd.readouterr().out == ""
