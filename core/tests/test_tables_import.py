"""An import takes all of a file or leaves a reject file; the same file twice changes nothing."""

import csv
import json

import pytest
from django.db import connection
from django.utils.translation import override

from core.tables.errors import TableError
from core.tables.importer import ImportHandler, Observer, Outcome, run_import
from core.tables.result import ImportResult, rejects_path, write_rejects
from core.tests.tables import PARCELS, read_all

pytestmark = pytest.mark.django_db


class ParcelImport(ImportHandler):
    """Keeps parcels in a table of the session; a name “nobody” is unknown to it."""

    schema = PARCELS
    batch_size = 3
    batches: list[int]

    def begin(self):
        self.batches = []
        with connection.cursor() as cursor:
            cursor.execute("SELECT code, price FROM parcel")
            self.known = dict(cursor.fetchall())

    def apply(self, rows):
        self.batches.append(len(rows))
        outcome = Outcome()
        for row in rows:
            code, price = row.values["code"], row.values["price"]
            if row.values.get("name") == "nobody":
                outcome.reject(row, "name", "there is nobody of that name")
            elif code not in self.known:
                outcome.created += 1
            elif self.known[code] == price:
                outcome.unchanged += 1
            else:
                outcome.updated += 1
            if row.values.get("name") != "nobody":
                self._keep(code, price)
        return outcome

    def _keep(self, code, price):
        self.known[code] = price
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO parcel VALUES (%s, %s)"
                " ON CONFLICT (code) DO UPDATE SET price = excluded.price",
                [code, price],
            )


@pytest.fixture(autouse=True)
def parcel_table(db):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE parcel (code text PRIMARY KEY, price numeric)")


@pytest.fixture
def take(tmp_path):
    """Import a text, with the options of a run."""

    def take(text, **options):
        path = tmp_path / "parcels.csv"
        path.write_text(text)
        given = {name: options.pop(name, None) for name in ("columns", "corrections")}
        handler = ParcelImport(**given)
        return run_import(handler, path, **options), handler

    return take


def stored():
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, price::text FROM parcel ORDER BY code")
        return dict(cursor.fetchall())


GOOD = "code,price\nA,1.00\nB,2.50\n"
BAD = "code,name,price,notes\nA,x,1,-5\nB,x,-5,=1\nC,nobody,3,'=x\nD,x,4\n"


def counts(report):
    result = report.result
    return (result.rows, result.created, result.updated, result.unchanged, result.rejected)


def test_the_same_file_twice_changes_nothing_the_second_time(take):
    assert counts(take(GOOD)[0]) == (2, 2, 0, 0, 0)
    assert counts(take(GOOD)[0]) == (2, 0, 0, 2, 0)
    assert counts(take(GOOD.replace("2.50", "3"))[0]) == (2, 0, 1, 1, 0)
    assert stored() == {"A": "1.00", "B": "3"}


def test_one_bad_row_and_nothing_is_written(take, tmp_path):
    report, _handler = take(BAD)
    assert counts(report) == (4, 0, 0, 0, 3)
    assert stored() == {}
    assert [str(e) for e in report.errors] == [
        "line 3, price: -5 is negative: only 0 or more is taken here",
        "line 4, name: there is nobody of that name",
        "line 5: 3 cells under a header of 4: check commas and quotation marks",
    ]
    assert not rejects_path(tmp_path / "parcels.csv").exists()


def test_errors_call_a_column_as_the_file_does(take):
    with override("zh-hans"):
        report, _handler = take("Code,六月\nA,1\nB,-5\nB,x\n", on_error="skip")
        said = [str(error) for error in report.errors]
    assert said == [
        "第 3 行，六月：-5 是负数，这里只能填 0 或正数",
        "第 4 行，六月：“x”不是数字，请写成 1234.50 的形式",
    ]
    _header, rows = read_all(report.rejects)
    assert [row.cells[-1] for row in rows] == [
        "六月：-5 是负数，这里只能填 0 或正数",
        "六月：“x”不是数字，请写成 1234.50 的形式",
    ]


def test_a_dry_run_counts_what_would_be_and_writes_nothing(take, tmp_path):
    assert counts(take(GOOD, dry_run=True)[0]) == (2, 2, 0, 0, 0)
    assert counts(take(BAD, dry_run=True, on_error="skip")[0]) == (4, 1, 0, 0, 3)
    assert stored() == {}
    assert [p.name for p in tmp_path.iterdir()] == ["parcels.csv"]


def test_skipping_writes_the_good_rows_and_a_reject_file(take, tmp_path):
    report, _handler = take(BAD, on_error="skip")
    assert counts(report) == (4, 1, 0, 0, 3)
    assert stored() == {"A": "1"}
    assert report.rejects == tmp_path / "parcels.csv.rejects.csv"
    with report.rejects.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["code", "name", "price", "notes", "line", "error"],
            ["B", "x", "-5", "'=1", "3", "price: -5 is negative: only 0 or more is taken here"],
            ["C", "nobody", "3", "'=x", "4", "name: there is nobody of that name"],
            ["D", "x", "4", "", "5", report.errors[-1].message],
        ]  # fmt: skip


def test_a_corrected_reject_file_is_taken_as_it_is(take):
    report, _handler = take(BAD, on_error="skip")
    corrected = report.rejects.read_text().replace("B,x,-5", "B,x,5").replace("nobody", "Ann")
    again, _handler = take(corrected)
    assert counts(again) == (3, 3, 0, 0, 0)
    assert stored() == {"A": "1", "B": "5", "C": "3", "D": "4"}


def test_rejects_of_rejects_have_line_and_error_once(take, tmp_path):
    report, _handler = take(BAD, on_error="skip")
    again = run_import(ParcelImport(), report.rejects, on_error="skip")
    assert again.rejects.name == "parcels.csv.rejects.csv.rejects.csv"
    header, rows = read_all(again.rejects)
    assert header == ["code", "name", "price", "notes", "line", "error"]
    assert [(row.cells[0], row.cells[4]) for row in rows] == [("B", "2"), ("C", "3")]


def test_a_key_that_comes_again_is_applied_after_the_first(take):
    report, handler = take("code,price\nA,1\nB,1\nA,2\nA,2\nC,1\nD,1\nE,1\n")
    assert counts(report) == (7, 5, 1, 1, 0)
    assert handler.batches == [2, 1, 3, 1]
    assert stored()["A"] == "2"


def test_damage_far_into_the_file_leaves_nothing_behind(take):
    with pytest.raises(TableError, match="line 4"):
        take('code,price\nA,1\nB,2\nC,"3\n', on_error="skip")
    assert stored() == {}


def test_only_the_first_errors_are_kept_but_all_are_counted(take):
    report, _handler = take("code,price\n" + "X,-1\n" * 1000)
    assert (len(report.errors), report.error_count, report.result.rejected) == (20, 1000, 1000)


class Witness(Observer):
    """Remembers what it is told; raises at the end if it is told to."""

    def __init__(self, *, wants_rejects=False, objection=None):
        self.wants_rejects = wants_rejects
        self.objection = objection
        self.seen = []

    def read(self, rows):
        self.seen.append(rows)

    def sealing(self, report):
        self.sealed = (counts(report), stored())
        if self.objection:
            raise self.objection


def test_an_observer_is_told_after_every_batch(take):
    witness = Witness()
    take("code,price\n" + "".join(f"P{i},1\n" for i in range(7)), observer=witness)
    assert witness.seen == [4, 7, 7]


def test_an_observer_sees_the_rows_in_place_before_a_dry_run_takes_them_back(take):
    witness = Witness()
    take("code,price\nA,1\nB,2\n", observer=witness, dry_run=True)
    assert witness.sealed == ((2, 2, 0, 0, 0), {"A": "1", "B": "2"})
    assert stored() == {}


def test_what_an_observer_raises_at_the_end_takes_everything_back(take):
    with pytest.raises(TableError, match="stopped"):
        take("code,price\nA,1\n", observer=Witness(objection=TableError("stopped")))
    assert stored() == {}


@pytest.mark.parametrize("options", [{"dry_run": True}, {"on_error": "abort"}])
def test_an_observer_may_want_the_bad_rows_of_a_run_that_writes_nothing(take, options):
    report, _handler = take(BAD, observer=Witness(wants_rejects=True), **options)
    assert [row.cells[4] for row in read_all(report.rejects)[1]] == ["3", "4", "5"]
    assert stored() == {}


def test_columns_are_what_somebody_chose_whatever_the_header_says(take):
    text = "Nr,remark,Preis\nA,nobody,1\n"
    report, _handler = take(text, columns=["code", None, "price"])
    assert (counts(report), stored()) == ((1, 1, 0, 0, 0), {"A": "1"})


def test_a_corrected_cell_stands_for_that_of_the_file(take):
    text = "code,price,name\nA,one,x\nB,2,\nC\n"
    corrections = {2: {1: "1"}, 4: {1: "3", 2: "z"}}
    report, _handler = take(text, corrections=corrections)
    assert (counts(report), stored()) == ((3, 3, 0, 0, 0), {"A": "1", "B": "2", "C": "3"})


def test_what_is_wrong_even_so_comes_back_as_it_was_corrected(take):
    report, _handler = take("code,price\nA,one\n", corrections={2: {1: "two"}}, on_error="skip")
    assert read_all(report.rejects)[1][0].cells[:2] == ["A", "two"]


def test_errors_name_a_chosen_column_as_the_file_does(take):
    report, _handler = take("Nr,Preis\nA,x\n", columns=["code", "price"])
    assert str(report.errors[0]).startswith("line 2, Preis: ")


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (["code"], "another file"),
        (["code", "code"], "given twice: code"),
        ([None, "price"], "missing columns: code"),
    ],
)
def test_a_choice_of_columns_that_does_not_fit_is_refused(take, columns, message):
    with pytest.raises(TableError, match=message):
        take("Nr,Preis\nA,1\n", columns=columns)


def test_the_summary_has_its_names_in_the_promised_order():
    summary = json.loads(ImportResult("parcels", 3, 1, 1, 0, 1, 0.5).as_json())
    assert list(summary) == [
        "kind", "rows", "created", "updated", "unchanged", "rejected", "seconds",
    ]  # fmt: skip


def test_a_reject_file_gives_back_the_very_cells(tmp_path):
    cells = ["=1", "-5", "'=x", "'-5", "+86 138", "@a", "\tx", "\ry", 'q"q', "one\r\ntwo", "甲"]
    path = tmp_path / "rejects.csv"
    write_rejects(path, [f"c{i}" for i in range(11)], [(2, cells, "=bad"), (3, [*cells, "z"], "e")])
    rows = read_all(path)[1]
    assert rows[0].cells == [*cells, "2", "=bad"]
    assert rows[1].cells == [*cells, "3", "e", "z"]
