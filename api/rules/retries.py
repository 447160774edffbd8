"""What becomes of a message after a try: arrived, tried again when, or nobody is there any more."""

import datetime as dt
from email.utils import parsedate_to_datetime
from enum import StrEnum

_SECOND, _MINUTE, _HOUR = (dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(hours=1))
WAITS = (
    *(5 * _SECOND, 30 * _SECOND, 2 * _MINUTE, 10 * _MINUTE, 30 * _MINUTE),
    *(_HOUR, 2 * _HOUR, 4 * _HOUR, 8 * _HOUR),
)
KEEP_TRYING = dt.timedelta(days=3)
OFF_AFTER = KEEP_TRYING - dt.timedelta(hours=12)  # before a message's last try: waits are shorter
REST_AFTER = 5  # so many failures in a row, of whatever messages, and the endpoint is left alone
_LONGEST_ASKED = dt.timedelta(days=1)


class Verdict(StrEnum):
    """What an answer means."""

    DELIVERED = "delivered"
    AGAIN = "again"
    GONE = "gone"


def verdict(status: int | None) -> Verdict:
    """By the answer's status; None when there was no answer. Redirects are not followed."""
    if status is not None and 200 <= status < 300:
        return Verdict.DELIVERED
    return Verdict.GONE if status == 410 else Verdict.AGAIN


def wait(tries: int, *, chance: float, asked: dt.timedelta | None = None) -> dt.timedelta:
    """How long to wait after so many tries, at least as long as the receiver asked for.

    `chance` in [0, 1) spreads what failed at the same moment: 80 to 120 % of the usual wait.
    """
    usual = WAITS[min(max(tries, 1), len(WAITS)) - 1] * (0.8 + 0.4 * chance)
    return max(usual, min(asked, _LONGEST_ASKED)) if asked else usual


def rest(failures: int, *, chance: float) -> dt.timedelta | None:
    """How long nothing at all is sent after so many failures one after the other."""
    return wait(failures - REST_AFTER + 1, chance=chance) if failures >= REST_AFTER else None


def asked_wait(header: str, now: dt.datetime) -> dt.timedelta | None:
    """What `Retry-After` asks for: seconds or a date; None when it says neither, or the past."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(dt.timedelta(seconds=int(text[:9])), _LONGEST_ASKED)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    if until.tzinfo is None:
        return None
    return until - now if until > now else None
