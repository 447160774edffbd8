"""The journey of a table through the import page: upload, columns, check, confirm, result."""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from openpyxl import Workbook, load_workbook

from core.models import History
from customers.columns import CUSTOMERS
from customers.models import Contact, Customer
from organization.models import User
from tests.cast import Cast
from tests.tabled import exported
from workspace.models import Upload
from workspace.tests.uploading import GOOD, Person, counts, worked
from workspace.uploads import errors

pytestmark = pytest.mark.django_db


@pytest.fixture
def bruno(cast: Cast) -> Person:
    return Person(cast.bruno)


@pytest.fixture
def greta(cast: Cast) -> Person:
    return Person(cast.greta)


def test_a_head_brings_customers_sees_what_changes_and_confirms(bruno: Person):
    upload = bruno.brings(GOOD, "customers.csv")
    assert (upload.kind, upload.form, upload.state) == ("customers", "UTF-8", "uploaded")
    assert upload.columns == ["code", "name", "org_unit", "city"]
    assert "武汉 · 上海" in bruno.look(upload)

    bruno.checks(upload)
    assert (upload.state, counts(upload)) == ("checked", (1, 1, 0, 0))
    page = bruno.look(upload)
    assert "<del>Customer ACME</del>" in page
    assert "<ins>Acme Ltd</ins>" in page
    assert "Import 2 rows" in page
    assert Customer.objects.get(code="ACME").name == "Customer ACME"  # nothing is written yet
    assert not Customer.objects.filter(code="NEW").exists()

    bruno.takes(upload)
    assert (upload.state, counts(upload)) == ("done", (1, 1, 0, 0))
    assert Customer.objects.get(code="ACME").name == "Acme Ltd"
    new = Customer.objects.get(code="NEW")
    assert f'href="/customers/{new.pk}/">NEW' in bruno.look(upload)


def test_the_history_says_who_imported_and_by_which_upload(bruno: Person):
    upload = bruno.brings(GOOD)
    bruno.checks(upload)
    bruno.takes(upload)
    entry = History.objects.filter(table_name="customers_customer", operation="U").latest("at")
    assert entry.actor == "bruno"
    assert entry.actor_id == bruno.user.pk
    assert entry.request_id.startswith(f"import:{upload.pk}:")


def test_a_check_leaves_no_trace_in_the_history(bruno: Person):
    before = History.objects.count()
    bruno.checks(bruno.brings(GOOD))
    assert History.objects.count() == before


def test_the_same_file_again_has_nothing_to_import(bruno: Person):
    for _time in range(2):
        upload = bruno.checks(bruno.brings(GOOD))
        bruno.takes(upload)
    assert counts(upload) == (0, 0, 2, 0)  # a confirmation that was not offered does no harm
    page = bruno.look(bruno.checks(bruno.brings(GOOD)))
    assert "all of it is here already" in page
    assert "Import 2 rows" not in page


def test_unknown_columns_are_chosen_or_left_out_and_remembered_for_the_next_file(bruno: Person):
    text = "Kundennr,Firma,Stelle,Bemerkung\nNEW,New Ltd,EAST-1,secret\n"
    upload = bruno.brings(text, kind="customers")
    assert upload.columns == [None, None, None, None]
    assert "Still to be found in the file" in bruno.look(upload)
    bruno.takes(bruno.checks(upload, "code", "name", "org_unit", ""))
    assert Customer.objects.get(code="NEW").notes == ""

    again = bruno.brings(text.replace("NEW", "NEXT"), kind="customers")
    assert again.columns == ["code", "name", "org_unit", None]
    assert "please check" not in bruno.look(again)
    someone = Person(User.objects.get(username="walter"))
    assert someone.brings(text, kind="customers").columns == [None, None, None, None]


def test_a_rejects_file_is_read_as_the_file_it_comes_from(bruno: Person):
    text = "Kundennr,Firma,Stelle\nNEW,New Ltd,NOWHERE\n"
    upload = bruno.checks(bruno.brings(text, kind="customers"), "code", "name", "org_unit")
    rejects = bruno.file(upload, "rejects.csv")
    again = bruno.brings(rejects.replace(b"NOWHERE", b"EAST-1"), kind="customers")
    assert again.columns == ["code", "name", "org_unit", None, None]
    assert counts(bruno.checks(again)) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (("code", "name", "", ""), "Say which columns hold"),
        (("code", "name", "org_unit", "name"), "columns given twice: name"),
    ],
)
def test_missing_and_doubled_columns_are_refused_with_their_names(
    bruno: Person, columns: tuple[str, ...], message: str
):
    upload = bruno.brings(GOOD)
    data = {f"column-{number}": name for number, name in enumerate(columns)}
    response = bruno.client.post(f"/imports/{upload.pk}/columns/", {"kind": "customers", **data})
    assert response.status_code == 422
    assert message in response.content.decode()
    upload.refresh_from_db()
    assert upload.state == "uploaded"


def test_bad_rows_are_shown_with_line_and_column_and_come_as_files(bruno: Person):
    text = GOOD + "BAD,Bad Ltd,NOWHERE,\n=CMD,Evil Ltd,NOWHERE,\n"
    upload = bruno.checks(bruno.brings(text))
    assert counts(upload) == (1, 1, 0, 2)
    page = bruno.look(upload)
    assert "there is no unit “NOWHERE”" in page
    assert "Import the 2 good rows" in page
    rows = list(csv.reader(io.StringIO(bruno.file(upload, "rejects.csv").decode("utf-8-sig"))))
    assert rows[0] == ["code", "name", "org_unit", "city", "line", "error"]
    assert [(row[0], row[4]) for row in rows[1:]] == [("BAD", "4"), ("'=CMD", "5")]
    sheet = load_workbook(io.BytesIO(bruno.file(upload, "rejects.xlsx"))).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[2][0] == "=CMD"
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}

    assert bruno.post(upload, "take", rows="all").state == "checked"  # not what was offered
    bruno.takes(upload, rows="good")
    assert (upload.state, counts(upload)) == ("done", (1, 1, 0, 2))
    assert Customer.objects.filter(code__in=["NEW", "BAD"]).count() == 1
    assert "Rows that were not taken" in bruno.look(upload)


def test_all_changes_come_as_a_file_cell_by_cell(bruno: Person):
    upload = bruno.checks(bruno.brings(GOOD))
    rows = list(csv.reader(io.StringIO(bruno.file(upload, "differences.csv").decode("utf-8-sig"))))
    assert rows == [
        ["key", "change", "column", "old", "new"],
        ["ACME", "changed", "name", "Customer ACME", "Acme Ltd"],
        ["ACME", "changed", "city", "", "武汉"],
        ["NEW", "created", "", "", ""],
    ]


def test_references_are_shown_as_a_file_would_name_them(greta: Person):
    upload = greta.checks(
        greta.brings("code,name,org_unit,account_manager\nACME,Customer ACME,WEST-1,wendy\n")
    )
    page = greta.look(upload)
    assert "<del>EAST-1</del>" in page
    assert "<ins>WEST-1</ins>" in page
    assert "<del>alice</del>" in page
    assert "<ins>wendy</ins>" in page


def test_gb18030_and_chinese_labels_are_told_by_themselves(bruno: Person):
    with override("zh-hans"):
        labels = [str(CUSTOMERS.by_name[name].label) for name in ("code", "name", "org_unit")]
    assert labels[:2] == ["客户编码", "客户名称"]
    text = ",".join(labels) + "\nACME,顶点公司,EAST-1\n"
    upload = bruno.brings(text.encode("gb18030"), "客户 2026.csv")
    assert (upload.name, upload.kind, upload.form) == ("客户 2026.csv", "customers", "GB18030")
    bruno.takes(bruno.checks(upload))
    assert Customer.objects.get(code="ACME").name == "顶点公司"


def test_a_workbook_is_taken_like_a_csv_file(bruno: Person):
    book = Workbook()
    book.active.append(["customer_code", "name", "mobile"])
    book.active.append(["ACME", "张三", "13800000021"])
    stream = io.BytesIO()
    book.save(stream)
    upload = bruno.brings(stream.getvalue(), "contacts.xlsx")
    assert (upload.kind, upload.form) == ("contacts", "XLSX")
    bruno.takes(bruno.checks(upload))
    assert Contact.objects.get(name="张三").mobile == "13800000021"


def test_a_blank_workbook_can_be_filled_in_and_imported(bruno: Person):
    response = bruno.client.get("/imports/blank/contacts.xlsx")
    book = load_workbook(io.BytesIO(response.content))
    assert book.sheetnames == ["Data", "Notes"]
    header = [cell.value for cell in book["Data"][1]]
    assert header[:3] == ["Customer code*", "Contact name*", "title"]
    notes = {row[1].value: row[3].value for row in book["Notes"].iter_rows(min_row=2)}
    assert notes["influence"] == "a whole number, from 1 to 5"
    book["Data"].append(["ACME", "Zhang", "Director"])
    stream = io.BytesIO()
    book.save(stream)
    assert counts(bruno.checks(bruno.brings(stream.getvalue()))) == (1, 0, 0, 0)


def test_a_blank_csv_has_the_header_of_the_export(bruno: Person):
    text = bruno.client.get("/imports/blank/contacts.csv").content.decode("utf-8-sig")
    assert text.strip() == exported("contacts")[0]
    assert bruno.client.get("/imports/blank/waybills.csv").status_code == 404  # not a branch's


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"%PDF-1.7 ...", "format pdf"),
        (b"code,name\nA,\x00\n", "line 2, column 2: a NUL byte"),
        (b'code,name\nA,"B\n', "a quotation mark is opened but never closed"),
        (b"code,,name\n1,2,3\n", "column 2 has no name"),
        (b"PK\x03\x04broken", "the workbook is damaged"),
    ],
)
def test_a_bad_file_is_refused_at_once_with_the_place_and_leaves_nothing(
    bruno: Person, upload_folder: Path, content: bytes, message: str
):
    response = bruno.upload(content)
    assert response.status_code == 422
    assert message in response.context["error"]
    assert not Upload.objects.exists()
    assert not any(upload_folder.iterdir())


def test_without_a_file_one_is_asked_for_one(bruno: Person):
    response = bruno.client.post("/imports/", {"kind": "customers"})
    assert (response.status_code, response.context["error"]) == (422, "Choose a file first.")


def test_damage_far_into_the_file_is_told_by_the_check(bruno: Person):
    rows = "".join(f"N{number},New,EAST-1,\n" for number in range(10))
    upload = bruno.checks(bruno.brings(GOOD + rows + 'X,"Y" z,EAST-1,\n'))
    assert upload.state == "refused"
    assert upload.message.startswith("line 14: text follows a closing quotation mark")
    assert "line 14: text follows" in bruno.look(upload)
    assert not Customer.objects.filter(code="N1").exists()


def test_what_is_too_large_is_not_read(bruno: Person, settings):
    settings.UPLOAD_MAX_MB = 0
    response = bruno.upload(b"x" * 200_000)
    assert response.status_code == 413
    assert "larger than 0 MB" in response.context["error"]


def test_a_confirmation_sent_twice_imports_once(bruno: Person):
    upload = bruno.checks(bruno.brings(GOOD))
    first = bruno.post(upload, "take", rows="all")
    assert first.state == "taking"
    assert bruno.post(upload, "take", rows="all").state == "taking"
    worked(upload)
    before = History.objects.count()
    worked(upload)  # the second message finds nothing to do
    assert bruno.post(upload, "take", rows="all").state == "done"
    worked(upload)
    assert History.objects.count() == before


def test_a_discarded_upload_writes_nothing_and_leaves_no_file(bruno: Person, upload_folder: Path):
    upload = bruno.checks(bruno.brings(GOOD))
    bruno.post(upload, "take", rows="all")
    bruno.post(upload, "discard")
    worked(upload)
    assert upload.state == "discarded"
    assert not Customer.objects.filter(code="NEW").exists()
    assert not any(upload_folder.iterdir())
    assert "nothing was written" in bruno.look(upload)


def test_what_changed_since_the_check_is_not_written_over(bruno: Person, cast: Cast):
    upload = bruno.checks(bruno.brings("customer_code,name\nACME,Zhang\n", kind="contacts"))
    Customer.objects.filter(code="ACME").update(org_unit=cast.west_outlet)
    bruno.takes(upload)
    assert upload.state == "broken"
    assert "since the check" in upload.message
    assert not Contact.objects.exists()


def test_past_imports_are_listed_with_what_they_did(bruno: Person):
    bruno.takes(bruno.checks(bruno.brings(GOOD, "spring.csv")))
    page = bruno.client.get("/imports/").content.decode()
    assert "spring.csv" in page
    assert "imported" in page


def test_fifty_at_once_and_older_ones_on_the_next_page(bruno: Person):
    Upload.objects.bulk_create(
        Upload(
            user=bruno.user, kind="customers", name=f"n-{number:02}.csv", size=1, form="UTF-8",
            header=[], columns=[], state="done",
        )
        for number in range(60)
    )  # fmt: skip
    first = bruno.client.get("/imports/")
    assert [first.context["lines"][i].upload.name for i in (0, 49)] == ["n-59.csv", "n-10.csv"]
    second = bruno.client.get(f"/imports/?before={first.context['older']}")
    assert len(second.context["lines"]) == 10
    assert bruno.client.get("/imports/?before=x").status_code == 200


def test_too_many_unfinished_uploads_ask_to_tidy_up(bruno: Person):
    for number in range(20):
        bruno.brings(GOOD, f"{number}.csv")
    response = bruno.upload(GOOD)
    assert response.status_code == 422
    assert "20 of your files wait" in response.context["error"]


@pytest.fixture
def messages(monkeypatch) -> Iterator[list[int]]:
    sent: list[int] = []
    monkeypatch.setattr("workspace.uploads.queue.send", lambda number, _task: sent.append(number))
    return sent


def test_a_worker_is_told_once_the_row_is_committed(
    bruno: Person, messages: list[int], django_capture_on_commit_callbacks: Callable
):
    upload = bruno.brings(GOOD)
    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        bruno.says_columns(upload)
    assert (len(callbacks), messages) == (1, [])
    callbacks[0]()
    assert messages == [upload.pk]


@pytest.mark.parametrize(
    ("word", "column"),
    [
        ("City name", "city"),
        ("Short", "short_name"),
        ("employees (2025)", "employees"),
        ("x", None),  # too short to say anything
        ("plan", None),  # three columns have it
    ],
)
def test_a_column_that_is_only_alike_is_proposed_to_be_looked_at(
    bruno: Person, word: str, column: str | None
):
    upload = bruno.brings(f"code,name,org_unit,{word}\nA,B,EAST-1,1\n")
    assert upload.columns == ["code", "name", "org_unit", column]
    assert ("please check" in bruno.look(upload)) == (column is not None)


def test_cells_are_corrected_in_place_and_checked_again(bruno: Person):
    text = "code,name,org_unit,city,employees\nA,Ltd,NOWHERE,x,many\nB,Ltd,EAST-1,y,2\n"
    upload = bruno.checks(bruno.brings(text))
    assert counts(upload) == (1, 0, 0, 1)
    page = bruno.look(upload)
    assert 'name="cell-2-4" value="many"' in page
    worked(bruno.post(upload, "correct", **{"cell-2-4": " 12 ", "cell-3-3": "not asked for"}))
    assert counts(upload) == (1, 0, 0, 1)  # now the unit is seen to be wrong
    assert 'name="cell-2-2" value="NOWHERE"' in bruno.look(upload)
    worked(bruno.post(upload, "correct", **{"cell-2-2": "EAST-1"}))
    assert counts(upload) == (2, 0, 0, 0)
    bruno.takes(upload)
    made = {customer.code: customer for customer in Customer.objects.filter(name="Ltd")}
    assert (made["A"].employees, made["A"].org_unit.code) == (12, "EAST-1")
    assert made["B"].city == "y"


def test_more_corrections_than_a_page_is_made_for_are_refused_aloud(bruno: Person, monkeypatch):
    monkeypatch.setattr(errors, "MOST_CORRECTIONS", 1)
    text = "code,name,org_unit,employees\nA,Ltd,EAST-1,many\nB,Ltd,EAST-1,few\n"
    upload = bruno.checks(bruno.brings(text))
    bruno.post(upload, "correct", **{"cell-2-3": "12", "cell-3-3": "2"})
    assert "At most 1 rows are corrected here" in bruno.look(upload)
    assert counts(upload) == (0, 0, 0, 2)


def test_a_rejects_file_has_the_corrected_cells(bruno: Person):
    upload = bruno.checks(bruno.brings("code,name,org_unit\nA,Ltd,NOWHERE\n"))
    worked(bruno.post(upload, "correct", **{"cell-2-2": "ALSO-NOT"}))
    assert b"A,Ltd,ALSO-NOT,2," in bruno.file(upload, "rejects.csv")


def test_the_list_costs_the_same_whatever_its_length(bruno: Person):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            bruno.client.get("/imports/")
        return len(captured)

    bruno.brings(GOOD)
    queries()  # the first fills caches
    few = queries()
    for _number in range(5):
        bruno.brings(GOOD)
    assert queries() == few <= 25


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("?before=99999999999999999999", None, 200),
        ("?before=%00", None, 400),
        ("99999999999999999999/", None, 404),
        ("{upload}/?kind=%00", None, 400),
        ("{upload}/?kind=users", None, 200),
        ("{upload}/files/..%2Ftable", None, 404),
        ("blank/customers.exe", None, 404),
        ("blank/%00.csv", None, 400),
        ("{upload}/columns/", {"kind": "?", "column-0": "?"}, 422),
        ("{upload}/correct/", {"cell-2-0": "\x1f"}, 302),
        ("{upload}/take/", {"rows": "?"}, 302),
    ],
)
def test_odd_requests_are_answered_in_order(
    bruno: Person, path: str, data: dict[str, str] | None, status: int
):
    upload = bruno.checks(bruno.brings("code,name,org_unit\nA,B,NOWHERE\n"))
    url = f"/imports/{path.format(upload=upload.pk)}"
    response = bruno.client.get(url) if data is None else bruno.client.post(url, data)
    assert response.status_code == status


def test_a_form_that_is_none_is_a_bad_request(bruno: Person):
    response = bruno.client.generic(
        "POST", "/imports/", b"nonsense", content_type="multipart/form-data; boundary=x"
    )
    assert response.status_code in {400, 422}


def test_an_odd_name_of_a_file_does_no_harm(bruno: Person):
    upload = bruno.checks(bruno.brings("code,name,org_unit\nA,B,NOWHERE\n", '..\\a"b\u202e<i>.csv'))
    assert upload.name == 'a"b<i>.csv'
    assert "&lt;i&gt;" in bruno.look(upload)
    response = bruno.client.get(f"/imports/{upload.pk}/files/rejects.csv")
    assert b"NOWHERE" in b"".join(response.streaming_content)
    assert response.headers["Content-Disposition"] == (
        'attachment; filename="a\\"b<i>.rejects.csv"'
    )
    assert response.headers["X-Content-Type-Options"] == "nosniff"
