"""What the night does: follow-ups nobody planned, files that hang on one head, alerts."""

import datetime as dt
from pathlib import Path

from core import sql
from engagement.rules import risks
from organization.reports import work_calendar

_SQL = Path(__file__).parent / "sql"
EXPIRY_STAGES = (60, 30, 7)  # days before a paper expires
_LIMIT_DAYS = 30  # before the end of a credit limit somebody must look at it
_FORGOTTEN = 365  # days after which an expired paper is no news


def lock_alerts() -> None:
    """Before alerts are opened: customers that just move are waited for, others wait."""
    sql.run(_SQL / "lock_alerts.sql")


def open_credit_alerts(day: dt.date) -> int:
    """Credit reviews that are due, papers that expire (02 §3.4); how many alerts are new."""
    opened = sql.run(
        _SQL / "open_credit_reviews.sql", day=day, limit_ends=day + dt.timedelta(_LIMIT_DAYS)
    )
    return opened + sql.run(
        _SQL / "open_expiry_alerts.sql", day=day, stages=list(EXPIRY_STAGES), forgotten=_FORGOTTEN
    )


def close_credit_alerts(day: dt.date) -> int:
    """Close what was renewed, or gave way to a later stage; how many."""
    return sql.run(_SQL / "close_expiry_alerts.sql", day=day)


def complaint_alerts(day: dt.date) -> int:
    """Open and close alerts of complaints whose deadline has gone by (02 §8.4); how many."""
    opened = sql.run(_SQL / "open_complaint_alerts.sql", day=day)
    return opened + sql.run(_SQL / "close_complaint_alerts.sql", day=day)


def write_file_risks(day: dt.date, version: int) -> int:
    """Into the version: how many files hang on one head; rows by unit and manager."""
    known_from, until = risks.time_of(day, risks.KNOWN_DAYS)
    return sql.run(
        _SQL / "file_risks.sql",
        version=version,
        day=day,
        contacts=risks.CONTACTS,
        known_from=known_from,
        visited_from=risks.time_of(day, risks.VISIT_DAYS)[0],
        until=until,
    )


_SPREAD = 20  # workdays over which customers are spread at most


def open_follow_ups(day: dt.date) -> int:
    """Follow-ups of active customers that have none, from the day after `day` on.

    Of those somebody looks after, within the days in which their service policy wants a call.
    Returns how many are new; the same day again opens none.
    """
    calendar = work_calendar()
    days = [calendar.add_workdays(day, number) for number in range(1, _SPREAD + 1)]
    return sql.run(_SQL / "open_follow_ups.sql", day=day, days=days)
