"""Start and stop the PostgreSQL of the wheel; callers hold the locks of `users`."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from crm.embedded import setup_database
from crm.embedded.account import (
    SHARED,
    command_line,
    hand_over,
    initdb_id,
    programs,
    run_as,
    server_id,
)
from crm.embedded.paths import (
    EmbeddedServerError,
    local_dir,
    log_dir,
    make_local_dir,
    make_socket_dir,
    others_may_pass,
    socket_dir,
)

PORT = 5432  # only a part of the socket's name: the server listens on no network address
DATABASE = "yihu"
START_SECONDS = 120
STOP_SECONDS = 10  # then it is cut off and recovers at its next start
ORPHAN_SECONDS = 60
_SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "512MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "4GB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "jit": "off",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "client_connection_check_interval": "5s",
}
# The tests' own server may lose its data with the machine; nothing else may.
_FRAGILE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def socket_path() -> Path:
    """The server's socket."""
    return socket_dir() / f".s.PGSQL.{PORT}"


def postgres_dsn(role: str = "postgres", database: str = DATABASE) -> dict[str, str | int]:
    """What psycopg2.connect needs to reach the embedded server under a role."""
    return {"host": str(socket_dir()), "port": PORT, "user": role, "dbname": database}


def answers() -> bool:
    """Whether the server takes connections now; costs well under a millisecond."""
    return _status() == "ready" and _listens()


def is_usable() -> bool:
    """Whether the server answers and is set up: its starter may be killed between the two."""
    return answers() and setup_database.is_set_up(_home() / "data")


def start_postgres() -> None:
    """Start the server and set up its roles and database. Raises with the end of its log."""
    if is_usable():
        return
    make_socket_dir(server_id())
    data = _data_dir()
    if not _listens():  # else another process was killed while this server was starting
        _disown_dead_server(data)
        _write_settings(data)
        _start(data)
    _wait_until_ready()
    setup_database.set_up_once(data, postgres_dsn)


def stop_postgres() -> None:
    """Stop the server if it runs; what is still connected is cut off."""
    data = _home() / "data"
    if not _server_process(data):
        return
    log = log_dir() / "postgres.log"
    for mode in ("fast", "immediate"):
        command = ["pg_ctl", "stop", "-D", data, "-m", mode, "-t", str(STOP_SECONDS)]
        if run_as(server_id(), command, log) == 0 or not _server_process(data):
            return
    raise EmbeddedServerError(f"PostgreSQL does not stop; see {log}.")


def was_stopped_in_order() -> bool:
    """Whether the stopped server's data are whole although it need not have written them."""
    return not (_home() / "data" / "postmaster.pid").exists()


def delete_data() -> None:
    """Delete all data of the stopped server."""
    shutil.rmtree(_home(), ignore_errors=True)
    place = local_dir() / "postgres"
    if place.is_symlink():
        place.unlink()


def _home() -> Path:
    """The folder around the data: local, or where a link that root needed points to."""
    return (local_dir() / "postgres").resolve()


def _make_home() -> Path:
    """The home, made when missing; elsewhere when the server's user could not reach it here."""
    place = make_local_dir() / "postgres"
    if not place.exists():
        if place.is_symlink():
            raise EmbeddedServerError(f"{place} points to {place.resolve()}, which is gone.")
        if os.geteuid() == 0 and not others_may_pass(local_dir()):
            target = SHARED / f"data-{secrets.token_hex(8)}"  # never the data of an earlier copy
            target.mkdir(parents=True, mode=0o711)
            place.symlink_to(target)
    home = place.resolve()
    home.mkdir(exist_ok=True, mode=0o711)
    return home


def _data_dir() -> Path:
    """The data folder, made by initdb beside its place and then renamed: it is whole or absent."""
    home = _make_home()
    data = home / "data"
    if data.exists():
        _refuse_other_version(data)
        return data
    for left in home.glob("data.new*"):  # by a killed start, whose initdb may still be at it
        shutil.rmtree(left, ignore_errors=True)
    partial = home / f"data.new-{secrets.token_hex(4)}"
    partial.mkdir(mode=0o700)
    if os.geteuid() == 0:
        hand_over(partial, initdb_id())
    locale = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
    options = ["--encoding=UTF8", f"--locale={locale}", "--username=postgres", "--auth=trust"]
    log = log_dir() / "initdb.log"
    if run_as(initdb_id(), ["initdb", "-D", partial, *options], log) != 0:
        raise EmbeddedServerError(f"PostgreSQL could not be set up.\n{_end_of(log)}")
    with (partial / "postgresql.conf").open("a") as conf:
        conf.write("\ninclude_if_exists = 'yihu.conf'\n")
    if os.geteuid() == 0:
        hand_over(partial, server_id())
    partial.rename(data)
    return data


def _refuse_other_version(data: Path) -> None:
    found = (data / "PG_VERSION").read_text().strip()
    command = [str(programs() / "postgres"), "--version"]
    shipped = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    major = shipped.split()[-1].split(".")[0]
    if found != major:
        raise EmbeddedServerError(
            f"{data} was made by PostgreSQL {found}, the installed wheel is {major}:"
            " export with the old version and import again, or use another YIHU_LOCAL."
        )


def _write_settings(data: Path) -> None:
    """Our settings as a file of their own, written at every start."""
    fragile = os.environ.get("YIHU_EMBEDDED_FRAGILE") == "1"
    folder = str(socket_dir()).replace('"', '""')
    settings = _SETTINGS | {"unix_socket_directories": f'"{folder}"'}
    if fragile:
        settings |= _FRAGILE
    quoted = {name: value.replace("'", "''") for name, value in settings.items()}
    (data / "yihu.conf").write_text("".join(f"{name} = '{quoted[name]}'\n" for name in quoted))
    (data / "yihu.conf").chmod(0o644)


def _start(data: Path) -> None:
    log = log_dir() / "postgres.log"
    command = ["pg_ctl", "start", "-D", data, "-w", "-t", str(START_SECONDS)]
    deadline = time.monotonic() + ORPHAN_SECONDS
    while run_as(server_id(), command, log) != 0:
        orphans = "shared memory block" in _end_of(log)  # children of a killed server, ending
        if not orphans or time.monotonic() > deadline:
            raise EmbeddedServerError(f"PostgreSQL does not start.\n{_end_of(log)}")
        time.sleep(0.5)


def _wait_until_ready() -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers():
        if time.monotonic() > deadline:
            log = log_dir() / "postgres.log"
            raise EmbeddedServerError(f"PostgreSQL is not ready.\n{_end_of(log)}")
        time.sleep(0.02)


def _status() -> str:
    """The server's own word in its pid file: starting, ready, stopping; empty without one."""
    try:
        lines = (_home() / "data" / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return ""
    return lines[7].strip() if len(lines) > 7 else ""


def _listens() -> bool:
    """Whether a process accepts connections on the socket."""
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(socket_path()))
        except (FileNotFoundError, ConnectionRefusedError):
            return False
    return True


def _server_process(data: Path) -> int:
    """The process number of the running server of this data folder; 0 when there is none."""
    pid = _recorded_process(data)
    command = command_line(pid) if pid else ""
    return pid if "postgres" in command and str(data) in command else 0


def _recorded_process(data: Path) -> int:
    try:
        return int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return 0


def _disown_dead_server(data: Path) -> None:
    """Let PostgreSQL start over a killed server's pid file.

    The number in it may belong to a stranger by now, or to a zombie, and PostgreSQL would take
    either for a running server. Our own number, its grandparent's, it passes over; the rest of
    the file stays, by which it finds children of the killed server that still write.
    """
    pid_file = data / "postmaster.pid"
    if _recorded_process(data) and not _server_process(data):
        _, rest = pid_file.read_text().split("\n", 1)
        pid_file.write_text(f"{os.getpid()}\n{rest}")
        socket_path().with_name(f"{socket_path().name}.lock").unlink(missing_ok=True)


def _end_of(log: Path) -> str:
    """The last lines of a log, for an error message."""
    return f"{log}:\n" + "\n".join(log.read_text(errors="replace").splitlines()[-15:])
