"""What the customer's people answered in the last 12 months, all surveys together."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count
from django.utils.translation import gettext as _

from core.charts import Chart, Spoke, radar
from core.formats import NOTHING, signed
from core.rules import percent, rate, rounded, window
from customers.models import Customer
from organization.models import User
from surveys.messages import dimension_label
from surveys.models import Answer
from surveys.rules.gaps import DIMENSIONS
from surveys.rules.metrics import Item, Score, metric_names, score
from surveys.rules.scales import RATER_ITEMS, Scale, scale_of
from surveys.rules.small_cells import FEW, TOO_FEW

Counts = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Shown:
    """A score as a page may show it."""

    metric: str
    scale: Scale
    score: Score
    counts: Counts

    @property
    def answers(self) -> str:
        """The answers themselves, lowest first: what there is to say while they are too few."""
        given = [
            str(value) for value, number in sorted(self.counts.items()) for _n in range(number)
        ]
        return ", ".join(given)

    @property
    def label(self) -> str:
        """What is measured."""
        words = {"nps": _("Recommendation (NPS)"), "csat": _("Satisfied"), "ces": _("Effort")}
        return words[self.metric]

    @property
    def text(self) -> str:
        """The figure as it is written: points, a share, or a mean on its scale."""
        value = self.score.value
        if value is None:
            return NOTHING
        if self.metric == "nps":
            return signed(value, 0)
        if self.score.low is None:
            return f"{rounded(value, 1)} / {self.scale.high}"
        return f"{percent(value, 0)}%"

    @property
    def is_hidden(self) -> bool:
        """Whether too few answered for a figure to mean anything."""
        return self.score.n < TOO_FEW

    @property
    def is_weak(self) -> bool:
        """Whether it rests on few answers."""
        return self.score.n < FEW


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Answers by question; empty when nobody was asked."""

    counts: Mapping[str, Counts]

    @property
    def scores(self) -> list[Shown]:
        """The overall figures of the families: nps, csat, ces."""
        scales = {code: scale_of(code) for code in self.counts}
        items = [Item(code, scale) for code, scale in scales.items() if scale is not None]
        names = metric_names(items)
        return [
            Shown(
                names[item.code],
                item.scale,
                score(item.scale, self.counts[item.code]),
                self.counts[item.code],
            )
            for item in items
            if names[item.code] in ("nps", "csat", "ces")
        ]

    @property
    def nps(self) -> Shown | None:
        """Recommendation; None when nobody was asked."""
        return next((shown for shown in self.scores if shown.metric == "nps"), None)

    @property
    def rated_by(self) -> int:
        """How many rated the dimensions of RATER."""
        rated = [self._answered(f"rater_{item}_p") for item in _items()]
        return max(rated, default=0)

    def mean(self, letter: str, side: str) -> Decimal | None:
        """The mean of a dimension's answers, perceived (p) or expected (e)."""
        total = number = 0
        for item in range(1, RATER_ITEMS[letter] + 1):
            for value, answers in self.counts.get(f"rater_{letter}{item}_{side}", {}).items():
                total, number = total + value * answers, number + answers
        return rate(total, number)

    def _answered(self, question: str) -> int:
        return sum(self.counts.get(question, {}).values())


def _items() -> list[str]:
    return [f"{letter}{n}" for letter, items in RATER_ITEMS.items() for n in range(1, items + 1)]


def satisfaction(user: User, customer: Customer, day: dt.date) -> Satisfaction:
    """The answers of the 12 months to `day`; one query whose rows are questions x values."""
    year = window(day)
    answers = Answer.objects.visible_to(user).filter(
        customer=customer, value__isnull=False,
        response__answered_on__gt=year.after, response__answered_on__lte=year.until,
    )  # fmt: skip
    counts: dict[str, dict[int, int]] = defaultdict(dict)
    for question, value, number in (
        answers.order_by().values_list("question", "value").annotate(Count("pk"))
    ):
        counts[question][value] = number
    return Satisfaction(dict(counts))


def rater_chart(found: Satisfaction) -> Chart:
    """The five dimensions as perceived against what was expected."""
    spokes = [
        Spoke(dimension_label(letter), (found.mean(letter, "p"), found.mean(letter, "e")))
        for letter in DIMENSIONS
    ]
    return radar(
        _("Service quality"),
        _("Service quality in five dimensions, perceived against expected, 1 to 7."),
        (_("Dimension"), _("Perceived"), _("Expected")),
        spokes,
        limits=(1, 7),
    )
