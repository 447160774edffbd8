"""Tells a worker that an upload (or another row) waits. The row is the truth, this is comfort."""

import logging
from functools import partial
from typing import Any

from celery.exceptions import OperationalError
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

TASK = "crm.tasks.work_on_upload"
logger = logging.getLogger(__name__)


def tell(number: int, task: str = TASK) -> None:
    """Send the message once the row is committed."""
    transaction.on_commit(partial(send, number, task))


def send(number: int, task: str = TASK) -> None:
    """Send the message; without Redis the tick of the next minute finds the row."""
    celery: Any = import_string(settings.CELERY_APP)
    try:
        celery.send_task(task, [number], retry=False)
    except OperationalError as error:
        logger.warning(
            "%s(%s) waits for the next minute: no message went out: %s", task, number, error
        )
