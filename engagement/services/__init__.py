"""Changes in what we do with customers."""

from engagement.services.alerts import (
    acknowledge_alert,
    call_for_credit_review,
    close_credit_review,
    reopen_alert,
    snooze_alert,
)
from engagement.services.complaints import (
    NumberTakenError,
    Words,
    answer_complaint,
    solve_complaint,
    take_complaint,
)
from engagement.services.talks import Talk, finish_with_words, log_talk, write_note
from engagement.services.tasks import (
    Plan,
    add_task,
    ask,
    change_task,
    drop_task,
    finish_task,
    reopen_task,
    reschedule_task,
    set_follow_up,
)

__all__ = [
    "NumberTakenError",
    "Plan",
    "Talk",
    "Words",
    "acknowledge_alert",
    "add_task",
    "answer_complaint",
    "ask",
    "call_for_credit_review",
    "change_task",
    "close_credit_review",
    "drop_task",
    "finish_task",
    "finish_with_words",
    "log_talk",
    "reopen_alert",
    "reopen_task",
    "reschedule_task",
    "set_follow_up",
    "snooze_alert",
    "solve_complaint",
    "take_complaint",
    "write_note",
]
