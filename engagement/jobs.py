"""What the night does around the alerts that others open."""

from pathlib import Path

from core import sql

_SQL = Path(__file__).parent / "sql"


def lock_alerts() -> None:
    """Before alerts are opened: customers that just move are waited for, others wait."""
    sql.run(_SQL / "lock_alerts.sql")
