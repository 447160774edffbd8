"""Weights of the value scores as the last night's figures propose them (C6)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from core.rules import RuleError, gettext_noop
from segmentation.models import Score
from segmentation.rules.scores import CURRENT, POTENTIAL
from segmentation.rules.weights import in_hundredths, proposal

FEWEST = 30  # customers of whom all parts are known; fewer propose nothing


def proposed_weights(present: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Each weight of the scores: half by how much the part tells customers apart, half as it is.

    `present` are the weights of the draft, which stand for what somebody has judged; where one of
    them is 0 nobody has. Read by who sees all customers. RuleError where too little is known.
    """
    found: dict[str, Decimal] = {}
    for group in (CURRENT, POTENTIAL):
        rows = list(Score.objects.current().values_list(*group.values()))
        weights = _weights(rows, [float(present[key]) for key in group])
        found |= dict(zip(group, weights, strict=True))
    return found


def _weights(rows: Sequence[tuple[Decimal | None, ...]], present: Sequence[float]) -> list[Decimal]:
    """In hundredths; 0 for a part that nobody has."""
    known = [place for place in range(len(present)) if any(row[place] is not None for row in rows)]
    complete = [values for row in rows if (values := _known(row, known)) is not None]
    if not known or len(complete) < FEWEST:
        raise RuleError(
            gettext_noop("Of fewer than %(fewest)s customers all parts of the scores are known."),
            {"fewest": FEWEST},
        )
    judged = [present[place] for place in known]
    pairs = [[a / b for b in judged] for a in judged] if all(judged) else None
    hundredths = in_hundredths(proposal(complete, pairs=pairs))
    whole = dict(zip(known, hundredths, strict=True))
    return [Decimal(whole.get(place, 0)).scaleb(-2) for place in range(len(present))]


def _known(row: Sequence[Decimal | None], places: Sequence[int]) -> tuple[float, ...] | None:
    values = [row[place] for place in places]
    return None if None in values else tuple(float(value or 0) for value in values)
