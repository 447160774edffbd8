"""Changes of customers with a condition, a second row or an effect."""

from customers.services.confirming import confirm_section
from customers.services.handover import (
    Terms,
    accept_items,
    carry_out,
    due_handovers,
    may_withdraw,
    plan_handover,
    withdraw_handover,
)
from customers.services.limits import limit_of
from customers.services.many import (
    MOST_AT_ONCE,
    MOST_MOVED,
    MOST_TAGS,
    add_tag,
    assign_manager,
    give_back,
    remove_tag,
)
from customers.services.places import hold_places, lock_places
from customers.services.pool import claim, claims_left, note_view, put_into_pool, recycle

__all__ = [
    "MOST_AT_ONCE",
    "MOST_MOVED",
    "MOST_TAGS",
    "Terms",
    "accept_items",
    "add_tag",
    "assign_manager",
    "carry_out",
    "claim",
    "claims_left",
    "confirm_section",
    "due_handovers",
    "give_back",
    "hold_places",
    "limit_of",
    "lock_places",
    "may_withdraw",
    "note_view",
    "plan_handover",
    "put_into_pool",
    "recycle",
    "remove_tag",
    "withdraw_handover",
]
