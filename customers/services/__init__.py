"""Changes of customers with a condition, a second row or an effect."""

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

__all__ = [
    "MOST_AT_ONCE",
    "MOST_MOVED",
    "MOST_TAGS",
    "add_tag",
    "assign_manager",
    "give_back",
    "hold_places",
    "lock_places",
    "remove_tag",
]
