"""The embedded servers: they start when needed, survive kills, and end with their last user."""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis
from django.db import connection

from crm.embedded import account, lifetime, paths, postgres, redis_server
from crm.embedded.paths import EmbeddedServerError
from crm.embedded.postgresql import template

CODE = Path(__file__).resolve().parents[2]
USE = """
import sys
from crm.embedded import lifetime
lifetime.ensure_postgres()
lifetime.ensure_redis()
print("ready", flush=True)
sys.stdin.read()
"""


class Person:
    """Somebody's command: uses the servers from its start until `leave`."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USE],
            cwd=CODE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait(self) -> "Person":
        assert self.process.stdout
        assert self.process.stdout.readline() == "ready\n", self.process.communicate()[1]
        return self

    def leave(self) -> None:
        self.process.communicate(timeout=60)
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of its own, with nothing running in it before and after."""
    place = Path(tempfile.mkdtemp(prefix="yihu-test-"))
    monkeypatch.setenv("YIHU_LOCAL", str(place))
    monkeypatch.setenv("YIHU_EMBEDDED_FRAGILE", "0")
    yield place
    if place.exists():
        postgres.stop_postgres()
        redis_server.stop_redis()
        postgres.delete_data()
        shutil.rmtree(place)


def run_sql(sql: str, role: str = "postgres", database: str = "yihu") -> list[tuple[object, ...]]:
    connection = psycopg2.connect(**postgres.postgres_dsn(role, database))
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def server_process() -> int:
    return int((paths.local_dir() / "postgres/data/postmaster.pid").read_text().split()[0])


def alive(pid: int) -> bool:
    return "postgres" in account.command_line(pid)


def test_data_survive_the_end_of_the_command_and_the_servers_end_with_it(folder: Path) -> None:
    command = Person().wait()
    run_sql("CREATE TABLE kept AS SELECT 7 AS number")
    redis.Redis.from_url(redis_server.redis_url()).set("kept", "8")
    pid = server_process()
    command.leave()

    assert not alive(pid)
    assert not postgres.answers()
    assert not redis_server.answers()

    again = Person().wait()
    assert run_sql("SELECT number FROM kept") == [(7,)]
    assert redis.Redis.from_url(redis_server.redis_url()).get("kept") == b"8"
    again.leave()


def test_two_commands_at_once_share_one_server_and_the_last_one_stops_it(folder: Path) -> None:
    people = [Person() for _ in range(3)]
    for person in people:
        person.wait()
    pid = server_process()
    people[0].leave()
    people[1].kill()
    assert alive(pid)
    assert run_sql("SELECT 1") == [(1,)]

    people[2].leave()
    assert not alive(pid)


def test_a_killed_command_leaves_a_server_that_the_next_one_uses_and_stops(folder: Path) -> None:
    Person().wait().kill()
    pid = server_process()
    assert alive(pid)

    command = Person().wait()
    assert server_process() == pid
    command.leave()
    assert not alive(pid)


def test_what_was_committed_outlives_kill_9_of_the_servers(folder: Path) -> None:
    command = Person().wait()
    run_sql("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number")
    os.kill(server_process(), signal.SIGKILL)
    command.kill()

    again = Person().wait()
    assert run_sql("SELECT count(*), sum(number) FROM kept") == [(1000, 500500)]
    again.leave()


def test_killed_at_any_moment_of_the_first_start_the_next_start_succeeds(folder: Path) -> None:
    chance = random.Random(20)
    for _ in range(5):
        command = Person()
        time.sleep(chance.uniform(0.1, 1.2))
        command.kill()

    command = Person().wait()
    assert run_sql("SELECT rolbypassrls FROM pg_roles WHERE rolname = 'crm_job'") == [(True,)]
    assert run_sql("SELECT 1", role="crm_app") == [(1,)]
    command.leave()


def test_a_half_made_data_folder_is_made_anew(folder: Path) -> None:
    (folder / "postgres" / "data.new" / "base").mkdir(parents=True)
    Person().wait().leave()
    assert (folder / "postgres" / "data" / "PG_VERSION").exists()
    assert not (folder / "postgres" / "data.new").exists()


def test_a_stale_pid_file_with_the_number_of_a_stranger_does_not_stop_the_start(
    folder: Path,
) -> None:
    Person().wait().leave()
    stale = folder / "postgres" / "data" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{stale.parent}\n1\n5432\n\n\n\nready\n")

    command = Person().wait()
    assert server_process() != os.getpid()
    command.leave()


def test_a_path_too_long_for_a_socket_gets_a_short_private_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = folder / ("x" * 120)
    folder.chmod(0o711)
    monkeypatch.setenv("YIHU_LOCAL", str(deep))
    place = paths.socket_dir()
    assert len(str(place)) < 60
    assert place == paths.socket_dir()

    command = Person().wait()
    assert run_sql("SELECT 1") == [(1,)]
    assert place.stat().st_mode & 0o777 == 0o700
    command.leave()
    shutil.rmtree(place)


def test_a_short_folder_that_somebody_else_prepared_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIHU_LOCAL", str(folder / ("x" * 120)))
    place = paths.socket_dir()
    place.symlink_to(folder)
    try:
        with pytest.raises(EmbeddedServerError, match="belongs to another user"):
            paths.make_socket_dir(account.server_id())
    finally:
        place.unlink()


def test_a_path_that_pg_ctl_would_misread_is_refused_before_anything_is_made(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIHU_LOCAL", str(folder / "a$(b)"))
    with pytest.raises(EmbeddedServerError, match="choose a path without"):
        paths.make_local_dir()
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may not run PostgreSQL itself")
def test_for_root_the_server_runs_under_a_number_of_its_own_even_in_a_closed_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.chmod(0o700)
    monkeypatch.setenv("YIHU_LOCAL", str(folder / "local"))
    command = Person().wait()
    owner = Path(f"/proc/{server_process()}").stat().st_uid
    assert owner == account.SERVER_ID
    assert folder.stat().st_mode & 0o777 == 0o700
    command.leave()
    socket_folder = paths.socket_dir()
    postgres.delete_data()
    shutil.rmtree(socket_folder)


def test_tests_find_what_an_orderly_stop_left_and_nothing_of_a_machine_that_went_down(
    folder: Path,
) -> None:
    Person().wait().leave()
    lifetime.tidy_unused()
    command = Person().wait()
    run_sql("CREATE TABLE kept AS SELECT 7 AS number")
    command.leave()
    lifetime.tidy_unused()
    command = Person().wait()
    assert run_sql("SELECT number FROM kept") == [(7,)]
    command.leave()

    (folder / "postgres/data/postmaster.pid").write_text("0\n")
    lifetime.tidy_unused()
    assert not (folder / "postgres").exists()


@pytest.mark.django_db
def test_databases_of_runs_that_were_killed_are_dropped() -> None:
    ours = connection.settings_dict["NAME"]
    with connection._nodb_cursor() as cursor:
        cursor.execute("RESET ROLE")  # tests act as a job, which makes no databases
        cursor.execute("CREATE DATABASE test_yihu_999999999_gw0")
        template.drop_left_over(cursor)
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test%'")
        left = {name for (name,) in cursor.fetchall()}
    assert ours in left
    assert "test_yihu_999999999_gw0" not in left


def test_trigrams_of_chinese_words_are_not_empty(folder: Path) -> None:
    command = Person().wait()
    assert run_sql("SELECT cardinality(show_trgm('北京物流')) > 0") == [(True,)]
    command.leave()


FORBIDDEN_TO_APP = [
    "CREATE TABLE own (a int)",
    "CREATE TEMPORARY TABLE own (a int)",
    "TRUNCATE made",
    "DROP TABLE made",
    "ALTER TABLE made ADD b int",
    "SET ROLE crm_owner",
    "SET ROLE crm_job",
    "CREATE ROLE more",
]


def test_roles_may_do_what_they_are_for_and_no_more(folder: Path) -> None:
    command = Person().wait()
    run_sql("CREATE TABLE made (a serial)", role="crm_owner")
    for role in ("crm_app", "crm_job"):
        run_sql("INSERT INTO made DEFAULT VALUES; UPDATE made SET a = 5; DELETE FROM made", role)
    for statement in FORBIDDEN_TO_APP:
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            run_sql(statement, role="crm_app")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        run_sql("INSERT INTO made DEFAULT VALUES", role="crm_backup")
    with pytest.raises(psycopg2.OperationalError, match="not permitted to log in"):
        run_sql("SELECT 1", role="crm_history")
    command.leave()
