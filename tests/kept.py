"""Worlds that take seconds to make: made once a run, copied for every test that asks for one."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg2
from django.db import connection

from crm.embedded.postgres import postgres_dsn
from crm.embedded.postgresql import template
from crm.embedded.setup_database import OWNER, set_up_rights


def kept(name: str, make: Callable[[], None]) -> None:
    """The tests' database, which is empty, as `make` leaves it.

    For tests that end with emptying it: the database itself is replaced by a copy.
    """
    database = connection.settings_dict["NAME"]
    copy = f"test_{name}_{os.environ.get('YIHU_TEST_RUN', os.getpid())}"  # dropped as tests' are
    with template.lock():  # whoever comes second finds it made
        if not _is_there(copy):
            make()
            _replace(copy, database)
            return
    _replace(database, copy)
    set_up_rights(postgres_dsn("postgres", database))


def _is_there(database: str) -> bool:
    with _superuser() as cursor:
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [database])
        return cursor.rowcount > 0


def _replace(database: str, by: str) -> None:
    connection.close()
    with _superuser() as cursor:
        cursor.execute(  # a database that is copied has nobody in it
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [by]
        )
        cursor.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{database}" TEMPLATE "{by}" OWNER {OWNER}')


@contextmanager
def _superuser() -> Iterator[psycopg2.extensions.cursor]:
    """Outside of any transaction: neither statement runs in one."""
    server = psycopg2.connect(**postgres_dsn("postgres", "postgres"))
    server.autocommit = True
    try:
        with server.cursor() as cursor:
            yield cursor
    finally:
        server.close()
