"""How often a key may call: counted in Redis, per minute, the last minute fading out.

Losing Redis loses the limits, not the API: calls go on, the log says so, and Redis is left alone
for some seconds before it is asked again.
"""

import logging
import time
from functools import cache

import redis
from django.conf import settings

logger = logging.getLogger(__name__)
_WINDOW = 60
_PATIENCE = 0.25  # seconds a call waits for Redis at most
_LEAVE_ALONE = 10.0
_asked_again_from: list[float] = [0.0]


@cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE
    )


def wait_for(key: int, per_minute: int, now: float) -> int:
    """Count one call of the key; 0 when it may go on, else after how many seconds to try again.

    `now` is Unix time. The calls of the last 60 s are taken as those of this minute and the
    share of those of the minute before that still lies within 60 s.
    """
    counts = _count(key, int(now // _WINDOW))
    if counts is None:
        return 0
    current, before = counts
    elapsed = now % _WINDOW
    if current + before * (1 - elapsed / _WINDOW) <= per_minute:
        return 0
    return _seconds_left(current, before, per_minute, elapsed)


def _seconds_left(current: int, before: int, per_minute: int, elapsed: float) -> int:
    """Until enough of the minute before has faded; at the latest until this minute fades."""
    if current <= per_minute and before:
        return max(1, int(_WINDOW * (1 - (per_minute - current) / before) - elapsed) + 1)
    return max(1, int(_WINDOW - elapsed + _WINDOW * (1 - per_minute / current)) + 1)


def _count(key: int, minute: int) -> tuple[int, int] | None:
    if time.monotonic() < _asked_again_from[0]:
        return None
    try:
        with _redis().pipeline(transaction=False) as pipe:
            pipe.incr(f"api:calls:{key}:{minute}")
            pipe.expire(f"api:calls:{key}:{minute}", 2 * _WINDOW)
            pipe.get(f"api:calls:{key}:{minute - 1}")
            current, _expires, before = pipe.execute()
    except (redis.RedisError, OSError) as error:
        _asked_again_from[0] = time.monotonic() + _LEAVE_ALONE
        logger.warning("calls are not limited: Redis fails (%s)", type(error).__name__)
        return None
    return int(current), int(before or 0)
