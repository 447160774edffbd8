"""Who got another tier in the published night."""

from dataclasses import dataclass

from segmentation.models import Move
from workspace.my_day.scope import Scope

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Moves:
    """The largest movers; `is_more` when there are others."""

    rows: list[Move]
    is_more: bool


def moves(scope: Scope) -> Moves:
    """Of the customers in scope, those with most revenue first."""
    found = scope.of(Move.objects.visible_to(scope.user).current()).select_related("customer")
    rows = list(found.order_by("-revenue_12m", "customer")[: SHOWN + 1])
    return Moves(rows[:SHOWN], len(rows) > SHOWN)
