"""The lock of those who move customers."""

from pathlib import Path

from core import sql

_SQL = Path(__file__).resolve().parents[1] / "sql"


def hold_places() -> None:
    """To be called before the first customer of a transaction is locked or moved.

    Moves take the locks of what follows them (alerts, sums) behind their customers, and the night
    too; whoever moves customers in several statements would meet it crosswise.
    """
    sql.run(_SQL / "hold_places.sql")


def lock_places() -> None:
    """The night's side: movers that have begun are waited for, others wait."""
    sql.run(_SQL / "lock_places.sql")
