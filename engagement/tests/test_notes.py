"""Notes in and out, as they were written; alerts as they stood."""

import csv
import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from conftest import as_role
from core.context import acting
from core.tables.importer import run_import
from core.tables.write import ExportRequest, write_table
from engagement.exports import NOTES
from engagement.imports import NoteImport
from engagement.models import Alert, Note
from tests.cast import Cast

pytestmark = pytest.mark.django_db

ROWS = [
    ["note_no", "customer_code", "author", "written_at", "kind", "text"],
    ["N-1", "ACME", "王芳", "2024-05-06 09:30", "visit", "With the buyer.\nWants a 5 % rebate."],
    ["N-2", "WOLF", "", "2024-05-07 23:30", "", '=1+1 is "not" a formula'],
]  # fmt: skip


@pytest.fixture
def path(tmp_path):
    target = tmp_path / "notes.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(ROWS)
    return target


def counts(report):
    result = report.result
    return result.created, result.updated, result.unchanged, result.rejected


def test_author_and_date_stay_as_written(cast: Cast, path):
    assert counts(run_import(NoteImport(), path)) == (2, 0, 0, 0)
    note = Note.objects.get(note_no="N-1")
    assert (note.customer, note.author, note.text) == (cast.acme, "王芳", ROWS[1][5])
    assert timezone.localtime(note.written_at).strftime("%Y-%m-%d %H:%M") == "2024-05-06 09:30"


def test_the_same_file_twice_and_the_export_of_it_change_nothing(cast: Cast, path, tmp_path):
    run_import(NoteImport(), path)
    assert counts(run_import(NoteImport(), path)) == (0, 0, 2, 0)
    for table_format in ("csv", "xlsx"):
        out = tmp_path / f"out.{table_format}"
        write_table(table_format, NOTES.columns, NOTES.rows(ExportRequest()), out)
        assert counts(run_import(NoteImport(), out)) == (0, 0, 2, 0)


def test_a_number_that_comes_twice_must_say_the_same(cast: Cast, path):
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([ROWS[1], [*ROWS[2][:5], "Other words"]])
    report = run_import(NoteImport(), path, on_error="skip")
    assert counts(report) == (2, 0, 1, 1)
    assert [(error.line, error.column) for error in report.errors] == [
        (7, "note_no")
    ]  # a text of two lines stands in each of two rows


def test_a_note_without_words_or_customer_is_refused(cast: Cast, tmp_path):
    target = tmp_path / "notes.csv"
    with target.open("w", newline="") as file:
        rows = [
            ["N-1", "ACME", "", "2024-05-06", "", ""],
            ["N-2", "NOBODY", "", "2024-05-06", "", "x"],
        ]
        csv.writer(file).writerows([ROWS[0], *rows])
    report = run_import(NoteImport(), target)
    assert [(error.line, error.column) for error in report.errors] == [
        (2, "text"),
        (3, "customer_code"),
    ]
    assert not Note.objects.exists()


def test_people_see_and_export_notes_of_their_own_customers(cast: Cast, path):
    run_import(NoteImport(), path)
    assert [row[0] for row in NOTES.rows(ExportRequest(user=cast.alice))] == ["N-1"]
    with acting(user_id=cast.wendy.pk, actor="wendy"), as_role("crm_app"):
        assert list(Note.objects.values_list("note_no", flat=True)) == ["N-2"]


# --- alerts -----------------------------------------------------------------------------------


def on(number: int) -> dt.date:
    return dt.date(2025, 10, number)


def make_alert(cast: Cast, key: str, **fields):
    fields.setdefault("opened_on", on(10))
    return Alert.objects.create(
        key=key, kind="payment_due", severity="low", customer=cast.acme, subject=key, **fields
    )


def status_on(alert: Alert, day: dt.date):
    return (
        Alert.objects.as_at(day).filter(pk=alert.pk).values_list("status_then", flat=True).first()
    )


def test_the_status_of_an_alert_as_it_stood_on_a_day(cast: Cast):
    alert = make_alert(
        cast, "A", status="closed", acknowledged_on=on(12), snoozed_on=on(14), snoozed_until=on(16),
        closed_on=on(18), closing_reason="paid",
    )  # fmt: skip
    expected = {
        9: None, 10: "open", 11: "open", 12: "acknowledged", 13: "acknowledged", 14: "snoozed",
        15: "snoozed", 16: "acknowledged", 17: "acknowledged", 18: "closed", 19: "closed",
    }  # fmt: skip
    assert {number: status_on(alert, on(number)) for number in expected} == expected


def test_open_alerts_are_those_nothing_has_closed(cast: Cast):
    make_alert(cast, "A")
    make_alert(cast, "B", status="acknowledged", acknowledged_on=on(11))
    make_alert(cast, "C", status="snoozed", snoozed_on=on(11), snoozed_until=on(20))
    make_alert(cast, "D", status="closed", closed_on=on(11), closing_reason="paid")
    assert set(Alert.objects.open().values_list("key", flat=True)) == {"A", "B", "C"}
    assert Alert.objects.visible_to(cast.wendy).count() == 0
    with acting(user_id=cast.wendy.pk, actor="wendy"), as_role("crm_app"):
        assert Alert.objects.count() == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "closed"},
        {"status": "closed", "closed_on": on(11)},
        {"closed_on": on(11), "closing_reason": "paid"},
        {"status": "closed", "closed_on": on(9), "closing_reason": "paid"},
        {"status": "snoozed"},
    ],
)
def test_alerts_that_cannot_be(cast: Cast, fields):
    with pytest.raises(IntegrityError, match="alert_"), transaction.atomic():
        make_alert(cast, "A", **fields)


def test_an_alert_is_said_once(cast: Cast):
    make_alert(cast, "A")
    with pytest.raises(IntegrityError, match="key"), transaction.atomic():
        make_alert(cast, "A")
