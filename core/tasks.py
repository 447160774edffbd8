"""Messages to the workers. The row is the truth, a message only makes it quicker."""

import logging
from functools import partial
from typing import Any

from celery.exceptions import OperationalError
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)


def send_task(name: str, *arguments: int) -> None:
    """Send the message; without Redis the next tick of beat finds the row."""
    celery: Any = import_string(settings.CELERY_APP)
    try:
        celery.send_task(name, list(arguments), retry=False)
    except OperationalError as error:
        logger.warning("%s%s waits for the tick: no message went out: %s", name, arguments, error)


def send_on_commit(name: str, *arguments: int) -> None:
    """Send the message once the row is committed."""
    transaction.on_commit(partial(send_task, name, *arguments))
