"""`flush`, which empties test databases after tests that commit."""

from collections.abc import Iterable

from django.db.backends.postgresql import operations

from crm.embedded.setup_database import OWNER


class DatabaseOperations(operations.DatabaseOperations):
    """Empties tables as the owner: the other roles may not TRUNCATE."""

    def execute_sql_flush(self, sql_list: Iterable[str]) -> None:
        """Run the statements under the owner's role."""
        owner = self.connection.as_role(OWNER)  # type: ignore[attr-defined]
        try:
            operations.DatabaseOperations(owner).execute_sql_flush(sql_list)
        finally:
            owner.close()
