"""`script/server`: the whole product in the foreground, ended cleanly by Ctrl-C or SIGTERM."""

import argparse
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import TextIO

from crm import processes
from crm.embedded import lifetime
from crm.embedded.paths import EmbeddedServerError, local_dir, make_local_dir
from crm.env import env_list
from crm.processes import BASE_DIR, Child
from crm.roles import APP, JOB

STOP_SECONDS = 10  # the servers need up to 15 more
READY_SECONDS = 120
FREE_SECONDS = 3  # a killed server's port is free a moment later
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class StartError(Exception):
    """The product cannot run; the message says why and what to do."""


class Signals:
    """Whether the person or the system asked us to end; looked at wherever we wait."""

    def __init__(self) -> None:
        self.received = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._receive)

    def _receive(self, _number: int, _frame: object) -> None:
        self.received = True


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0 when told to end, 1 when the product could not start or a part of it died."""
    options = _parser().parse_args(arguments)
    signals = Signals()
    processes.adopt_orphans()
    with (make_local_dir() / "server.lock").open("w") as lock:
        try:
            _only_server(lock)
            processes.end_leftovers()
            _refuse_busy_port(options.host, options.port)
            _start_databases()
            return _run(options, signals)
        except (StartError, EmbeddedServerError) as error:
            _say(str(error))
            return 1
        finally:
            lifetime.release()
            processes.bury_orphans()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="script/server", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--empty", action="store_true", help="without demonstration data")
    return parser


def _say(message: str) -> None:
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()


def _only_server(lock: TextIO) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StartError(
            f"A server already runs on {local_dir()}: stop it, or set YIHU_LOCAL to another folder."
        ) from None


def _refuse_busy_port(host: str, port: int) -> None:
    deadline = time.monotonic() + FREE_SECONDS
    while (reason := _busy(host, port)) and time.monotonic() < deadline:
        time.sleep(0.1)
    if reason:
        raise StartError(f"Cannot listen on {host}:{port} ({reason}): choose another with --port.")


def _busy(host: str, port: int) -> str:
    """Why one cannot listen there; empty when one can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return str(error.strerror)
    return ""


def _start_databases() -> None:
    if not os.environ.get("DATABASE_URL"):
        _say("Starting PostgreSQL ...")
        lifetime.ensure_postgres()
    if not os.environ.get("REDIS_URL"):
        _say("Starting Redis ...")
        lifetime.ensure_redis()


def _run(options: argparse.Namespace, signals: Signals) -> int:
    """Migrate, start everything, and wait until told to end or a part dies."""
    children: list[Child] = []
    aside: list[Child] = []
    try:
        _say("Bringing the database up to date ...")
        children.append(processes.start("migrate", _manage("migrate", "--no-input"), {}))
        children.append(processes.start("static_files", _manage("static_files"), {}))
        _wait_for(children[0], "The database could not be brought up to date.", signals)
        _wait_for(children[1], "The static files could not be collected.", signals)
        if not options.empty and not signals.received:
            children[:] = [processes.start("demo", _manage("demo", "start"), {}, shown=True)]
            _wait_for(children[0], "The demonstration could not be loaded.", signals)
        if signals.received:
            return 0
        children[:] = _start_parts(options)
        if not options.empty:  # it ends by itself, and nobody waits for it
            aside.append(processes.start("demo", _manage("demo", "fill"), {}))
        processes.remember([*children, *aside])
        if _wait_until_ready(options, children, signals):
            _announce(options)
            _wait_for_end(children, signals)
        return 0
    finally:
        processes.stop([*children, *aside], STOP_SECONDS)
        processes.forget()


def _manage(*arguments: str) -> list[str]:
    return [sys.executable, str(BASE_DIR / "manage.py"), *arguments]


def _start_parts(options: argparse.Namespace) -> list[Child]:
    """Web, workers and beat, each under its database role."""
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"]
    web += ["--host", options.host, "--port", str(options.port), "--workers", "1"]
    web += ["--blocking-threads", "4", "--workers-kill-timeout", "5", "crm.wsgi:application"]
    celery = [sys.executable, "-m", "celery", "-A", "crm"]
    worker = [*celery, "worker", "--loglevel", "INFO", "--queues", "celery", "--concurrency", "2"]
    credit = [*celery, "worker", "--loglevel", "WARNING", "--queues", "credit", "--pool", "solo"]
    credit += ["--hostname", "credit@%h"]
    schedule = str(local_dir() / "beat-schedule")
    beat = [*celery, "beat", "--loglevel", "INFO", "--pidfile=", "--schedule", schedule]
    return [
        processes.start("web", web, {"YIHU_DB_ROLE": APP}),
        processes.start("worker", worker, {"YIHU_DB_ROLE": JOB}),
        processes.start("credit", credit, {"YIHU_DB_ROLE": JOB}),
        processes.start("beat", beat, {"YIHU_DB_ROLE": JOB}),
    ]


def _wait_for(step: Child, failure: str, signals: Signals) -> None:
    """Until it has ended or we are told to end; StartError with its last words when it failed."""
    while not step.ended() and not signals.received:
        time.sleep(0.05)
    if step.ended() and step.process.returncode:
        raise StartError(f"{failure}\n{step.last_words()}")


def _url(options: argparse.Namespace) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(options.host, options.host)  # noqa: S104  # looked for, not listened on
    return f"http://{host}:{options.port}"


def _wait_until_ready(
    options: argparse.Namespace, children: Sequence[Child], signals: Signals
) -> bool:
    """True when /readyz says so, false when told to end. Raises when it takes too long."""
    deadline = time.monotonic() + READY_SECONDS
    answer = ""
    while not signals.received:
        _refuse_dead(children)
        answer = _readiness(options)
        if answer == "ready":
            return True
        if time.monotonic() > deadline:
            raise StartError(
                f"Not ready after {READY_SECONDS} s: {answer}\n{children[0].last_words()}"
            )
        time.sleep(0.1)
    return False


def _readiness(options: argparse.Namespace) -> str:
    """`ready`, or what /readyz answers instead."""
    request = urllib.request.Request(f"{_url(options)}/readyz", headers=_host())  # noqa: S310  # our own server
    try:
        with _OPENER.open(request, timeout=10) as response:
            return "ready" if response.status == 200 else f"status {response.status}"
    except urllib.error.HTTPError as error:
        return f"status {error.code}: {error.read(2000).decode(errors='replace')}"
    except OSError as error:
        return str(error)


def _host() -> dict[str, str]:
    """The name under which the product answers, where it does not answer to every address."""
    names = [name.lstrip(".") for name in env_list("YIHU_ALLOWED_HOSTS") if "*" not in name]
    return {"Host": names[0]} if names else {}


def _refuse_dead(children: Sequence[Child]) -> None:
    for child in children:
        if child.ended():
            raise StartError(f"{child.name} ended unexpectedly.\n{child.last_words()}")


def _announce(options: argparse.Namespace) -> None:
    """Say where to go and who may sign in; without administrators, how to become the first."""
    path = _answer("admin_link").strip()
    once = f"Administrator (this link works once): {_url(options)}{path}\n" if path else ""
    logins = _answer("demo", "logins")
    sys.stdout.write(f"Ready: {_url(options)}\n{once}{logins}")
    sys.stdout.flush()


def _answer(*command: str) -> str:
    """What a management command prints."""
    done = subprocess.run(
        _manage(*command), check=False, capture_output=True, text=True, cwd=BASE_DIR
    )
    if done.returncode:
        raise StartError(f"{' '.join(command)} failed.\n{done.stderr}")
    return done.stdout


def _wait_for_end(children: Sequence[Child], signals: Signals) -> None:
    while not signals.received:
        _refuse_dead(children)
        time.sleep(0.2)
    _say("Stopping ...")


if __name__ == "__main__":
    sys.exit(main())
