"""One survey's main score by group, its pairs of expectation and perception, and its words."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Concat, Left, Length

from core.models import Version
from core.rules import rate
from customers.models import Customer
from organization.models import OrgUnit, User
from surveys.models import Answer, Response, Survey
from surveys.reports.scores import WHOLE, Figure, Figures, published, published_slice, scaled
from surveys.rules.gaps import DIMENSIONS
from surveys.rules.metrics import Parts, parts
from surveys.rules.small_cells import TOO_FEW, hidden

_TIERS = [str(value) for value in Customer.Tier.values]
_ROLES = [str(value) for value in Response.RespondentRole.values]
Cell = tuple[str, str]  # dimension, value


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group; `figure` is null where it is hidden among the others."""

    name: str
    figure: Figure | None


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of one dimension: tier, unit or role, in their order."""

    dimension: str
    rows: list[GroupRow]


def groups(user: User, survey: Survey, version: Version, main: Figure) -> list[Groups]:
    """The main score by tier, unit and role; small groups hidden, with company (A22)."""
    below = _units_below(user)
    if published_slice(user) == WHOLE:
        found = _published_cells(survey, version, main, below)
    else:
        found = _counted_cells(user, survey, version.business_date, main, below)
    units = {unit.code: unit.name for unit in below}
    orders = (("tier", _TIERS), ("unit", list(units)), ("role", _ROLES))
    made = [_groups(dimension, order, units, found) for dimension, order in orders]
    return [one for one in made if len(one.rows) > 1]


def _groups(
    dimension: str, order: list[str], units: dict[str, str], found: dict[Cell, Figure]
) -> Groups:
    cells = {name: found[dimension, name] for name in order if (dimension, name) in found}
    small = hidden({name: figure.n for name, figure in cells.items()})
    return Groups(
        dimension,
        [
            GroupRow(units.get(name, name), None if name in small else figure)
            for name, figure in cells.items()
            if figure.n
        ],
    )


def _units_below(user: User) -> list[OrgUnit]:
    """The units directly below the person's own."""
    if not published_slice(user):
        return []
    return list(OrgUnit.objects.filter(parent=user.org_unit).order_by("code"))


def _published_cells(
    survey: Survey, version: Version, main: Figure, below: list[OrgUnit]
) -> dict[Cell, Figure]:
    names = [f"tier:{tier}" for tier in _TIERS] + [f"role:{role}" for role in _ROLES]
    names += [f"unit:{unit.code}" for unit in below]
    found = {}
    for name, by_survey in published(version, names, [survey.pk]).items():
        figure = by_survey[survey.pk].figures.get(main.metric)
        if figure is not None:
            dimension, _colon, value = name.partition(":")
            found[dimension, value] = figure
    return found


def _counted_cells(
    user: User, survey: Survey, day: dt.date, main: Figure, below: list[OrgUnit]
) -> dict[Cell, Figure]:
    """The same, counted from the answers to the one question that the person may see."""
    rows = (
        scaled(user, day)
        .filter(response__survey=survey, question=main.question)
        .order_by()
        .values_list(
            "value", "customer__tier", "response__respondent_role", "customer__org_unit__path"
        )
        .annotate(answers=Count("pk"))
    )
    codes = {str(unit.pk): unit.code for unit in below}
    counts: dict[Cell, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for value, tier, role, path, answers in rows:
        unit = next((codes[part] for part in path.split("/") if part in codes), "")
        for cell in (("tier", tier), ("role", role), ("unit", unit)):
            counts[cell][value] += answers
    return {
        cell: Figure(main.metric, main.question, parts(main.scale, given))
        for cell, given in counts.items()
    }


@dataclass(frozen=True, slots=True)
class Pair:
    """What people expect and find in one RATER dimension, over complete pairs (A16)."""

    dimension: str
    n: int  # pairs
    expected: Decimal | None
    perceived: Decimal | None

    @property
    def gap(self) -> Decimal | None:
        """Perception less expectation."""
        if self.expected is None or self.perceived is None:
            return None
        return self.perceived - self.expected


def rater(user: User, survey: Survey, day: dt.date, figures: Figures) -> list[Pair]:
    """The five dimensions; empty where the survey does not ask for them."""
    sums = _complete(figures)
    if sums is None:
        sums = _paired(user, survey, day)
    if not sums:
        return []
    made = []
    for letter in DIMENSIONS:
        items = [row for question, row in sums.items() if question.startswith(f"rater_{letter}")]
        n, expected, perceived = (sum(row[at] for row in items) for at in range(3))
        shown = n if n >= TOO_FEW else 0
        made.append(Pair(letter, n, rate(expected, shown), rate(perceived, shown)))
    return made


_Sums = dict[str, tuple[int, int, int]]  # question -> pairs, sum expected, sum perceived


def _complete(figures: Figures) -> _Sums | None:
    """From the figures where every pair has both sides; None where some must be left out."""
    sums: _Sums = {}
    empty = Parts(0, 0, 0, 0)
    made_of = {name: figure.made_of for name, figure in figures.items()}
    for name in made_of:
        if not name.startswith("rater_"):
            continue
        expected = made_of.get(f"{name[:-1]}e", empty)
        perceived = made_of.get(f"{name[:-1]}p", empty)
        if expected.n != perceived.n:
            return None
        sums[f"{name[:-1]}e"] = (expected.n, expected.total, perceived.total)
    return sums


def _paired(user: User, survey: Survey, day: dt.date) -> _Sums:
    other = Answer.objects.filter(
        response=OuterRef("response"),
        question=Concat(Left(OuterRef("question"), Length(OuterRef("question")) - 1), Value("p")),
    )
    rows = (
        scaled(user, day)
        .filter(response__survey=survey, question__regex="^rater_.*_e$")
        .annotate(perceived=Subquery(other.values("value")[:1]))
        .filter(perceived__isnull=False)
        .order_by()
        .values_list("question")
        .annotate(Count("pk"), Sum("value"), Sum("perceived"))
    )
    return {question: (n, expected, perceived) for question, n, expected, perceived in rows}


TONES = ("low", "high", "all")


def verbatims(
    user: User, survey: Survey, day: dt.date, main: Figure | None, tone: str
) -> QuerySet[Any]:
    """What people wrote, of customers the person may see; `tone` by their main answer."""
    words = (
        Answer.objects.visible_to(user)
        .filter(response__survey=survey, response__answered_on__lte=day)
        .exclude(text="")
        .select_related("response", "customer")
        .annotate(answered_at=F("response__answered_at"))
    )
    if main is not None and tone != "all":
        ends = {"low": main.scale.dissatisfied, "high": main.scale.satisfied}
        given = Answer.objects.filter(
            response=OuterRef("response"), question=main.question, value__in=list(ends[tone])
        )
        words = words.filter(Exists(given))
    return words


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Some words with the main answer of the same response."""

    answer: Any
    value: int | None
    tone: str  # ok, bad or empty


def with_values(answers: list[Any], main: Figure | None) -> Iterator[Verbatim]:
    """Each with the main answer of its response; one query."""
    values: dict[int, int | None] = {}
    if main is not None:
        responses = [answer.response_id for answer in answers]
        given = Answer.objects.filter(response__in=responses, question=main.question)
        values = dict(given.values_list("response", "value"))
    for answer in answers:
        value = values.get(answer.response_id)
        yield Verbatim(answer, value, _tone(value, main))


def _tone(value: int | None, main: Figure | None) -> str:
    if main is None or value is None:
        return ""
    if value in main.scale.dissatisfied:
        return "bad"
    return "ok" if value in main.scale.satisfied else ""


def by_month(
    user: User, survey: Survey, day: dt.date, main: Figure
) -> Iterable[tuple[dt.date, Figure]]:
    """The main score of each month in which the survey was answered."""
    rows = (
        scaled(user, day)
        .filter(response__survey=survey, question=main.question)
        .order_by("response__answered_on__year", "response__answered_on__month")
        .values_list("response__answered_on__year", "response__answered_on__month", "value")
        .annotate(answers=Count("pk"))
    )
    counts: dict[dt.date, dict[int, int]] = defaultdict(dict)
    for year, month, value, answers in rows:
        counts[dt.date(year, month, 1)][value] = answers
    for month, given in counts.items():
        yield month, Figure(main.metric, main.question, parts(main.scale, given))
