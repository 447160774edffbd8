"""Weights of the value scores as the last night's figures propose them (C6)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from core.rules import RuleError, gettext_noop
from segmentation.models import Score
from segmentation.rules.scores import CURRENT, POTENTIAL
from segmentation.rules.weights import Matrix, in_hundredths, proposal

FEWEST = 30  # customers of whom all parts are known; fewer propose nothing


def proposed_weights(
    present: Mapping[str, Decimal], judged: Sequence[Matrix | None] = (None, None)
) -> dict[str, Decimal]:
    """Each weight of the scores: half by how much the part tells customers apart, half as judged.

    `judged` are tables of pairs for current and potential value. Without one the weights of the
    draft, `present`, stand for what somebody has judged; where one of them is 0 nobody has.
    Read by who sees all customers. RuleError where too little is known.
    """
    found: dict[str, Decimal] = {}
    for group, pairs in zip((CURRENT, POTENTIAL), judged, strict=True):
        rows = list(Score.objects.current().values_list(*group.values()))
        weights = _weights(rows, pairs or _as_they_are([float(present[key]) for key in group]))
        found |= dict(zip(group, weights, strict=True))
    return found


def _as_they_are(weights: Sequence[float]) -> Matrix:
    """The table of pairs that gives these weights; one with zeros judges nothing."""
    return [[a / b if a and b else 0.0 for b in weights] for a in weights]


def _weights(rows: Sequence[tuple[Decimal | None, ...]], judged: Matrix) -> list[Decimal]:
    """In hundredths; 0 for a part that nobody has."""
    known = [place for place in range(len(judged)) if any(row[place] is not None for row in rows)]
    complete = [values for row in rows if (values := _known(row, known)) is not None]
    if not known or len(complete) < FEWEST:
        raise RuleError(
            gettext_noop("Of fewer than %(fewest)s customers all parts of the scores are known."),
            {"fewest": FEWEST},
        )
    pairs = [[judged[one][other] for other in known] for one in known]
    is_judged = all(all(row) for row in pairs)
    hundredths = in_hundredths(proposal(complete, pairs=pairs if is_judged else None))
    whole = dict(zip(known, hundredths, strict=True))
    return [Decimal(whole.get(place, 0)).scaleb(-2) for place in range(len(judged))]


def _known(row: Sequence[Decimal | None], places: Sequence[int]) -> tuple[float, ...] | None:
    values = [row[place] for place in places]
    return None if None in values else tuple(float(value or 0) for value in values)
