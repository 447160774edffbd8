"""What is written can be read again unchanged, nothing in it runs, a torso never looks whole."""

import csv
import datetime as dt
import io
import json
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.tables import fields
from core.tables.errors import TableError
from core.tables.read import open_table
from core.tables.schema import Column
from core.tables.write import FORMATS, iter_csv, iter_json, write_stream, write_table
from core.tests.tables import PARCELS, read_all

AT = dt.datetime(2025, 9, 1, 0, 30, tzinfo=dt.UTC)
ROW = ("007", "=1+1", "s", Decimal("-12.5"), dt.date(2025, 9, 1), AT, True, "+x\n@y", 3)
EMPTY = ("123456789012345678", "", "s", None, None, None, False, "", None)
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''=1", "=cmd|' /C calc'!A0"]
# What import takes: no characters nobody types, no space at the ends.
WORDS = st.text(
    st.one_of(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cn"]),
        st.sampled_from("'=+-@\"_,x0D\n\t"),
    ),
    max_size=30,
).map(str.strip)


def text_of(columns, rows, **options):
    return "".join(iter_csv(columns, rows, **options))


def read_values(path):
    """The rows of a file as the values that import would take."""
    with open_table(path) as table:
        parse = PARCELS.parser(table.header)
        return [tuple(parse(raw).values[c.name] for c in PARCELS.columns) for raw in table.rows]


def test_csv_has_money_to_the_cent_moments_in_shanghai_and_empty_for_nothing():
    assert text_of(PARCELS.columns, [ROW, EMPTY]) == (
        "code,name,size,price,sent_on,sent_at,fragile,notes,pieces\r\n"
        "007,'=1+1,s,-12.50,2025-09-01,2025-09-01T08:30:00+08:00,true,\"'+x\n@y\",3\r\n"
        "123456789012345678,,s,,,,false,,\r\n"
    )


def test_csv_for_excel_begins_with_a_mark_of_its_encoding():
    assert text_of(PARCELS.columns, [], bom=True).startswith("\ufeffcode,")


def test_json_is_one_object_a_line_with_exact_money():
    columns = (*PARCELS.columns, Column("share", "", fields.rate()), Column("t", "", fields.tags()))
    first, second = json.loads(
        "".join(iter_json(columns, [(*ROW, 0.5, ["a"]), (*EMPTY, None, None)]))
    )
    assert first == {
        "code": "007", "name": "=1+1", "size": "s", "price": "-12.50", "sent_on": "2025-09-01",
        "sent_at": "2025-09-01T08:30:00+08:00", "fragile": True, "notes": "+x\n@y", "pieces": 3,
        "share": "0.500000", "t": ["a"],
    }  # fmt: skip
    assert second["price"] is None
    assert json.loads("".join(iter_json(columns, []))) == []


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_of_a_csv_begins_like_a_formula(text):
    columns = (Column("code", "", fields.code()), Column("tags", "", fields.tags()))
    cells = list(csv.reader(io.StringIO(text_of(columns, [(text, [text])]), newline="")))[1]
    assert [cell[0] for cell in cells] == ["'", "'"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_of_a_workbook_is_a_formula(text, tmp_path):
    columns = (Column("=name", "", fields.text()), Column("notes", "", fields.long_text()))
    write_table("xlsx", columns, [(text, text)], tmp_path / "t.xlsx")
    kinds = [c.data_type for row in openpyxl.load_workbook(tmp_path / "t.xlsx").active for c in row]
    assert kinds == ["s"] * 4


def test_a_workbook_holds_codes_as_text_and_money_as_numbers(tmp_path):
    large = (*EMPTY[:3], Decimal("9999999999999999.99"), *EMPTY[4:])
    write_table("xlsx", PARCELS.columns, [ROW, EMPTY, large], tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    assert (sheet["A3"].value, sheet["A3"].data_type) == ("123456789012345678", "s")
    assert (sheet["D2"].value, sheet["D2"].number_format) == (-12.5, "0.00")
    assert sheet["D4"].value == "9999999999999999.99"  # more digits than a number cell keeps


@pytest.mark.parametrize("table_format", ["csv", "xlsx"])
def test_codes_and_values_survive_out_and_in(table_format, tmp_path):
    row = (*ROW[:3], Decimal("12.50"), *ROW[4:])
    large = (*EMPTY[:3], Decimal("9999999999999999.99"), *EMPTY[4:])
    path = tmp_path / f"t.{table_format}"
    assert write_table(table_format, PARCELS.columns, [row, EMPTY, large], path) == 3
    assert read_values(path) == [row, EMPTY, large]


VALUES = st.tuples(
    WORDS.map(lambda t: "".join(t.split()) or "x").map(
        lambda t: "c" + "".join(filter(str.isalnum, t))
    ),
    WORDS.map(lambda t: " ".join(t.split())),
    st.sampled_from("sl"),
    st.none() | st.decimals(0, 10**15, places=2),
    st.none() | st.dates(dt.date(1900, 1, 1), dt.date(2199, 1, 1)),
    st.none() | st.timedeltas(dt.timedelta(0), dt.timedelta(9999)).map(lambda later: AT + later),
    st.booleans(),
    WORDS,
    st.none() | st.integers(0, 2**31 - 1),
)


@given(st.lists(VALUES, max_size=5))
def test_export_then_import_is_the_identity_for_csv(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("t") / "t.csv"
    write_table("csv", PARCELS.columns, rows, path)
    assert read_values(path) == rows


@settings(max_examples=15, deadline=None)
@given(st.lists(VALUES, max_size=5))
def test_export_then_import_is_the_identity_for_xlsx(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("t") / "t.xlsx"
    write_table("xlsx", PARCELS.columns, rows, path)
    assert read_values(path) == rows


def test_line_breaks_and_controls_survive_a_workbook(tmp_path):
    columns = (Column("code", "", fields.code()), Column("notes", "", fields.long_text()))
    notes = "one\r\ntwo\n_x000D_ \x02\ufffe"
    write_table("xlsx", columns, [("A", notes)], tmp_path / "t.xlsx")
    assert read_all(tmp_path / "t.xlsx")[1][0].cells == ["A", notes]


def breaks_off():
    yield EMPTY
    raise ConnectionError("the database went away")


@pytest.mark.parametrize("table_format", ["csv", "json"])
def test_a_stream_that_breaks_off_says_so_in_its_last_line(table_format):
    stream = io.BytesIO()
    with pytest.raises(ConnectionError):
        write_stream(table_format, PARCELS.columns, breaks_off(), stream)
    lines = stream.getvalue().decode().splitlines()
    assert "123456789012345678" in "".join(lines)
    assert lines[-1] == "ERROR: the table is not complete"


@pytest.mark.parametrize("table_format", FORMATS)
def test_a_file_appears_whole_or_not_at_all(table_format, tmp_path):
    path = tmp_path / "t.out"
    path.write_text("as before")
    with pytest.raises(ConnectionError):
        write_table(table_format, PARCELS.columns, breaks_off(), path)
    assert path.read_text() == "as before"
    assert list(tmp_path.iterdir()) == [path]


def test_what_does_not_fit_into_a_workbook_is_refused_not_cut(tmp_path):
    columns = (Column("notes", "", fields.long_text()),)
    with pytest.raises(TableError, match="32768 characters does not fit"):
        write_table("xlsx", columns, [("x" * 32_768,)], tmp_path / "t.xlsx")
