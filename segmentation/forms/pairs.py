"""Which part of a score is how many times as important as another: judged for a proposal only."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.rules import RuleError
from segmentation.models import Score
from segmentation.rules.scores import CURRENT, POTENTIAL
from segmentation.rules.weights import Matrix, judged_weights, pair_table

_SCORES: Mapping[Promise, Mapping[str, str]] = {
    gettext_lazy("Current value"): CURRENT,
    gettext_lazy("Potential value"): POTENTIAL,
}
_STEPS = {f"{n} : 1": float(n) for n in range(9, 0, -1)} | {f"1 : {n}": 1 / n for n in range(2, 10)}
_CHOICES = [("", "—"), *((step, step) for step in _STEPS)]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two parts of a score and the field between them."""

    one: str
    other: str
    field: forms.BoundField


class PairsForm(forms.Form):
    """All pairs of the parts of each score; of a score all are judged or none.

    Once it is valid `tables` has for each score how many times as important each part is as each
    other (None: not judged), and `inconsistencies` how far the judgements of a score contradict
    each other.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.tables: list[Matrix | None] = []
        self.inconsistencies: list[tuple[str, str]] = []
        for parts in _SCORES.values():
            for one, other in combinations(parts, 2):
                label = _("{one} against {other}").format(one=_part(one), other=_part(other))
                self.fields[_name(one, other)] = forms.ChoiceField(
                    label=label, choices=_CHOICES, required=False
                )

    def groups(self) -> list[tuple[Promise, list[Pair]]]:
        """The pairs under the name of their score."""
        return [
            (
                title,
                [Pair(_part(a), _part(b), self[_name(a, b)]) for a, b in combinations(parts, 2)],
            )
            for title, parts in _SCORES.items()
        ]

    def clean(self) -> dict[str, Any]:
        """The judgements of a score are whole and do not contradict each other."""
        cleaned = super().clean() or {}
        for title, parts in _SCORES.items():
            steps = [_STEPS.get(cleaned.get(_name(*pair), "")) for pair in combinations(parts, 2)]
            known = [step for step in steps if step is not None]
            if known and len(known) < len(steps):
                self.add_error(None, _("{score}: judge all pairs, or none.").format(score=title))
            else:
                self._judge(str(title), pair_table(len(parts), known) if known else None)
        return cleaned

    def _judge(self, title: str, table: Matrix | None) -> None:
        self.tables.append(table)
        try:
            ratio = judged_weights(table).inconsistency if table else None
        except RuleError as error:
            self.add_error(None, f"{title}: {_(error.message) % error.params}")
            return
        if ratio is not None:
            self.inconsistencies.append((title, f"{ratio:.2f}"))


def _name(one: str, other: str) -> str:
    return f"pair.{one}.{other}"


def _part(weight: str) -> str:
    """What the part is called whose weight has this name."""
    words = {field.name: field.verbose_name for field in Score._meta.fields}
    return str(words[(CURRENT | POTENTIAL)[weight]])
