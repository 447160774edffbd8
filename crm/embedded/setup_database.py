"""Roles, rights and extensions, on the embedded server and on any other."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.sql import SQL, Composed, Identifier

_FOLDER = Path(__file__).parent
ROLES = (_FOLDER / "roles.sql").read_text()
RIGHTS = (_FOLDER / "database.sql").read_text()
OWNER = "crm_owner"
_WANTED = hashlib.sha256((ROLES + RIGHTS).encode()).hexdigest()


def set_up_server(dsn: dict[str, Any]) -> None:
    """Make the roles, as the administrator that `dsn` signs in, and the rights in its database."""
    _run(dsn, ROLES)
    _run(dsn, RIGHTS)


def set_up_rights(dsn: dict[str, Any]) -> None:
    """Make extensions and rights in one more database of a server that has the roles."""
    _run(dsn, RIGHTS)


def let_login_take_roles(dsn: dict[str, Any], login: str) -> None:
    """Let one login act as owner, web and job by SET ROLE, where three passwords are too many."""
    statement = SQL("GRANT crm_owner, crm_app, crm_job TO {}").format(Identifier(login))
    _run(dsn, statement)


def set_up_once(data: Path, dsn: Callable[[str, str], dict[str, Any]]) -> None:
    """Set up the embedded server unless that is done; `dsn(role, database)` names a connection.

    template1 is set up as well, so that test databases made from it have rights and extensions.
    """
    if is_set_up(data):
        return
    set_up_server(dsn("postgres", "template1"))
    _make_database(dsn("postgres", "postgres"))
    set_up_rights(dsn("postgres", "yihu"))
    _mark(data).write_text(_WANTED)


def is_set_up(data: Path) -> bool:
    """Whether the server of this data folder has the roles and rights of this release."""
    try:
        return _mark(data).read_text() == _WANTED
    except FileNotFoundError:
        return False


def _mark(data: Path) -> Path:
    return data.parent / "setup.sha256"


def _make_database(dsn: dict[str, Any]) -> None:
    connection = psycopg2.connect(**dsn)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'yihu'")
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE yihu OWNER {OWNER}")
    finally:
        connection.close()


def _run(dsn: dict[str, Any], sql: str | Composed) -> None:
    """All of one file in one transaction."""
    connection = psycopg2.connect(**dsn)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
    finally:
        connection.close()
