"""Survey scores by night, and alerts about low ones."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from core import sql
from surveys.models import Score
from surveys.rules.low_scores import (
    LAPSE_DAYS,
    WINDOW_DAYS,
    low_answers,
    severities,
)
from surveys.rules.metrics import Item, metric_names, parts, score_of
from surveys.rules.scales import scale_of

_SQL = Path(__file__).parent / "sql"
_COUNTS = _SQL / "answer_counts.sql"
_BATCH = 2000
# survey, slice, question, answer, how often, from which day to which
_Count = tuple[int, str, str, int | None, int, dt.date, dt.date]
Cut = tuple[int, str]  # survey, slice
Counted = dict[Cut, dict[str, dict[int, int]]]  # question -> answer -> how often
Days = dict[Cut, tuple[dt.date, dt.date]]


def write_scores(day: dt.date, version: int) -> int:
    """Score every survey by all its cuts from answers up to `day`; returns the number of scores.

    The version's classes must be written before: the cuts by tier and ABC class are theirs.
    The version's partitions must be open and hold no scores.
    """
    counted, days = _counted(day, version)
    scores = []
    for (survey, name), figures in _scores(counted):
        first, last = days[survey, name]
        score = Score(version_id=version, survey_id=survey, slice=name, **figures)
        score.first_on, score.last_on = first, last
        scores.append(score)
    Score.objects.bulk_create(scores, batch_size=_BATCH)
    return len(scores)


def open_low_score_alerts(day: dt.date) -> int:
    """One alert a response with a low answer (02 §9.7); returns how many are new.

    The same day again opens none. By the customers' tiers and service policies as they stand.
    """
    roles, tiers, levels = zip(*severities(), strict=True)
    return sql.run(
        _SQL / "open_low_score_alerts.sql",
        day=day,
        after=day - dt.timedelta(WINDOW_DAYS),
        roles=list(roles),
        tiers=list(tiers),
        severities=list(levels),
        **_low_answers(),
    )


def close_low_score_alerts(day: dt.date) -> int:
    """Close those answered anew, corrected, or too old by `day`; returns how many."""
    return sql.run(
        _SQL / "close_low_score_alerts.sql",
        day=day,
        lapsed=day - dt.timedelta(LAPSE_DAYS),
        **_low_answers(),
    )


def _low_answers() -> dict[str, list[str] | list[int]]:
    questions, values = zip(*low_answers(), strict=True)
    return {"questions": list(questions), "values": list(values)}


def _counted(day: dt.date, version: int) -> tuple[Counted, Days]:
    counted: Counted = defaultdict(lambda: defaultdict(dict))
    days: Days = {}
    rows = cast("list[_Count]", sql.rows(_COUNTS, day=day, version=version))
    for survey, name, question, value, answers, first, last in rows:
        counts = counted[survey, name][question]
        if value is not None:
            counts[value] = answers
        earliest, latest = days.get((survey, name), (first, last))
        days[survey, name] = min(first, earliest), max(last, latest)
    return counted, days


def _scores(counted: Counted) -> Iterator[tuple[Cut, dict[str, object]]]:
    """Names come from all questions of a survey, so that a cut names its figures like the whole."""
    metrics = {
        survey: metric_names(_items(questions))
        for (survey, name), questions in counted.items()
        if name == "all"
    }
    for (survey, name), questions in counted.items():
        for item in _items(questions):
            made_of = parts(item.scale, questions[item.code])
            found = score_of(item.scale, made_of)
            yield (
                (survey, name),
                {
                    "metric": metrics[survey][item.code],
                    "question": item.code,
                    "total": made_of.total,
                    "satisfied": made_of.satisfied,
                    "dissatisfied": made_of.dissatisfied,
                    "n": found.n,
                    "value": found.value,
                    "low": found.low,
                    "high": found.high,
                },
            )


def _items(questions: dict[str, dict[int, int]]) -> Iterator[Item]:
    """The questions that are answered on a scale."""
    for code in sorted(questions):
        scale = scale_of(code)
        if scale is not None:
            yield Item(code, scale)
