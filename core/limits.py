"""How often somebody may call: counted in Redis, per minute, the last minute fading out.

Losing Redis loses the limits, not what they guard: calls go on, and the log says so.
"""

from core.patience import ask

_WINDOW = 60


def wait_for(key: str, per_minute: int, now: float) -> int:
    """Count one call under the key; 0 when it may go on, else how many seconds to wait.

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


def _count(key: str, minute: int) -> tuple[int, int] | None:
    counted = ask(
        lambda pipe: (
            pipe.incr(f"{key}:{minute}"),
            pipe.expire(f"{key}:{minute}", 2 * _WINDOW),
            pipe.get(f"{key}:{minute - 1}"),
        )
    )
    return (int(counted[0]), int(counted[2] or 0)) if counted else None
