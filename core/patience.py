"""Redis for what may be lost (limits, counts of calls): never waited for long, never needed."""

import logging
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import redis
from django.conf import settings
from redis.client import Pipeline

logger = logging.getLogger(__name__)
_PATIENCE = 0.25  # seconds a call waits for Redis at most
_LEAVE_ALONE = 10.0
_asked_again_from: list[float] = [0.0]


@cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE
    )


def ask(fill: Callable[[Pipeline], Any], *, together: bool = False) -> list[Any] | None:
    """The answers to the commands that `fill` puts into the pipeline; None while Redis fails.

    `together`: nobody else's commands come between. Redis that failed is left alone for some
    seconds before it is asked again.
    """
    if time.monotonic() < _asked_again_from[0]:
        return None
    try:
        with _redis().pipeline(transaction=together) as pipe:
            fill(pipe)
            answers: list[Any] = pipe.execute()
    except (redis.RedisError, OSError) as error:
        _asked_again_from[0] = time.monotonic() + _LEAVE_ALONE
        logger.warning("calls are not limited or counted: Redis fails (%s)", type(error).__name__)
        return None
    return answers
