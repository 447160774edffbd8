"""Headers are matched and rows become values, or the list of all that is wrong with them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils.translation import override

from core.tables import fields
from core.tables.errors import RowError, TableError
from core.tables.rows import CellProblem, RawRow
from core.tables.schema import Column, Row, Schema
from core.tests.tables import PARCELS


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("header", "names"),
    [
        (["price", "code"], ["price", "code"]),
        (["Kode *", "六月", "April"], ["code", "price", "name"]),
        (["ＣＯＤＥ", "SENT_ON"], ["code", "sent_on"]),
        (["code", "line", "error"], ["code", None, None]),
    ],
)
def test_a_header_may_use_names_or_labels_of_both_languages_in_any_order(header, names, language):
    with override(language):
        assert PARCELS.match(header) == names


def test_a_wrong_header_is_told_everything_at_once():
    with pytest.raises(TableError) as caught:
        PARCELS.match(["price", "六月", "colour", "error"])
    assert str(caught.value).startswith(
        "unknown columns: colour, error; columns given twice: price; missing columns: code;"
        " the columns of parcels are: code, name, size"
    )


def test_a_wrong_header_is_told_with_labels_to_who_reads_chinese():
    with override("zh-hans"), pytest.raises(TableError) as caught:
        PARCELS.match(["price", "六月", "colour", "error"])
    assert str(caught.value).startswith(
        "无法识别的列：colour、error；重复的列：六月（price）；缺少的列：Kode（code）；"
        "parcels 可用的列有：Kode（code）、四月（name）"
    )


def test_two_columns_of_one_label_are_a_mistake_of_ours():
    twins = Schema(
        "twins",
        (Column("a", "Same", fields.text()), Column("b", "Same", fields.text())),
        key=("a",),
    )
    with pytest.raises(ValueError, match="names two columns"):
        twins.match(["a"])


def test_a_good_row_becomes_values():
    parse = PARCELS.parser(["code", "price", "sent_on", "size", "notes", "fragile"])
    assert parse(RawRow(7, [" A1 ", "1,250.5", "2025/9/1", "", " two\nlines ", "是"])) == Row(
        7,
        {
            "code": "A1",
            "price": Decimal("1250.5"),
            "sent_on": dt.date(2025, 9, 1),
            "size": "s",  # an empty cell means the default
            "notes": "two\nlines",
            "fragile": True,
        },
    )


def test_a_column_that_is_not_in_the_file_is_not_among_the_values():
    row = PARCELS.parser(["code"])(RawRow(2, ["A"]))
    assert row.values == {"code": "A"}
    assert PARCELS.defaults()["size"] == "s"
    assert "code" not in PARCELS.defaults()


def test_all_errors_of_a_row_are_told_with_line_and_column():
    parse = PARCELS.parser(["price", "code", "sent_on"])
    errors = parse(RawRow(9, ["-1", " ", "soon"]))
    assert [(e.line, e.column) for e in errors] == [(9, "price"), (9, "code"), (9, "sent_on")]
    assert str(errors[0]) == "line 9, price: -1 is negative: only 0 or more is taken here"


@pytest.mark.parametrize("cells", [["A"], ["A", "1", "2"]])
def test_a_row_with_too_few_or_too_many_cells_is_an_error_of_that_row(cells):
    (error,) = PARCELS.parser(["code", "price"])(RawRow(4, cells))
    assert (error.line, error.column) == (4, "")
    assert f"{len(cells)} cells under a header of 2" in error.message


def test_empty_cells_beyond_the_header_do_no_harm():
    assert PARCELS.parser(["code"])(RawRow(4, ["A", "", ""])) == Row(4, {"code": "A"})


def test_what_the_reader_found_wrong_is_named_by_its_column():
    raw = RawRow(4, ["A", ""], (CellProblem(1, "formula cells are not taken"),))
    assert PARCELS.parser(["code", "price"])(raw) == [
        RowError(4, "price", "formula cells are not taken")
    ]
    assert str(RowError(4, "", "bad")) == "line 4: bad"
