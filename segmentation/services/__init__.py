"""Rule sets: which is in force, new ones, and who puts them in force from when."""

from segmentation.services.decisions import (
    activate_rules,
    deciders,
    send_rules_back,
    start_waiting_rules,
    take_rules_back,
    to_decide_on,
)
from segmentation.services.drafts import (
    ask_for_rules,
    delete_draft,
    draft_rules,
    edit_draft,
    withdraw_rules,
    write_draft,
)
from segmentation.services.in_force import active_rules, rules_of_night, take_rules

__all__ = [
    "activate_rules",
    "active_rules",
    "ask_for_rules",
    "deciders",
    "delete_draft",
    "draft_rules",
    "edit_draft",
    "rules_of_night",
    "send_rules_back",
    "start_waiting_rules",
    "take_rules",
    "take_rules_back",
    "to_decide_on",
    "withdraw_rules",
    "write_draft",
]
