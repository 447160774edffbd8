"""The tests' database roles, and the cast every test may use."""
# ruff: noqa: S608  (the names of tables come from the database itself)

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import hypothesis
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.postgresql.operations import DatabaseOperations

from crm.roles import APP, JOB, OWNER
from crm.static_files import collect
from tests.cast import Cast, make_cast

# The first middleware takes the role that web processes have, so that row-level security holds
# for every request of a test; what a test does itself is done as a job, which sees all rows.
settings.MIDDLEWARE = [
    "tests.middleware.WebRoleMiddleware",
    *(
        name.replace(
            "whitenoise.middleware.WhiteNoiseMiddleware", "tests.middleware.StaticFilesOnce"
        )
        for name in settings.MIDDLEWARE
    ),
]
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
settings.LANGUAGE_CODE = "en"

# What browsers load, as in production; before anything asks for the name of a file.
collect()

# A busy machine is no failure.
hypothesis.settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that no process is left alone with it at the end.

    Of those that empty the database and of those that do not: the latter go before, they know it
    as migrations leave it.
    """
    items.sort(key=lambda item: (_empties(item), item.get_closest_marker("slow") is None))


def _empties(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    fixtures = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(fixtures or (marker and marker.kwargs.get("transaction")))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Sign in as the superuser and take roles, so that one transaction can change between them."""
    connection.close()
    connection.settings_dict["USER"] = "postgres"
    connection.settings_dict["OPTIONS"] = {
        **connection.settings_dict["OPTIONS"],
        "assume_role": JOB,
        "options": "-c statement_timeout=120s",
    }
    DatabaseOperations.execute_sql_flush = _empty_all_tables  # type: ignore[method-assign]  # roles may not truncate
    yield
    connection.close()
    del connection.settings_dict["OPTIONS"]["assume_role"]


_KEPT = {
    *("django_migrations", "core_versionedtable", "django_content_type"),
    *("organization_authoritylimit", "contracts_lettertemplate"),  # written by migrations
    *("customers_division", "customers_filestandard", "customers_servicepolicy"),  # likewise
}


def _empty_all_tables(operations: DatabaseOperations, sql_list: list[str]) -> None:
    """What Django's flush does, for partitioned and unmanaged tables as well.

    Most tables are empty: deleting from the few others takes a tenth of truncating all of them.
    """
    with as_role("postgres"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL session_replication_role = replica"
        )  # no triggers, no foreign keys
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits"
            " JOIN core_versionedtable ON inhparent = name::regclass"
        )
        if nights := [name for (name,) in cursor.fetchall()]:
            cursor.execute(f"DROP TABLE {', '.join(nights)}")
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        )
        tables = [name for (name,) in cursor.fetchall() if name not in _KEPT]
        cursor.execute(
            " UNION ALL ".join(f"(SELECT '{name}' FROM {name} LIMIT 1)" for name in tables)
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {name}")
        cursor.execute("SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence")


@contextmanager
def as_role(role: str) -> Iterator[None]:
    """Do the block as another database role: crm_app, crm_job, crm_owner or postgres."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        before = cursor.fetchone()[0]
        cursor.execute(f"SET ROLE {role}")
    try:
        yield
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute(f"SET ROLE {before}")


@pytest.fixture
def web_role(db: None) -> Iterator[None]:
    """The test's own statements run as a web process would run them."""
    with as_role(APP):
        yield


@pytest.fixture
def owner_role(db: None) -> Iterator[None]:
    """The test's own statements run as the owner of the tables."""
    with as_role(OWNER):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    """One company with two branches, the eight roles and their customers."""
    return make_cast()


@pytest.fixture
def today() -> dt.date:
    """A fixed business date for tests that need one."""
    return dt.date(2026, 3, 31)
