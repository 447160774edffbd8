"""Tells a worker that an upload (or another row) waits. The row is the truth, this is comfort."""

from functools import partial

from django.db import transaction

from core.tasks import send_task

TASK = "crm.tasks.work_on_upload"


def tell(number: int, task: str = TASK) -> None:
    """Send the message once the row is committed."""
    transaction.on_commit(partial(send, number, task))


def send(number: int, task: str = TASK) -> None:
    """Send the message; without Redis the tick of the next minute finds the row."""
    send_task(task, number)
