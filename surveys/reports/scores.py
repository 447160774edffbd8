"""Scores as a page shows them, for what its reader may see.

The whole company and units read what the night published; a person's own customers are counted
when asked for. Both are made of the same parts by the same rules.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Min

from core.models import Version
from organization.models import User
from organization.permissions import UNIT_ROLES, sees_all
from surveys.models import Answer, Score, Survey
from surveys.rules.changes import Change, Counted, change
from surveys.rules.metrics import Item, Parts, metric_names, parts, score_of
from surveys.rules.scales import SCALES, Family, Scale, scale_of
from surveys.rules.small_cells import FEW, TOO_FEW

MAIN = ("nps", "nps5", "csat", "ces")  # the first a survey has is its main score
WHOLE = "all"


@dataclass(frozen=True, slots=True)
class Figure:
    """One score with what it is made of; value and interval are null where too few answered."""

    metric: str
    question: str
    made_of: Parts

    @property
    def scale(self) -> Scale:
        """The scale of the question."""
        return SCALES[self.question]

    @property
    def n(self) -> int:
        """How many answered."""
        return self.made_of.n

    @property
    def is_hidden(self) -> bool:
        """Whether so few answered that the figure would tell on them."""
        return self.n < TOO_FEW

    @property
    def is_weak(self) -> bool:
        """Whether it rests on few answers."""
        return not self.is_hidden and self.n < FEW

    @property
    def interval(self) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
        """Value, low, high."""
        if self.is_hidden:
            return None, None, None
        found = score_of(self.scale, self.made_of)
        return found.value, found.low, found.high

    @property
    def value(self) -> Decimal | None:
        """NPS in points, a share as fraction, else a mean."""
        return self.interval[0]

    @property
    def is_nps(self) -> bool:
        """Whether the value is in points."""
        return self.scale.family in {Family.NPS, Family.NPS5}

    @property
    def is_share(self) -> bool:
        """Whether the value is a fraction."""
        family = self.scale.family
        return family is Family.CSAT or (family is Family.CES and self.scale.higher_is_better)

    @property
    def between(self) -> int:
        """How many stand at neither end."""
        return self.n - self.made_of.satisfied - self.made_of.dissatisfied

    def change_since(self, before: "Figure | None") -> Change | None:
        """Against an earlier survey on the same scale; None where that says nothing."""
        if before is None or self.is_hidden or before.is_hidden:
            return None
        if before.question != self.question or not (self.is_nps or self.is_share):
            return None
        return change(self._counted(before.made_of), self._counted(self.made_of))

    def _counted(self, made_of: Parts) -> Counted:
        bad = made_of.dissatisfied if self.is_nps else 0
        return Counted(made_of.satisfied, bad, made_of.n)


Figures = dict[str, Figure]  # by metric


def published_slice(user: User) -> str:
    """The cut of the night's scores that holds what the person sees; "" where none does."""
    if sees_all(user):
        return WHOLE
    if user.role in UNIT_ROLES and user.is_active and user.org_unit:
        return f"unit:{user.org_unit.code}"
    return ""


@dataclass(frozen=True, slots=True)
class Results:
    """One survey's scores within one cut, and from when to when it was answered there."""

    figures: Figures
    first: dt.date
    last: dt.date


def results(user: User, version: Version) -> dict[int, Results]:
    """Those of every survey with answers the person may see, by the survey's id."""
    name = published_slice(user)
    if name:
        return published(version, [name]).get(name, {})
    return _counted_now(user, version.business_date)


def published(
    version: Version, slices: list[str], surveys: list[int] | None = None
) -> dict[str, dict[int, Results]]:
    """Results of the night by cut and survey; none of nights that did not keep what they are of."""
    scores = Score.objects.filter(version=version, slice__in=slices, first_on__isnull=False)
    if surveys is not None:
        scores = scores.filter(survey__in=surveys)
    found: dict[str, dict[int, Results]] = defaultdict(dict)
    for row in scores:
        made_of = Parts(row.n, row.total, row.satisfied, row.dissatisfied)
        here = found[row.slice].setdefault(row.survey_id, Results({}, row.first_on, row.last_on))
        here.figures[row.metric] = Figure(row.metric, row.question, made_of)
    return found


def _counted_now(user: User, day: dt.date) -> dict[int, Results]:
    """Counted from the answers the person may see; few, of an account manager's own customers."""
    rows = (
        scaled(user, day)
        .order_by()
        .values_list("response__survey", "question", "value")
        .annotate(Count("pk"), Min("response__answered_on"), Max("response__answered_on"))
    )
    counts: dict[int, dict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    days: dict[int, list[dt.date]] = defaultdict(list)
    for survey, question, value, answers, first, last in rows:
        counts[survey][question][value] = answers
        days[survey] += [first, last]
    return {
        survey: Results(figures_of(questions), min(days[survey]), max(days[survey]))
        for survey, questions in counts.items()
    }


def figures_of(counts: Mapping[str, Mapping[int, int]]) -> Figures:
    """Figures by metric from counts of each answer by question."""
    items = [Item(code, scale) for code in counts if (scale := scale_of(code)) is not None]
    names = metric_names(items)
    return {
        names[item.code]: Figure(names[item.code], item.code, parts(item.scale, counts[item.code]))
        for item in items
    }


def scaled(user: User, day: dt.date) -> Any:
    """Answers on a scale up to a day that the person may see."""
    return Answer.objects.visible_to(user).filter(
        response__answered_on__lte=day, value__isnull=False, question__in=list(SCALES)
    )


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """A survey of the list."""

    survey: Survey
    figures: Figures
    first: dt.date  # when its first answer came
    last: dt.date

    @property
    def main(self) -> Figure | None:
        """Its main score."""
        return main_figure(self.figures)

    @property
    def nps(self) -> Figure | None:
        """Its recommendation score on either scale."""
        return self.figures.get("nps") or self.figures.get("nps5")

    @property
    def n(self) -> int:
        """The answers to the question most people answered."""
        return max((figure.n for figure in self.figures.values()), default=0)


def main_figure(figures: Figures) -> Figure | None:
    """NPS if the survey asks for it, else satisfaction, else effort."""
    return next((figures[metric] for metric in MAIN if metric in figures), None)


def survey_rows(user: User, version: Version | None) -> list[SurveyRow]:
    """Surveys with answers the person may see, the latest first."""
    if version is None:
        return []
    found = results(user, version)
    surveys = Survey.objects.in_bulk(list(found))
    rows = [SurveyRow(surveys[pk], one.figures, one.first, one.last) for pk, one in found.items()]
    return sorted(rows, key=lambda row: (row.first, row.survey.code), reverse=True)
