"""Survey answers and scores out."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.tables import fields
from core.tables.schema import Column
from core.tables.write import Exporter, ExportRequest, Rows
from core.versions import published_version
from surveys.imports import SurveyResponseImport
from surveys.models import Answer, Score


def survey_response_rows(request: ExportRequest) -> Rows:
    """One row per answer, as the import takes it; sorted by response number and question."""
    answers = Answer.objects.all()
    if request.user is not None:
        answers = answers.visible_to(request.user)
    rows = answers.order_by("response__response_no", "question").values_list(
        "response__response_no",
        "response__survey__code",
        "customer__code",
        "response__respondent_role",
        "response__answered_at",
        "question",
        "value",
        "text",
    )
    return rows.iterator(chunk_size=2000)


def survey_score_rows(request: ExportRequest) -> Rows:
    """The scores published for the date; sorted by survey, metric and cut."""
    version = published_version(request.as_of)
    rows = (
        Score.objects.filter(version=version)
        .order_by("survey__code", "metric", "slice")
        .values_list("survey__code", "metric", "slice", "n", "value", "low", "high")
    )
    return rows.iterator(chunk_size=2000)


SURVEY_RESPONSES = Exporter(SurveyResponseImport.schema.columns, survey_response_rows)
SURVEY_SCORES = Exporter(
    (
        Column("survey", _("Survey"), fields.code()),
        Column("metric", _("Metric"), fields.code()),
        Column("slice", _("Cut"), fields.text(200)),
        Column("n", _("Answers"), fields.integer()),
        Column("value", pgettext_lazy("answer", "Value"), fields.rate()),
        Column("low", pgettext_lazy("interval", "Low"), fields.rate()),
        Column("high", pgettext_lazy("interval", "High"), fields.rate()),
    ),
    survey_score_rows,
)
