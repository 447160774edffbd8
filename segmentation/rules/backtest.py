"""What a night told is held against what became of it a quarter later. Pure."""

from datetime import date, timedelta

_LATEST, _EARLIEST = timedelta(91), timedelta(126)  # nights of month ends are kept


def a_quarter_before(day: date) -> tuple[date, date]:
    """The first and the last day whose night is a quarter old on the day."""
    return day - _EARLIEST, day - _LATEST
