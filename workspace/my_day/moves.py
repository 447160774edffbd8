"""Who got another tier in the published night."""

from dataclasses import dataclass

from segmentation.messages import explain
from segmentation.models import Classification, Move
from workspace.my_day.scope import Scope

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Moves:
    """The largest movers, each with its main reason; `is_more` when there are others."""

    rows: list[tuple[Move, str]]
    is_more: bool


def moves(scope: Scope) -> Moves:
    """Of the customers in scope, those with most revenue first."""
    found = scope.of(Move.objects.visible_to(scope.user).current()).select_related("customer")
    rows = list(found.order_by("-revenue_12m", "customer")[: SHOWN + 1])
    reasons = _reasons(scope, [row.customer_id for row in rows[:SHOWN]])
    shown = [(row, reasons.get(row.customer_id, "")) for row in rows[:SHOWN]]
    return Moves(shown, len(rows) > SHOWN)


def _reasons(scope: Scope, customers: list[int]) -> dict[int, str]:
    """The first reason of each customer's tier, which is the one that decides its size."""
    if not customers:
        return {}
    classes = Classification.objects.visible_to(scope.user).current()
    found = classes.filter(customer__in=customers).values_list("customer", "reasons")
    return {customer: explain(reasons[:1]) for customer, reasons in found}
