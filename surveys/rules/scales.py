"""The answer scales: points, direction, satisfied set, promoters and detractors (A1-A16)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.rules import RuleError, gettext_noop

COMMENT = "comment"
RATER_ITEMS = {"t": 4, "r": 5, "s": 4, "a": 4, "e": 5}
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,6}")


class Family(StrEnum):
    """Scales of one family measure the same thing; the value is the metric's name in exports."""

    CSAT = "csat"
    NPS = "nps"
    NPS5 = "nps5"
    CES = "ces"
    RATER = "rater"


class AnswerError(RuleError):
    """This is no answer on this scale."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A whole-number scale from `low` to `high`.

    `satisfied` is the good end counted by the rate (A1, A4), `dissatisfied` the bad end;
    what lies between is neutral. `promoters` and `detractors` exist on recommendation scales only.
    """

    code: str
    family: Family
    low: int
    high: int
    satisfied: frozenset[int]
    dissatisfied: frozenset[int]
    higher_is_better: bool = True
    promoters: frozenset[int] = frozenset()
    detractors: frozenset[int] = frozenset()

    @property
    def points(self) -> range:
        """All answers the scale offers."""
        return range(self.low, self.high + 1)


def _points(first: int, last: int) -> frozenset[int]:
    return frozenset(range(first, last + 1))


def _csat(code: str, low: int, high: int, top: int) -> Scale:
    return Scale(
        code, Family.CSAT, low, high, _points(high - top + 1, high), _points(low, low + top - 1)
    )


def _recommendation(
    code: str, family: Family, ends: tuple[int, int], cuts: tuple[int, int]
) -> Scale:
    detractors, promoters = _points(ends[0], cuts[0]), _points(cuts[1], ends[1])
    return Scale(
        code, family, *ends, promoters, detractors, promoters=promoters, detractors=detractors
    )


# In each family the order says which one is the overall item when a survey marks none.
SCALES: Mapping[str, Scale] = {
    scale.code: scale
    for scale in (
        _csat("csat5", 1, 5, top=2),
        _csat("csat4", 1, 4, top=2),
        _csat("csat3", 1, 3, top=1),
        _csat("csat10", 1, 10, top=3),
        _csat("csat0_9", 0, 9, top=3),
        _recommendation("nps", Family.NPS, (0, 10), cuts=(6, 9)),
        _recommendation("nps5", Family.NPS5, (1, 5), cuts=(2, 4)),
        Scale("ces5", Family.CES, 1, 5, _points(1, 2), _points(4, 5), higher_is_better=False),
        Scale("ces7", Family.CES, 1, 7, _points(5, 7), _points(1, 3)),
        *(
            Scale(f"rater_{letter}{item}_{side}", Family.RATER, 1, 7, _points(6, 7), _points(1, 2))
            for letter, items in RATER_ITEMS.items()
            for item in range(1, items + 1)
            for side in "ep"
        ),
    )
}


def scale_of(question: str) -> Scale | None:
    """The scale a built-in question code carries; null for `comment` and for other codes."""
    return SCALES.get(question)


def is_built_in(question: str) -> bool:
    """Whether a question code is of the built-in library and needs no questionnaire."""
    return question == COMMENT or question in SCALES


def parse_answer(scale: Scale, raw: str) -> int | None:
    """The answer as a number; null when nothing was answered. AnswerError for anything else."""
    text = raw.strip()
    if not text:
        return None
    if not _WHOLE_NUMBER.fullmatch(text) or int(text) not in scale.points:
        raise AnswerError(
            gettext_noop("“%(value)s” is no answer to %(question)s: write %(low)s to %(high)s."),
            {"value": text, "question": scale.code, "low": scale.low, "high": scale.high},
        )
    return int(text)
