"""What the night does about files: how complete they are, what is missing, what changed in them."""

import datetime as dt
from pathlib import Path

from core import sql
from customers.rules.completeness import ITEMS, SECTION_OF, SECTIONS, WATCHED
from workspace.file.state import DECIDERS

_SQL = Path(__file__).parent / "sql"
_NEWS_DAYS = 30  # after which a changed fact is no news


def write_file_states(day: dt.date) -> int:
    """The state of every file by that day; returns how many differ from what stood there."""
    return sql.run(
        _SQL / "file_states.sql",
        day=day,
        items=list(ITEMS),
        of=[SECTION_OF[item] for item in ITEMS],
        sections=list(SECTIONS),
        deciders=list(DECIDERS),
    )


def file_alerts(day: dt.date) -> int:
    """Alerts of gaps and of changed facts (02 §1.3, P3); returns how many are new."""
    opened = sql.run(_SQL / "file_gap_alerts.sql", day=day)
    opened += sql.run(_SQL / "fact_change_alerts.sql", day=day, columns=list(WATCHED))
    sql.run(_SQL / "close_old_fact_alerts.sql", day=day, news_days=_NEWS_DAYS)
    return opened
