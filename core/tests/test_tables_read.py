"""CSV files as people send them, and files that are none: a clear answer, and little memory."""

import csv
import gzip
import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.tables.errors import TableError
from core.tables.guard import guard, unguard
from core.tables.read import open_table
from core.tests.tables import read_all

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


@pytest.fixture
def write(tmp_path):
    def write(content, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encodings_and_line_endings_are_told_apart(write, encoding, ending):
    text = ending.join(["编号,名称", '0071,"顺达（上海）, 物流"', "0072,㐂𠮷速运", ""])
    header, rows = read_all(write(text.encode(encoding)))
    assert header == ["编号", "名称"]
    assert [r.cells for r in rows] == [["0071", "顺达（上海）, 物流"], ["0072", "㐂𠮷速运"]]
    assert [r.line for r in rows] == [2, 3]


@pytest.mark.parametrize("mark", ["\t", ";"])
def test_tabs_and_semicolons_are_taken_when_the_header_has_no_comma(write, mark):
    header, rows = read_all(write(f"code{mark}name\nA{mark}one, two\n"))
    assert header == ["code", "name"]
    assert rows[0].cells == ["A", "one, two"]


def test_a_row_begins_on_the_line_where_its_first_cell_begins(write):
    path = write('code,notes\n\nA,"one\ntwo\nthree"\n,\nB,x\n')
    assert [(r.line, r.cells) for r in read_all(path)[1]] == [
        (3, ["A", "one\ntwo\nthree"]),
        (7, ["B", "x"]),
    ]


def test_empty_columns_at_the_end_of_the_header_are_what_excel_leaves_behind(write):
    header, rows = read_all(write("code,name,,\nA,one,,\nB,two,,x\n"))
    assert header == ["code", "name"]
    assert [r.cells for r in rows] == [["A", "one", "", ""], ["B", "two", "", "x"]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (b"code,,name\n", "column 2 has no name"),
        (b"code,name\nA,B\x00C\n", "line 2, column 2: a NUL byte"),
        (b"code,name\nA,ok\nB,\xff\xfe\xff\n", "line 3, column 2: neither UTF-8 nor GB18030"),
        ("编号,名称\n".encode() * 20 + b"1,\xe5\xe5\n", "line 21, column 2: neither UTF-8"),
        (b'code,name\nA,"open\nB,x\n', "line 2: a quotation mark is opened but never closed"),
        (b'code,name\nA,"x"y\n', "line 2: text follows a closing quotation mark"),
        (
            b"code\n" + b'"' + b"x\n" * 70_000 + b'"\n',
            "line 2: a cell of more than 131072 characters",
        ),
        (b",".join(b"c%d" % i for i in range(501)), "501 columns, at most 500"),
        (b"\xff\xfec\0o\0d\0e\0", "UTF-16"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "format xls"),
        (b"%PDF-1.7\n", "format pdf"),
        (gzip.compress(b"code\nA\n", mtime=0), "format gzip"),
        (b"PK\x05\x06" + bytes(18), "format zip"),
    ],
)
def test_what_is_no_table_is_refused_with_its_place(write, content, said):
    with pytest.raises(TableError) as caught:
        read_all(write(content))
    assert said in str(caught.value)


def test_a_damaged_utf_8_file_is_not_read_as_other_chinese_words(write):
    good = "编号,名称\n" + "1,上海速运有限公司\n" * 5
    damaged = good.encode() + "2,北京".encode()[:-1] + "x\n".encode("gb18030")
    with pytest.raises(TableError, match="line 7, column 2"):
        read_all(write(damaged))


def test_a_name_that_promises_excel_does_not_matter_the_content_does(write):
    assert read_all(write("code\nA\n", "table.xlsx"))[0] == ["code"]


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path):
    with pytest.raises(TableError, match="no such file"):
        read_all(tmp_path / "none.csv")
    with pytest.raises(TableError, match="not an ordinary file"):
        read_all(tmp_path)


@pytest.mark.parametrize(
    "start",
    [b"", b"code\n", b'code\n"', b"code\nA\nB,"],
    ids=["first", "second", "quoted", "later"],
)
def test_a_line_of_100_mb_is_refused_without_holding_it(tmp_path, start):
    path = tmp_path / "long.csv"
    with path.open("wb") as file:
        file.write(start)
        for _ in range(100):
            file.write(b"x" * 1_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(TableError, match=r"line [123], column [12]: the line is longer"):
            read_all(path)
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


def test_memory_stays_flat_over_many_rows(tmp_path):
    path = tmp_path / "many.csv"
    with path.open("w") as file:
        file.write("code,name\n")
        file.writelines(f"{i:08d},{'n' * 90}\n" for i in range(100_000))
    tracemalloc.start()
    try:
        with open_table(path) as table:
            assert sum(1 for _ in table.rows) == 100_000
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


@given(TEXT)
def test_guarding_a_cell_can_be_undone_exactly(text):
    assert unguard(guard(text)) == text
    assert guard(text)[:1] not in {"=", "+", "-", "@", "\t", "\r"}


@given(st.text("'=+-@\t\ra", max_size=6))
def test_guarding_cells_full_of_dangerous_characters_can_be_undone(text):
    assert unguard(guard(text)) == text


@given(st.lists(st.lists(TEXT, min_size=2, max_size=2), max_size=8))
def test_cells_are_read_as_pythons_csv_writes_them(tmp_path_factory, cells):
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["a", "b"], *[[guard(c) for c in row] for row in cells]])
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    path.write_bytes(buffer.getvalue().encode())
    assert [r.cells for r in read_all(path)[1]] == [row for row in cells if any(row)]
