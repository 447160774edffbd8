"""Files of answers, and a night's version to score in."""

import datetime as dt
from pathlib import Path

from core.models import Version
from core.tables.importer import ImportReport, run_import
from core.versions import open_partitions, seal_partitions
from customers.models import Customer
from surveys.imports import SurveyResponseImport
from surveys.jobs import write_scores
from surveys.models import Score, Survey

HEADER = "response_no,survey,customer_code,respondent_role,answered_at,question,value,text"


def import_answers(folder: Path, *lines: str, header: str = HEADER, **options) -> ImportReport:
    """Import a file with these lines."""
    file = folder / "survey_responses.csv"
    file.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return run_import(SurveyResponseImport(actor=options.pop("actor", None)), file, **options)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    """Created, updated, unchanged, rejected."""
    result = report.result
    return result.created, result.updated, result.unchanged, result.rejected


def answers(customer: Customer, question: str, given: dict[int, int], day: str = "2026-03-01"):
    """Lines in which `customer` gave each answer so many times."""
    for value, times in given.items():
        for turn in range(times):
            number = f"{customer.code}-{question}-{value}-{turn}"
            yield f"{number},S,{customer.code},user,{day} 12:00,{question},{value},"


def scores(day: dt.date, survey: str = "S") -> dict[tuple[str, str], Score]:
    """A survey's scores by metric and cut, computed as the night does."""
    version = Version.objects.create(business_date=day)
    open_partitions(version.pk)
    write_scores(day, version.pk)
    seal_partitions(version.pk)
    found = Score.objects.filter(version=version, survey=Survey.objects.get(code=survey))
    return {(score.metric, score.slice): score for score in found}
