"""Scores as pages show them: what of them a person may see, by survey, group, month and word."""

from surveys.reports.cuts import (
    TONES,
    GroupRow,
    Groups,
    Pair,
    Verbatim,
    by_month,
    groups,
    rater,
    verbatims,
    with_values,
)
from surveys.reports.scores import (
    MAIN,
    WHOLE,
    Figure,
    Figures,
    SurveyRow,
    main_figure,
    published_slice,
    survey_rows,
)

__all__ = [
    "MAIN",
    "TONES",
    "WHOLE",
    "Figure",
    "Figures",
    "GroupRow",
    "Groups",
    "Pair",
    "SurveyRow",
    "Verbatim",
    "by_month",
    "groups",
    "main_figure",
    "published_slice",
    "rater",
    "survey_rows",
    "verbatims",
    "with_values",
]
