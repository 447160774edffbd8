"""Who got another tier in the published night."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, FilteredRelation, Q

from core.models import Version
from segmentation.messages import explain, readable
from segmentation.models import Move
from workspace.my_day.scope import Scope

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Moves:
    """The largest movers, each with its main reason; `is_more` when there are others."""

    rows: Sequence[tuple[Move, str]]
    is_more: bool


def moves(scope: Scope, version: Version) -> Moves:
    """Of the customers in scope, those with most revenue first; one query.

    The first reason of a tier is the one that decides its size.
    """
    found = scope.of(Move.objects.visible_to(scope.user)).filter(version=version)
    night = Q(customer__classifications__version=version)
    explained = found.annotate(
        night=FilteredRelation("customer__classifications", condition=night),
        reasons=F("night__reasons"),
    )
    rows = list(
        explained.select_related("customer").order_by("-revenue_12m", "customer")[: SHOWN + 1]
    )
    shown = [(row, explain(readable((row.reasons or [])[:1], scope.user))) for row in rows[:SHOWN]]
    return Moves(shown, len(rows) > SHOWN)
