"""Django's PostgreSQL backend, starting the embedded server at the first connection."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.utils import CursorWrapper

from crm.embedded.lifetime import ensure_postgres
from crm.embedded.postgresql.client import DatabaseClient
from crm.embedded.postgresql.creation import DatabaseCreation


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL from the wheel, on a private socket."""

    client_class = DatabaseClient
    creation_class = DatabaseCreation

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection to a server that is running by then."""
        ensure_postgres()
        return super().get_new_connection(conn_params)

    @contextmanager
    def _nodb_cursor(self) -> Iterator[CursorWrapper]:
        """Only the superuser makes and drops databases, which happens for tests alone."""
        connection = self.as_role("postgres", "postgres")
        try:
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def as_role(self, role: str, database: str | None = None) -> "DatabaseWrapper":
        """One more connection with the same settings under another role."""
        name = database or self.settings_dict["NAME"]
        settings = {**self.settings_dict, "USER": role, "NAME": name}
        return self.__class__(settings, alias=self.alias)
