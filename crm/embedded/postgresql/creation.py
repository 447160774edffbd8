"""Test databases: made by the superuser, migrated by the owner, used by the settings' role."""

import os
from typing import Any

from django.db.backends.postgresql import creation

from crm.embedded.postgres import postgres_dsn
from crm.embedded.postgresql import template
from crm.embedded.setup_database import OWNER, set_up_rights


class DatabaseCreation(creation.DatabaseCreation):
    """Keeps the roles apart in tests as they are in production."""

    def sql_table_creation_suffix(self) -> str:
        """The owner of a new test database."""
        return f"{super().sql_table_creation_suffix() or 'WITH'} OWNER = {OWNER}"

    def _get_test_db_name(self) -> str:
        """Another name for every run of the tests, so that two at once do not meet."""
        run = os.environ.get("YIHU_TEST_RUN")
        name = super()._get_test_db_name()  # type: ignore[misc]  # not in Django's types
        return f"{name}_{run}" if run else str(name)

    def _create_test_db(self, verbosity: int, autoclobber: bool, keepdb: bool = False) -> str:
        name = super()._create_test_db(verbosity, autoclobber, keepdb)  # type: ignore[misc]  # not in Django's types
        set_up_rights(postgres_dsn("postgres", name))
        return str(name)

    def create_test_db(self, *args: Any, **kwargs: Any) -> str:
        """A migrated test database; its tables belong to the owner.

        The first is migrated from nothing and copied, the others come from the copy.
        """
        role = self.connection.settings_dict["USER"]
        self.connection.settings_dict["USER"] = OWNER
        try:
            with template.lock():
                return self._migrated(*args, **kwargs)
        finally:
            self.connection.close()
            self.connection.settings_dict["USER"] = role

    def _migrated(self, *args: Any, **kwargs: Any) -> str:
        with self.connection._nodb_cursor() as cursor:
            template.drop_left_over(cursor)
            made = template.exists(cursor)
        self.connection.settings_dict["TEST"]["TEMPLATE"] = template.name() if made else None
        name = super().create_test_db(*args, **kwargs)
        if not made:
            self.connection.close()
            with self.connection._nodb_cursor() as cursor:
                template.make_from(name, cursor)
        return name
