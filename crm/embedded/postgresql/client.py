"""`dbshell` with the psql of the wheel."""

from collections.abc import Iterable

from django.db.backends.postgresql import client

from crm.embedded.account import programs
from crm.embedded.lifetime import ensure_postgres


class DatabaseClient(client.DatabaseClient):
    """The shell of the embedded server."""

    def runshell(self, parameters: Iterable[str]) -> None:
        """Start psql once the server runs."""
        ensure_postgres()
        type(self).executable_name = str(programs() / "psql")
        super().runshell(parameters)
