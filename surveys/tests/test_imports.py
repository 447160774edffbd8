"""Survey answers in and out."""

import datetime as dt
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from conftest import as_role
from core.context import acting
from core.models import History
from core.tables.write import ExportRequest, iter_csv, write_table
from surveys.exports import SURVEY_RESPONSES
from surveys.models import Answer, Response, Survey
from surveys.tests.make import counts, import_answers
from tests.cast import Cast, make_customer

pytestmark = pytest.mark.django_db

LINE = "R1,spring,ACME,decider,2026-03-01 08:00,csat5,4,“fine”"
SECOND = "R1,spring,ACME,decider,2026-03-01 08:00,nps,10,"


def test_the_rows_of_one_number_make_one_response_of_an_imported_survey(cast: Cast, tmp_path):
    report = import_answers(tmp_path, LINE, SECOND)
    assert counts(report) == (2, 0, 0, 0)
    response = Response.objects.get()
    assert (response.survey.code, response.survey.origin) == ("spring", Survey.Origin.IMPORTED)
    assert (response.customer, response.respondent_role) == (cast.acme, "decider")
    assert sorted(response.answers.values_list("question", "value", "text")) == [
        ("csat5", 4, "“fine”"),
        ("nps", 10, ""),
    ]


def test_the_same_file_twice_changes_nothing(cast: Cast, tmp_path):
    import_answers(tmp_path, LINE, SECOND)
    history = History.objects.count()
    assert counts(import_answers(tmp_path, LINE, SECOND)) == (0, 0, 2, 0)
    assert History.objects.count() == history


def test_a_corrected_answer_is_updated_and_the_change_is_recorded(cast: Cast, tmp_path):
    import_answers(tmp_path, LINE, SECOND)
    with acting(actor="import"):
        report = import_answers(tmp_path, LINE.replace(",4,", ",2,"), SECOND)
    assert counts(report) == (0, 1, 1, 0)
    change = History.objects.filter(table_name="surveys_answer", operation="U").get()
    assert (change.changes, change.customer_id) == ({"value": [4, 2]}, cast.acme.pk)


def test_a_response_corrected_to_another_customer_takes_all_its_answers_along(cast, tmp_path):
    import_answers(tmp_path, LINE, SECOND)
    report = import_answers(tmp_path, LINE.replace("ACME", "BOLT"))
    assert counts(report) == (0, 1, 0, 0)
    assert set(Answer.objects.values_list("customer__code", flat=True)) == {"BOLT"}


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        (LINE.replace("ACME", "NOBODY"), "customer_code", "NOBODY"),
        (LINE.replace("csat5", "smell"), "question", "smell"),
        (LINE.replace(",4,", ",6,"), "value", "write 1 to 5"),
        (LINE.replace(",4,", ",good,"), "value", "good"),
        (LINE.replace("csat5,4,", "comment,4,"), "value", "comment"),
        (LINE.replace("decider", "emperor"), "respondent_role", "emperor"),
        (LINE.replace("2026-03-01", "2026-02-30"), "answered_at", "2026-02-30"),
        (LINE.replace("spring", ""), "survey", "required"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_is_written(cast, tmp_path, line, column, words):
    report = import_answers(tmp_path, SECOND, line.replace("R1", "R2"))
    assert [(error.line, error.column) for error in report.errors] == [(3, column)]
    assert words in report.errors[0].message
    assert not Response.objects.exists()
    assert not Survey.objects.exists()


def test_rows_that_contradict_each_other_about_one_response_are_rejected(cast, tmp_path):
    report = import_answers(tmp_path, LINE, SECOND.replace("ACME", "BOLT"), on_error="skip")
    assert counts(report) == (1, 0, 0, 1)
    assert [error.column for error in report.errors] == ["customer_code"]
    assert Answer.objects.get().question == "csat5"


def test_two_answers_of_one_response_to_one_question_contradict_each_other(cast: Cast, tmp_path):
    report = import_answers(tmp_path, LINE, LINE, LINE.replace(",4,", ",2,"), on_error="skip")
    assert counts(report) == (1, 0, 1, 1)
    assert [(error.line, error.column) for error in report.errors] == [(4, "question")]
    assert "line 2" in report.errors[0].message
    assert Answer.objects.get().value == 4


def test_a_question_that_was_left_out_is_kept_as_asked_but_not_answered(cast: Cast, tmp_path):
    import_answers(tmp_path, LINE.replace(",4,", ",,"))
    assert Answer.objects.get().value is None


def test_columns_that_are_not_in_the_file_stay_as_they_were(cast: Cast, tmp_path):
    import_answers(tmp_path, LINE)
    header = "response_no,survey,customer_code,answered_at,question,value"
    line = "R1,spring,ACME,2026-03-01 08:00,csat5,5"
    assert counts(import_answers(tmp_path, line, header=header)) == (0, 1, 0, 0)
    answer = Answer.objects.get()
    assert (answer.value, answer.text, answer.response.respondent_role) == (5, "“fine”", "decider")


def test_answers_of_a_merged_file_go_to_the_surviving_one(cast: Cast, tmp_path):
    middle = make_customer("MIDDLE", cast.east_outlet, merged_into=cast.bolt)
    make_customer("OLD", cast.east_outlet, merged_into=middle)
    import_answers(tmp_path, LINE.replace("ACME", "OLD"))
    assert Response.objects.get().customer == cast.bolt


def test_the_business_date_is_that_of_shanghai(cast: Cast, tmp_path):
    import_answers(tmp_path, LINE.replace("2026-03-01 08:00", "2026-02-28T16:30:00+00:00"))
    assert Response.objects.get().answered_on == dt.date(2026, 3, 1)


def test_a_manager_imports_answers_of_own_customers_only(cast: Cast, tmp_path):
    import_answers(tmp_path, LINE.replace("ACME", "WOLF"))
    report = import_answers(
        tmp_path, LINE.replace("R1", "R2").replace("ACME", "WOLF"), actor=cast.alice
    )
    assert [error.column for error in report.errors] == ["customer_code"]
    report = import_answers(tmp_path, LINE, actor=cast.alice)
    assert [error.column for error in report.errors] == ["response_no"]
    assert Response.objects.get().customer == cast.wolf


def test_what_is_exported_is_imported_without_a_change(cast: Cast, tmp_path: Path):
    odd = '"=1+1\nsecond line, ""quoted"" 客户"'
    import_answers(
        tmp_path,
        LINE,
        SECOND,
        f"007,“春”,BOLT,,2026-03-02T23:59:59.5,comment,,{odd}",
        "R3,spring,WOLF,other,2026-03-03,ces7,,",
    )
    file = tmp_path / "out.csv"
    write_table("csv", SURVEY_RESPONSES.columns, SURVEY_RESPONSES.rows(ExportRequest()), file)
    lines = file.read_text().splitlines()
    assert [line.split(",")[0] for line in lines[1:] if line[0] in "0R"] == [
        "007",
        "R1",
        "R1",
        "R3",
    ]
    report = import_answers(tmp_path, *lines[1:], header=lines[0])
    assert counts(report) == (0, 0, 4, 0)


def test_an_export_and_the_database_show_only_the_readers_customers(cast: Cast, tmp_path):
    import_answers(tmp_path, LINE, LINE.replace("R1", "R2").replace("ACME", "WOLF"))
    request = ExportRequest(user=cast.alice)
    text = "".join(iter_csv(SURVEY_RESPONSES.columns, SURVEY_RESPONSES.rows(request)))
    assert ("R1" in text, "R2" in text) == (True, False)
    with acting(user_id=cast.alice.pk, actor="alice"), as_role("crm_app"):
        assert list(Response.objects.values_list("response_no", flat=True)) == ["R1"]
        assert Answer.objects.count() == 1


def test_an_answer_cannot_belong_to_another_customer_than_its_response(cast: Cast, tmp_path):
    import_answers(tmp_path, LINE)
    with pytest.raises(IntegrityError, match="answer_customer_is_the"), transaction.atomic():
        Answer.objects.update(customer=cast.bolt)
